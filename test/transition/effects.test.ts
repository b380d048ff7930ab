import { describe, expect, it } from "vitest";
import { explore } from "../../compiler/verify/explore.ts";
import type { Move } from "../../compiler/verify/laws.ts";
import { findXState } from "../../compiler/verify/load.ts";
import { type Subject, subjectsOf } from "../../compiler/verify/verify.ts";
import type { SagaState } from "../../runtime/engine/definition.ts";
import { differences, type Effects, type EffectTables, effectsOf, type Wants } from "../../runtime/engine/effects.ts";
import { compileTransition } from "../../runtime/transition/compile.ts";
import { sagaPlan } from "../machine/plans.ts";
import { sagaOf } from "../verify/build.ts";
import { CONSTRUCTS } from "../verify/constructs.ts";
import { load, ONCE, step } from "../verify/kit.ts";
import { examples } from "./walks.ts";

/** Over every move that the explorer makes: what is taken over from the state before comes out as a walk over all of it does. */
function compare(
  subject: Subject,
  maxStates: number,
  tables = subject.machine.tables as unknown as EffectTables,
): { differences: string[]; takenOver: number; moves: number } {
  const wrong: string[] = [];
  let [takenOver, moves] = [0, 0];
  const law = {
    name: "effects-by-difference",
    says: "what changed is enough",
    broken({ from, to, happening }: Move): string[] {
      const before = effectsOf(tables, from.state as unknown as SagaState);
      const after = effectsOf(tables, to.state as unknown as SagaState, before);
      moves += 1;
      for (const region of after.part.regions) if (before.part.regions.includes(region)) takenOver += 1;
      if (text(after) !== text(effectsOf(tables, to.state as unknown as SagaState))) wrong.push(JSON.stringify(happening));
      const some = differences(before, after);
      if (news(some.before, some.after) !== news(before, after)) wrong.push(`differences at ${JSON.stringify(happening)}`);
      return [];
    },
  };
  explore(subject.machine, subject.facts, { maxStates, laws: [law] });
  return { differences: wrong, takenOver, moves };
}

function text({ calls, timers, waits, parked }: Effects): string {
  return JSON.stringify([[...calls], [...timers], [...waits], parked]);
}

/** What is wanted in the one state and not, or otherwise, in the other. */
function news(before: Wants, after: Wants): string {
  const only = (some: Wants, other: Wants): unknown[] => [
    [...some.calls].filter(([identity, call]) => JSON.stringify(call) !== JSON.stringify(other.calls.get(identity))),
    [...some.timers].filter(([key]) => !other.timers.has(key)),
    [...some.waits.keys()].filter((identity) => !other.waits.has(identity)),
    some.parked.filter((call) => !other.parked.includes(call)),
  ];
  return JSON.stringify([only(before, after), only(after, before)]);
}

const GROUPS = sagaPlan({
  parts: [[[[[step("a", { retry: ONCE })], [step("b")]]], [step("c", { retry: ONCE })], [step("d"), step("e")]]],
});

describe("The effects of a transition, from those of the state before it", () => {
  it("are those of a walk over the machine, in groups in groups, and most regions are taken over", async () => {
    const { differences, takenOver, moves } = compare(await load(GROUPS), 60);
    expect(differences).toEqual([]);
    expect(takenOver).toBeGreaterThan(moves);
  });

  it("work out no time limit of a call, which its worker does: so it keeps no region from being taken over", async () => {
    const subject = await load(GROUPS);
    const tables = subject.machine.tables as unknown as EffectTables;
    const workedOut = new Set<string>();
    const delays = Object.entries(tables.delays).map(([name, delay]) => {
      const told = () => {
        workedOut.add(name);
        return Number(delay);
      };
      return [name, name.endsWith(".timeout") ? told : delay] as const;
    });
    expect(Object.keys(tables.delays)).toContain("a.timeout");
    const told = compare(subject, 60, { ...tables, delays: Object.fromEntries(delays) });
    expect([...workedOut]).toEqual([]);
    expect(told.differences).toEqual([]);
    expect(told.takenOver).toBeGreaterThan(told.moves);
  });

  it("also in groups and races of every construct", async () => {
    for (const [name, [body, endings]] of Object.entries(CONSTRUCTS)) {
      if (!/group|race|beside/.test(name)) continue;
      expect({ name, ...compare(await load(sagaOf(body, endings)), 6) }).toMatchObject({ differences: [] });
    }
  });

  it.each([...examples()])("also in %s", async (_, plans) => {
    const xstate = findXState(import.meta.dirname) ?? "";
    for (const plan of plans) {
      for (const subject of await subjectsOf(plan, xstate, { compile: compileTransition, every: 1_000 })) {
        const { differences, moves } = compare(subject, 12);
        expect(differences).toEqual([]);
        expect(moves).toBeGreaterThan(5);
      }
    }
  });
});
