import type { Verdict } from "@sagac/runtime";
import type { Callee, RunEvent, SagaRun } from "@sagac/runtime/testing";
import type { Plan } from "../plan/plan.ts";
import { type Loaded, loadSagas, type NeededPackage } from "./load.ts";
import { sampleInput, sampleOutput, sampleResult } from "./samples.ts";

export { importFile } from "./load.ts";
export type { RunEvent };

/** How calls go, by service and operation: handlers, or outcomes as `runSaga` takes them. */
export type Script = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface SimulateRequest {
  /** `null`: a sample made from the types. */
  readonly input: unknown;
  readonly script: Script;
  /** Whether what is not scripted goes at random. */
  readonly random: boolean;
  readonly seed: number;
  readonly events: readonly RunEvent[];
  readonly person: Verdict | null;
}

/** How a saga went, whose types are not known here. */
export type Run = SagaRun<unknown>;

export interface CrashReport {
  readonly points: number;
  /** What a run was when its worker was killed at a point, where that is not as without. */
  readonly differences: readonly { readonly killAt: number; readonly what: readonly string[] }[];
}

/** A saga that is ready to be run. */
export interface Simulation {
  run(request: SimulateRequest): Promise<Run>;
  /** The same run again and again, its worker killed at every point in turn: the end must be the same, and the ledger balanced. */
  crash(request: SimulateRequest): Promise<CrashReport>;
  /** A run for reading, a line each. */
  timeline(run: Run, options: { readonly color: boolean }): readonly string[];
  close(): void;
}

/**
 * Gets a saga ready, with those that it calls. `plans`: all that were compiled; `from`: the folder of its source. Gives the name of the first
 * package that is not installed.
 */
export async function openSimulation(plan: Plan, plans: readonly Plan[], from: string): Promise<Simulation | NeededPackage> {
  const called = callees(plan, plans);
  const loaded = await loadSagas([plan, ...called], from);
  if (typeof loaded === "string") return loaded;
  const run = (request: SimulateRequest, killAt?: number): Promise<Run> => runOne(plan, called, loaded, request, killAt);
  return {
    run: (request) => run(request),
    async crash(request) {
      const whole = await run(request, 0);
      const differences: { killAt: number; what: readonly string[] }[] = [];
      for (let killAt = 1; killAt <= whole.points; killAt++) {
        const what = difference(whole, await run(request, killAt));
        if (what.length > 0) differences.push({ killAt, what });
      }
      return { points: whole.points, differences };
    },
    timeline: ({ history }, options) => loaded.runtime.timeline(history, options),
    close: loaded.close,
  };
}

/** Sagas that are called, and those that they call in turn. */
function callees(plan: Plan, plans: readonly Plan[], found = new Set<Plan>([plan])): readonly Plan[] {
  for (const { saga } of plan.callees) {
    const callee = plans.find((one) => one.saga === saga);
    if (callee === undefined || found.has(callee)) continue;
    found.add(callee);
    callees(callee, plans, found);
  }
  return [...found].filter((one) => one !== plan);
}

async function runOne(
  plan: Plan,
  called: readonly Plan[],
  { runtime, definition }: Loaded,
  request: SimulateRequest,
  killAt: number | undefined,
): Promise<Run> {
  const { input, script, random, seed, events, person } = request;
  const all = new Map([plan, ...called].map((one) => [one.saga, one]));
  let answered = 0;
  const run = await runtime.runSaga(definition(plan.saga), {
    input: input ?? sampleInput(plan),
    steps: withComputes(plan, script),
    callees: called.map((one): Callee => ({ definition: definition(one.saga), steps: withComputes(one, script) as never })),
    random,
    seed,
    events,
    ...(person === null ? {} : { person }),
    answers: (call) => sampleOutput(all.get(call.saga) ?? plan, call.step, answered++),
    ...(killAt === undefined ? {} : { killAt }),
  });
  return { ...run, faults: [...run.faults, ...pivotFaults(plan, run)] };
}

function withComputes(plan: Plan, script: Script): Script {
  const made = plan.computes.map(({ name }) => [name, () => sampleResult(plan, name)] as const);
  return made.length === 0 ? script : { ...script, compute: { ...Object.fromEntries(made), ...script.compute } };
}

/** There is no way back from a pivot, so that its effect cannot stand in a saga that was undone. */
function pivotFaults(plan: Plan, run: Run): string[] {
  if (run.status !== "compensated") return [];
  const pivots = run.effects.filter(({ saga, step }) => saga === plan.saga && plan.pivots.includes(step));
  return pivots.map(({ key }) => `${key} took place, and the saga is compensated`);
}

function difference(whole: Run, killed: Run): string[] {
  const [before, after] = [endOf(whole), endOf(killed)];
  const { faults } = killed;
  return [
    ...(before === after ? [] : [`it ended ${after}, not ${before}`]),
    ...faults.filter((fault) => !whole.faults.includes(fault)),
  ];
}

/** How it ended, in a few words. */
export function endOf(run: Run): string {
  if (run.status === "completed") return "completed";
  if (run.status === "compensated")
    return `compensated: ${run.failure.name}${run.failure.step === null ? "" : ` in ${run.failure.step}`}`;
  return run.parked.length > 0 ? `parked: ${run.parked.join(", ")}` : "running";
}
