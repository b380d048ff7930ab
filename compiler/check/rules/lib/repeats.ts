import type { NamedThing } from "../../program.ts";

export interface Repeat {
  readonly first: NamedThing;
  readonly again: NamedThing;
}

/** Names that were given before, each with its first place. */
export function repeats(names: readonly NamedThing[]): Repeat[] {
  const firsts = new Map<string, NamedThing>();
  const found: Repeat[] = [];
  for (const thing of names) {
    const first = firsts.get(thing.ident.name);
    if (first === undefined) firsts.set(thing.ident.name, thing);
    else found.push({ first, again: thing });
  }
  return found;
}
