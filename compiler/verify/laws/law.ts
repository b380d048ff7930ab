import type { Happening } from "../alphabet.ts";
import type { Facts } from "../facts.ts";
import type { Expected } from "../onlooker.ts";
import type { Seen } from "../seen.ts";
import { stoppedIn } from "../seen.ts";
import type { Look, WantedCall } from "../wanted.ts";

/** One move of a machine, and what an onlooker makes of it. */
export interface Move {
  readonly facts: Facts;
  readonly from: Look;
  readonly seenBefore: Seen;
  /** `starts`: its first move, from nothing. */
  readonly happening: Happening | { readonly kind: "starts" };
  readonly to: Look;
  readonly seen: Seen;
  readonly expected: Expected;
}

/** What holds for every move of every saga. */
export interface Law {
  /** Short and stable. */
  readonly name: string;
  /** The law as a sentence. */
  readonly says: string;
  /** It sees what others explain better: it is asked where they hold. */
  readonly general?: true;
  /** What is wrong with a move, in words; nothing, if nothing is. */
  broken(move: Move): readonly string[];
}

/** Calls that are wanted now, and were not before. */
export function begun({ from, to }: Pick<Move, "from" | "to">, ...kinds: readonly WantedCall["kind"][]): WantedCall[] {
  return to.calls.filter(({ identity, kind }) => kinds.includes(kind) && !from.calls.some((call) => call.identity === identity));
}

export function runs(look: Look, id: string): boolean {
  return look.calls.some((call) => call.id === id);
}

/** Whether a call stands in a scope that has failed: the saga, or one within. */
export function stopped(facts: Facts, seen: Seen, call: string): boolean {
  const wait = facts.waits.get(call);
  if (wait !== undefined) return stoppedIn(seen, wait);
  return facts.calls.includes(call) && facts.call(call).kind !== "undo" && stoppedIn(seen, facts.call(call).step);
}

/** Nothing changed, not even what is not looked at. */
export function sameState({ state: from }: Look, { state: to }: Look): boolean {
  if (from === to) return true;
  return (
    JSON.stringify(from.value) === JSON.stringify(to.value) &&
    (from.context === to.context || JSON.stringify(from.context) === JSON.stringify(to.context))
  );
}
