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

/** What stands before a script: nothing of `lib.lua` where it runs for every saga, and is short beside that. */
const BEFORE: { readonly [Name in (typeof NAMES)[number]]?: string } = { start: "", commit: "commit-plan" };

export interface Script {
  readonly name: string;
  readonly source: string;
  /** By which the server knows it: SHA-1 of the source, in hex. */
  readonly sha: string;
}

export type Scripts = { readonly [Name in (typeof NAMES)[number]]: Script };

/** Reads the Lua files that lie beside this one. */
export async function loadScripts(): Promise<Scripts> {
  const loaded = await Promise.all(
    NAMES.map(async (name) => {
      const before = BEFORE[name] ?? "lib";
      const source = `${before === "" ? "" : `${await readLua(before)}\n`}${await readLua(name)}`;
      return [name, { name, source, sha: createHash("sha1").update(source).digest("hex") }] as const;
    }),
  );
  return Object.fromEntries(loaded) as Scripts;
}

function readLua(name: string): Promise<string> {
  return readFile(new URL(`./${name}.lua`, import.meta.url), "utf8");
}
