import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compile } from "../../compiler/pipeline.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import { memorySources } from "../../compiler/source/source-set.ts";
import { findXState } from "../../compiler/verify/load.ts";
import type { Compile } from "../../compiler/verify/lockstep.ts";
import { subjectsOf, verify } from "../../compiler/verify/verify.ts";
import { tell } from "../../compiler/verify/witness.ts";
import { compileTransition } from "../../runtime/transition/compile.ts";

const ROOT = join(import.meta.dirname, "../..");

/** What was walked by both, and where they differed. */
export interface Walked {
  readonly machines: number;
  readonly states: number;
  readonly compared: number;
  /** By the names of machines: the shortest story to a difference. */
  readonly differences: readonly string[];
}

/** Walks every machine of some plans over its states, each transition by XState too. `compile`: another transition, to see what is found. */
export async function walkBoth(
  plans: readonly Plan[],
  { maxStates, compile: made = compileSoon, firstOnly = false }: { maxStates: number; compile?: Compile; firstOnly?: boolean },
): Promise<Walked> {
  const xstate = findXState(ROOT);
  if (xstate === null) throw new Error("xstate is not installed");
  let [machines, states, compared] = [0, 0, 0];
  const differences: string[] = [];
  for (const plan of plans) {
    for (const subject of await subjectsOf(plan, xstate, { compile: made, every: 1 })) {
      const result = verify(subject, { maxStates, ...(firstOnly ? { firstOnly } : {}) });
      machines += 1;
      states += result.states;
      compared += result.compared ?? 0;
      for (const { law, story, what } of result.broken) {
        if (law !== "equals-its-machine") continue;
        const who = [plan.saga, ...(subject.facts.body === null ? [] : [subject.facts.body.id])].join(" ");
        differences.push([who, ...tell(story, subject.facts), `=> ${what.join("; ")}`].join("\n  "));
      }
      if (firstOnly && differences.length > 0) return { machines, states, compared, differences };
    }
  }
  return { machines, states, compared, differences };
}

/** Code is made of what is known long before a worker would, so that it is walked too. */
export const compileSoon: Compile = (machine) => compileTransition(machine, { codeAfter: 2 });

/** The plans of all examples, by their folders. */
export function examples(): ReadonlyMap<string, readonly Plan[]> {
  const found = new Map<string, Plan[]>();
  const paths = globSync("sagas/*/*.{saga,ts}", { cwd: ROOT }).sort();
  const sources = memorySources(Object.fromEntries(paths.map((path) => [path, readFileSync(`${ROOT}/${path}`, "utf8")])));
  const sagas = paths.filter((path) => path.endsWith(".saga"));
  for (const { plan, file } of compile(sources, sagas).sagas) {
    const folder = dirname(file);
    found.set(folder, [...(found.get(folder) ?? []), plan]);
  }
  return found;
}
