import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { lineAt } from "./repository.ts";

/** One import, re-export or dynamic import. */
export interface Import {
  /** The importing file, from the root. */
  readonly from: string;
  readonly line: number;
  /** As it is written: `./step.ts`, `@sagac/runtime`, `node:fs`. */
  readonly specifier: string;
  /** `type`: gone at run time. `lazy`: `await import(…)`. */
  readonly kind: "value" | "type" | "lazy";
  /** The imported file, from the root, if it is ours; a package of ours that is named stands for its entry. `null`: somebody else's. */
  readonly to: string | null;
  /** Whether `to` was named as a package (`sagac`) and not by a relative path. */
  readonly byName: boolean;
}

/** From a package's specifier (`@sagac/runtime/testing`) to the file it stands for. */
export type PackageEntries = ReadonlyMap<string, string>;

/** What the workspaces export, by the specifiers a user would write. */
export function packageEntries(root: string, folders: readonly string[]): PackageEntries {
  const entries = new Map<string, string>();
  for (const folder of folders) {
    const manifest: unknown = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const { name, exports = {} } = manifest as { name: string; exports?: Readonly<Record<string, string>> };
    for (const [key, file] of Object.entries(exports)) entries.set(posix.join(name, key), posix.join(folder, file));
  }
  return entries;
}

/** All imports of one file, in the order in which they stand in it. Throws on text that is no TypeScript. */
export function importsOf(from: string, text: string, packages: PackageEntries): Import[] {
  const { program, module, errors } = parseSync(from, text);
  if (errors.length > 0) throw new Error(`${from}: ${errors.map((error) => error.message).join("; ")}`);

  const found: { specifier: string; kind: Import["kind"]; offset: number }[] = [];
  for (const { moduleRequest, entries, start } of module.staticImports) {
    const onlyTypes = entries.length > 0 && entries.every((entry) => entry.isType);
    found.push({ specifier: moduleRequest.value, kind: onlyTypes ? "type" : "value", offset: start });
  }
  for (const { entries, start } of module.staticExports) {
    const source = entries.find((entry) => entry.moduleRequest !== null)?.moduleRequest;
    if (source === undefined || source === null) continue;
    found.push({ specifier: source.value, kind: entries.every((entry) => entry.isType) ? "type" : "value", offset: start });
  }
  new Visitor({
    ImportExpression({ source, start }) {
      if (source.type === "Literal" && typeof source.value === "string")
        found.push({ specifier: source.value, kind: "lazy", offset: start });
    },
    TSImportType({ source, start }) {
      if (typeof source.value === "string") found.push({ specifier: source.value, kind: "type", offset: start });
    },
  }).visit(program);

  return found
    .sort((a, b) => a.offset - b.offset)
    .map(({ specifier, kind, offset }) => {
      const byName = !specifier.startsWith(".");
      const to = byName ? (packages.get(specifier) ?? null) : posix.join(posix.dirname(from), specifier);
      return { from, line: lineAt(text, offset), specifier, kind, to, byName };
    });
}

/**
 * Circles of files that import each other, each as its files in sorted order. Lazy imports do not count: they are made to break a circle.
 * Imports of types count where the circle goes through several folders; within one, two files may know each other's types.
 */
export function circles(imports: readonly Import[]): string[][] {
  const eager = imports.filter(({ kind }) => kind !== "lazy");
  const ofValues = components(eager.filter(({ kind }) => kind === "value"));
  const acrossFolders = components(eager).filter((files) => new Set(files.map((file) => posix.dirname(file))).size > 1);
  const found = new Map([...ofValues, ...acrossFolders].map((files) => [files.join(" "), files]));
  return [...found.values()];
}

/** Strongly connected components of more than one file, and files that import themselves. */
function components(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) if (to !== null) next.set(from, [...(next.get(from) ?? []), to]);

  // Tarjan's strongly connected components.
  const found: string[][] = [];
  const index = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const visit = (file: string): number => {
    const mine = index.size;
    let lowest = mine;
    index.set(file, mine);
    stack.push(file);
    onStack.add(file);
    for (const other of next.get(file) ?? []) {
      const seen = index.get(other);
      if (seen === undefined) lowest = Math.min(lowest, visit(other));
      else if (onStack.has(other)) lowest = Math.min(lowest, seen);
    }
    if (lowest === mine) {
      const members = stack.splice(stack.indexOf(file));
      for (const member of members) onStack.delete(member);
      if (members.length > 1 || (next.get(file) ?? []).includes(file)) found.push(members.sort());
    }
    return lowest;
  };
  for (const file of next.keys()) if (!index.has(file)) visit(file);
  return found;
}
