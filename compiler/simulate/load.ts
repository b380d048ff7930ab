import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { SagaDefinition, timeline } from "@sagac/runtime";
import type { runSaga } from "@sagac/runtime/testing";
import { CompilerBug } from "../bug.ts";
import { moduleFile, typeNames } from "../emit/lib/names.ts";
import { emitSaga } from "../emit-saga.ts";
import type { Plan } from "../plan/plan.ts";

/** What a generated saga imports, and what runs it. */
const NEEDED = ["xstate", "zod", "@sagac/runtime"] as const;
export type NeededPackage = (typeof NEEDED)[number];

/** What of the runtime is needed. */
interface Runtime {
  readonly runSaga: typeof runSaga;
  readonly timeline: typeof timeline;
}

export interface Loaded {
  readonly runtime: Runtime;
  definition(saga: string): SagaDefinition;
  /** Takes the temporary folder away. */
  close(): void;
}

/**
 * Builds sagas into a temporary folder and loads them from there. `from`: the folder of their source, where the packages that they need are looked
 * for first, then where sagac is. Gives the name of the first package that is not installed.
 */
export async function loadSagas(plans: readonly Plan[], from: string): Promise<Loaded | NeededPackage> {
  const found = new Map(NEEDED.map((name) => [name, findPackage(name, from)] as const));
  const missing = NEEDED.find((name) => found.get(name) === null);
  if (missing !== undefined) return missing;
  const folder = mkdtempSync(join(tmpdir(), "sagac-simulate-"));
  const close = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    for (const [name, target] of found) link(join(folder, "node_modules", name), target ?? "");
    await writeModules(plans, folder);
    const runtime = (await importFile(join(folder, "runtime.js"))) as unknown as Runtime;
    const definitions = new Map<string, SagaDefinition>();
    for (const plan of plans) {
      const module = await importFile(join(folder, scriptOf(moduleFile(plan.saga, "saga"))));
      definitions.set(plan.saga, module[typeNames(plan).saga.variable] as SagaDefinition);
    }
    return {
      runtime,
      definition(saga) {
        const definition = definitions.get(saga);
        if (definition === undefined) throw new CompilerBug(`no definition of ${saga} was loaded`);
        return definition;
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** The types are taken out here: not every Node does it, and none under `node_modules`. */
async function writeModules(plans: readonly Plan[], folder: string): Promise<void> {
  const { ts } = await import("ts-morph");
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ESNext,
    verbatimModuleSyntax: true,
  };
  writeFileSync(join(folder, "package.json"), `{ "type": "module" }\n`);
  writeFileSync(join(folder, "runtime.js"), RUNTIME_MODULE);
  for (const file of plans.flatMap((plan) => emitSaga(plan, { importExtension: ".js" }))) {
    if (!file.path.endsWith(".ts")) continue;
    const { outputText } = ts.transpileModule(file.text, { compilerOptions });
    writeFileSync(join(folder, scriptOf(file.path)), outputText);
  }
}

const RUNTIME_MODULE = `export { timeline } from "@sagac/runtime";
export { runSaga } from "@sagac/runtime/testing";
`;

function scriptOf(file: string): string {
  return file.replace(/\.ts$/, ".js");
}

/** Where a package is installed that a module in this folder would get, or one of sagac's own. */
function findPackage(name: string, from: string): string | null {
  for (const start of [from, import.meta.dirname]) {
    for (const modules of createRequire(join(start, "index.js")).resolve.paths(name) ?? []) {
      const folder = join(modules, name);
      if (existsSync(join(folder, "package.json"))) return folder;
    }
  }
  return null;
}

function link(path: string, target: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path, "junction");
}

/** A module by its path: a user's, or one that was just written. */
export async function importFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
}
