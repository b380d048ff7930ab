import { SIGNS, WORDS } from "../tokens.ts";

/** A name as the editors' regular expressions see it: any letter of Unicode, digits, `_`. */
export const NAME = "[\\p{L}_][\\p{L}\\p{N}_]*";

/** Words by their scope, in the order of the table. */
export function wordsByScope(): ReadonlyMap<string, readonly string[]> {
  return grouped(WORDS.map(({ word, scope }) => [scope, word]));
}

/** Signs by their scope; of two that begin alike the longer one first. */
export function signsByScope(): ReadonlyMap<string, readonly string[]> {
  return grouped(SIGNS.map(({ pattern, scope }) => [scope, String(pattern)]));
}

export function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, (sign) => `\\${sign}`);
}

function grouped(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value]);
  return groups;
}
