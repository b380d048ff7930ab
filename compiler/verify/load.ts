import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { CompilerBug } from "../bug.ts";
import type { Compile } from "./lockstep.ts";
import type { MachineTables, XStateActor, XStateMachine } from "./machine.ts";

/** A generated machine's module, loaded. */
export interface LoadedMachine {
  readonly machine: XStateMachine;
  readonly tables: MachineTables;
  /** XState's own actor that is nobody. */
  readonly nobody: XStateActor;
}

/**
 * Loads the text of a `<saga>.machine.ts` without writing it anywhere: its types are taken out, `xstate` becomes the address of the copy that
 * `xstate` names, and the rest is imported as data. `name`: the machine's export.
 */
export async function loadMachine(text: string, name: string, xstate: string): Promise<LoadedMachine> {
  const { ts } = await import("ts-morph");
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext, verbatimModuleSyntax: true },
  });
  const script = outputText.replace(
    /(^import [^;]*? from )"xstate";/m,
    (_, start: string) => `${start}${JSON.stringify(xstate)};`,
  );
  const module = await importAddress(`data:text/javascript,${encodeURIComponent(script)}`);
  const { createEmptyActor } = (await importAddress(xstate)) as { readonly createEmptyActor: () => XStateActor };
  const machine = module[name] as XStateMachine | undefined;
  if (machine === undefined) throw new CompilerBug(`the machine's module does not export ${name}`);
  return { machine, tables: module as unknown as MachineTables, nobody: createEmptyActor() };
}

/**
 * The address of the XState that a generated machine would find: from its own folder, else the one that sagac finds. `null`: there is
 * none.
 */
export function findXState(folder: string): string | null {
  for (const from of [folder, import.meta.dirname]) {
    const manifest = resolved(join(from, "index.js"), "xstate/package.json");
    if (manifest === null) continue;
    const { exports } = JSON.parse(readFileSync(manifest, "utf8")) as {
      readonly exports?: { readonly ".": { readonly import: string } };
    };
    const entry = exports?.["."].import;
    if (entry !== undefined) return pathToFileURL(join(dirname(manifest), entry)).href;
  }
  return null;
}

/**
 * What makes the compiled transition of a machine, from the runtime that a saga in this folder would be carried out by, else from the one that
 * sagac finds. `null`: there is none, or an older one without it.
 */
export async function findCompile(folder: string): Promise<Compile | null> {
  for (const from of [folder, import.meta.dirname]) {
    const entry = resolved(join(from, "index.js"), "@sagac/runtime/transition");
    if (entry === null) continue;
    const { compileTransition } = await importAddress(pathToFileURL(entry).href);
    return compileTransition as Compile;
  }
  return null;
}

function resolved(from: string, what: string): string | null {
  try {
    return createRequire(from).resolve(what);
  } catch {
    return null;
  }
}

async function importAddress(address: string): Promise<Readonly<Record<string, unknown>>> {
  return (await import(/* @vite-ignore */ address)) as Readonly<Record<string, unknown>>;
}
