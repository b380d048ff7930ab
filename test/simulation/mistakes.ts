/** A mistake as a text to be replaced in one or more files of the runtime; each text stands there exactly once. */
export interface Planted {
  readonly name: string;
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
}

export const PLANTED: readonly Planted[] = [
  planted(
    "the store looks at no fence",
    "store/memory/memory-store.ts",
    'if (lease.owner !== part.lease.owner || lease.epoch !== part.lease.epoch) return "fenced";',
    "",
  ),
  planted(
    "a lease is given while another holds it",
    "store/memory/memory-store.ts",
    "if (lease.owner !== null && lease.owner !== owner && lease.expiresAtMs > nowMs) return null;",
    "",
  ),
  planted(
    "a timer that was set is lost",
    "store/memory/memory-store.ts",
    "for (const wanted of part.setTimers) {",
    "for (const wanted of part.setTimers.slice(1)) {",
  ),
];

function planted(name: string, file: string, find: string, replace: string): Planted {
  return { name, edits: [{ file, find, replace }] };
}
