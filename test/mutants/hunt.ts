import { verify } from "../../compiler/verify/verify.ts";
import { tell } from "../../compiler/verify/witness.ts";
import { load } from "../verify/kit.ts";
import type { Mutant } from "./mutant.ts";

export interface Hunt {
  readonly mutant: Mutant;
  /** The first law that it breaks; `null`: it breaks none, in a walk over all its states. */
  readonly caught: { readonly law: string; readonly story: readonly string[]; readonly what: string } | null;
  readonly states: number;
}

/** Walks a mutant until it breaks a law. Throws if its edit does not fit the text any more, or if the walk is cut. */
export async function hunt(mutant: Mutant, maxStates = 20_000): Promise<Hunt> {
  const machine = await load(mutant.plan, (text) => {
    const edited = mutant.edit(text);
    if (edited === text) throw new Error(`nothing is changed: ${mutant.name}`);
    return edited;
  });
  const { broken, states, coverage } = verify(machine, { maxStates, firstOnly: true });
  const [first] = broken;
  if (first === undefined) {
    if (!coverage.complete) throw new Error(`${mutant.name}: too large to walk`);
    return { mutant, caught: null, states };
  }
  return { mutant, caught: { law: first.law, story: tell(first.story, machine.facts), what: first.what.join("; ") }, states };
}
