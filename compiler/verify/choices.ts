import type { MachineContext } from "./machine.ts";

/** How the conditions turned out that were asked during one move: what data decides is free, so that nothing depends on samples. */
export interface Choices {
  /** Whether it was asked, and holds. */
  holds(condition: string): boolean;
  wasAsked(condition: string): boolean;
  readonly all: readonly Choice[];
}

export interface Choice {
  readonly condition: string;
  readonly holds: boolean;
}

/** Answers a machine's questions about data; `context`: the machine's, when it asks. */
export type Oracle = (condition: string, context: MachineContext) => boolean;

/**
 * Runs something once for every combination of answers to the conditions that it asks, always in the same order: `true` comes first, and the
 * last question changes fastest. The same question has the same answer within one run. `decided`: the only answer that there is; `null`: both.
 */
export function everyAnswer<Result>(
  decided: (condition: string, context: MachineContext) => boolean | null,
  run: (oracle: Oracle) => Result,
): readonly { readonly result: Result; readonly choices: Choices }[] {
  const found: { result: Result; choices: Choices }[] = [];
  let given: readonly boolean[] | null = [];
  while (given !== null) {
    const answers: readonly boolean[] = given;
    const asked: (Choice & { readonly free: boolean })[] = [];
    const result = run((condition, context) => {
      const known = asked.find((one) => one.condition === condition);
      if (known !== undefined) return known.holds;
      const only = decided(condition, context);
      const holds = only ?? answers[asked.length] ?? true;
      asked.push({ condition, holds, free: only === null });
      return holds;
    });
    found.push({ result, choices: choicesOf(asked.map(({ condition, holds }) => ({ condition, holds }))) });
    const last = asked.findLastIndex(({ holds, free }) => holds && free);
    given = last < 0 ? null : [...asked.slice(0, last).map(({ holds }) => holds), false];
  }
  return found;
}

function choicesOf(all: readonly Choice[]): Choices {
  return {
    all,
    holds: (condition) => all.some((one) => one.condition === condition && one.holds),
    wasAsked: (condition) => all.some((one) => one.condition === condition),
  };
}
