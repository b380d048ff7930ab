import { CompilerBug } from "../bug.ts";
import { machineFile, typeNames } from "../emit/lib/names.ts";
import { machineTarget } from "../emit/machine.ts";
import type { EmitOptions } from "../emit/target.ts";
import type { Plan, PlanBody } from "../plan/plan.ts";
import { type Exploration, type ExploreOptions, explore } from "./explore.ts";
import { type Facts, factsOf } from "./facts.ts";
import { EQUALS_ITS_MACHINE, LATE_ANSWERS, LAWS, NEVER_THROWS, REACHES_AN_END } from "./laws.ts";
import { loadMachine } from "./load.ts";
import type { Lockstep } from "./lockstep.ts";
import { createMachine, type Machine, type MachineTables, type XStateActor, type XStateMachine } from "./machine.ts";
import { sampleOf } from "./sample.ts";

/** Every law, in the order in which they are told. */
export const ALL_LAWS: readonly { readonly name: string; readonly says: string }[] = [
  REACHES_AN_END,
  ...LAWS,
  LATE_ANSWERS,
  NEVER_THROWS,
  EQUALS_ITS_MACHINE,
];

/** A saga that is ready to be walked. */
export interface Subject {
  readonly machine: Machine;
  readonly facts: Facts;
}

/**
 * The machines that a build would write of a plan: of the saga, then of each of its bodies. `xstate`: the address of the XState to make them
 * with (`findXState`). `lockstep`: left out, XState alone walks.
 */
export function subjectsOf(plan: Plan, xstate: string, lockstep: Lockstep | null = null): Promise<readonly Subject[]> {
  return Promise.all([null, ...plan.bodies].map((body) => subjectOf(plan, body, xstate, lockstep)));
}

async function subjectOf(plan: Plan, body: PlanBody | null, xstate: string, lockstep: Lockstep | null): Promise<Subject> {
  const { machine: name } = typeNames(plan).unit(body?.id ?? null);
  const { machine, tables, nobody } = await loadMachine(machineText(plan, body), name, xstate);
  return subject(plan, body, machine, tables, nobody, lockstep);
}

/** The same of a machine that is there already. `body`: which of the plan's bodies it is of; `null`: the saga itself. */
export function subject(
  plan: Plan,
  body: PlanBody | null,
  machine: XStateMachine,
  tables: MachineTables,
  nobody: XStateActor,
  lockstep: Lockstep | null = null,
): Subject {
  const facts = factsOf(plan, body);
  const start = { input: sampleOf(facts.unit.input, plan), nobody, passed: body?.zone === "after", lockstep };
  return { facts, machine: createMachine(machine, tables, start) };
}

export function verify({ machine, facts }: Subject, options: ExploreOptions): Exploration {
  return explore(machine, facts, options);
}

/** What the emitter writes; the header's facts make no difference to a machine. */
export function machineText(plan: Plan, body: PlanBody | null = null): string {
  const options: EmitOptions = { importExtension: ".ts", compilerVersion: "", planHash: "", planText: "" };
  const path = machineFile(typeNames(plan).unit(body?.id ?? null));
  const file = machineTarget.emit(plan, options).find((one) => one.path === path);
  if (file === undefined) throw new CompilerBug(`no machine is written to ${path}`);
  return file.text;
}
