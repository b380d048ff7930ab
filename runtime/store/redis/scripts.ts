import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/** One file each; the name of the operation. */
const NAMES = [
  "open",
  "lease",
  "release",
  "attend",
  "occupied",
  "append",
  "pending",
  "commit",
  "children",
  "list",
  "count",
  "remove",
  "claim",
  "settle-claim",
  "due",
  "history",
  "start",
] as const;

/** Without `lib.lua`: run for every saga, and short beside it. */
const ALONE: ReadonlySet<string> = new Set(["start", "commit"] satisfies (typeof NAMES)[number][]);

export interface Script {
  readonly name: string;
  readonly source: string;
  /** By which the server knows it: SHA-1 of the source, in hex. */
  readonly sha: string;
}

export type Scripts = { readonly [Name in (typeof NAMES)[number]]: Script };

/** Reads the Lua files that lie beside this one. */
export async function loadScripts(): Promise<Scripts> {
  const lib = await readLua("lib");
  const loaded = await Promise.all(
    NAMES.map(async (name) => {
      const source = ALONE.has(name) ? await readLua(name) : `${lib}\n${await readLua(name)}`;
      return [name, { name, source, sha: createHash("sha1").update(source).digest("hex") }] as const;
    }),
  );
  return Object.fromEntries(loaded) as Scripts;
}

function readLua(name: string): Promise<string> {
  return readFile(new URL(`./${name}.lua`, import.meta.url), "utf8");
}
