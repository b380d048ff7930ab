import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { AnyStateMachine } from "xstate";
import { sagaNames } from "../../compiler/emit/lib/names.ts";
import { machineTarget } from "../../compiler/emit/machine.ts";
import type { EmitOptions, EmittedFile } from "../../compiler/emit/target.ts";
import { typesTarget } from "../../compiler/emit/types.ts";
import { nodesIn } from "../../compiler/plan/nodes.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import type { CallError, MachineTables, SagaContext, SagaEvent, SagaState, StepRecord } from "../../runtime/engine/definition.ts";
import { type Effects, effectsOf, type WantedTimer } from "../../runtime/engine/effects.ts";
import { createTransition, type Transition } from "../../runtime/engine/state.ts";

/** An emitted machine, written, imported and ready to be stepped. */
export interface Compiled {
  readonly plan: Plan;
  readonly machine: AnyStateMachine;
  readonly definition: MachineTables;
  readonly transition: Transition;
}

export const OPTIONS: EmitOptions = { importExtension: ".ts", compilerVersion: "0.0.0", planHash: "0".repeat(64), planText: "" };

/** The machine and the types that it imports. */
export function emitted(plan: Plan): readonly EmittedFile[] {
  return [...machineTarget.emit(plan, OPTIONS), ...typesTarget.emit(plan, OPTIONS)];
}

const TEMP = fileURLToPath(new URL("../../.tmp/machine/", import.meta.url));

/** Writes what was emitted where `xstate` can be found; a folder by its text, so that runs do not disturb each other. */
export function written(plan: Plan): { readonly folder: string; readonly machineFile: string } {
  const files = emitted(plan);
  const hash = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16);
  const folder = `${TEMP}${sagaNames(plan.saga).stem}-${hash}/`;
  mkdirSync(folder, { recursive: true });
  for (const file of files) {
    if (existsSync(folder + file.path)) continue;
    // Whole or not at all: another test may be about to import it.
    const draft = `${folder}${file.path}.${process.pid}`;
    writeFileSync(draft, file.text);
    renameSync(draft, folder + file.path);
  }
  return { folder, machineFile: folder + (files[0]?.path ?? "") };
}

export async function compiled(plan: Plan): Promise<Compiled> {
  const { machineFile } = written(plan);
  const module = (await import(/* @vite-ignore */ pathToFileURL(machineFile).href)) as Readonly<Record<string, unknown>>;
  const machine = module[sagaNames(plan.saga).machine] as AnyStateMachine;
  const { calls, effects, delays, waits, instants } = module as unknown as MachineTables;
  const optional = { ...(waits === undefined ? {} : { waits }), ...(instants === undefined ? {} : { instants }) };
  const definition = { machine, calls, effects, delays, ...optional };
  return { plan, machine, definition, transition: createTransition(definition) };
}

/** How long a timer is that is set now, also of a call's time limit, which its worker works out. ms. */
export function delayOf({ delays }: MachineTables, { context }: SagaState, { key, delayMs }: WantedTimer): number {
  if (delayMs !== null) return delayMs;
  const delay = delays[key.split("#")[0] ?? ""];
  if (delay === undefined) throw new Error(`the machine has no delay of ${key}`);
  return typeof delay === "number" ? delay : delay({ context: context as never });
}

/** One saga, stepped by hand. What is told of a call or a timer must be wanted: a test that is wrong fails at once. */
export class Run {
  readonly compiled: Compiled;
  state: SagaState;

  constructor(compiled: Compiled, start: { readonly input?: unknown; readonly seed?: number } = {}) {
    this.compiled = compiled;
    this.state = compiled.transition.initial({ input: start.input ?? { id: "1" }, seed: start.seed ?? 1 });
  }

  send(...events: readonly SagaEvent[]): this {
    for (const event of events) this.state = this.compiled.transition.next(this.state, event);
    return this;
  }

  /** The call succeeds; its output has one field. */
  done(call: string, output: unknown = { value: `of ${call}` }): this {
    this.#mustWant(call);
    return this.send({ type: `xstate.done.actor.${call}`, output });
  }

  /** The call answers with an error that its step declares. */
  declares(call: string, name = "Refused", data: unknown = { why: "no" }): this {
    return this.fails(call, { kind: "declared", name, data, message: name });
  }

  /** The call ends, and nobody knows whether it happened. */
  breaks(call: string): this {
    return this.fails(call, { kind: "unknown", message: "connection reset" });
  }

  /** The call's answer does not fit. */
  misfits(call: string): this {
    return this.fails(call, { kind: "badOutput", message: "does not fit", raw: 7 });
  }

  fails(call: string, error: CallError): this {
    this.#mustWant(call);
    return this.send({ type: `xstate.error.actor.${call}`, error });
  }

  /** The handler does not answer, in time or within its grace. */
  timesOut(call: string): this {
    return this.due(`${call}.timeout`).due(`${call}.grace`);
  }

  /** A timer is due, by the name of its delay. */
  due(delay: string): this {
    return this.send(this.timer(delay).event);
  }

  timer(delay: string): WantedTimer & { readonly delayMs: number } {
    const found = [...this.effects.timers.values()].find(({ key }) => key === delay || key.startsWith(`${delay}#`));
    if (found === undefined) throw new Error(`${delay} is not set; set are: ${[...this.effects.timers.keys()].join(", ")}`);
    return { ...found, delayMs: delayOf(this.compiled.definition, this.state, found) };
  }

  /** A signal is given to a wait that is open. */
  signal(name: string, payload: unknown = {}, wait?: string): this {
    const open = [...this.effects.waits.values()].map(({ id }) => id);
    const to = wait ?? open.find((id) => this.compiled.definition.waits?.[id]?.signals.some(({ signal }) => signal === name));
    if (to === undefined) throw new Error(`nothing waits for ${name}; open are: ${open.join(", ")}`);
    return this.send({ type: `signal.${name}`, wait: to, payload });
  }

  recovered(): this {
    return this.send({ type: "saga.recovered" });
  }

  cancel(reason: string | null = null): this {
    return this.send({ type: "saga.cancel", reason });
  }

  get effects(): Effects {
    return effectsOf(this.compiled.definition, this.state);
  }

  /** Identities of the calls that are wanted, those to be aborted with a `!`. */
  get calls(): string[] {
    return [...this.effects.calls.values()].map(({ identity, abort }) => (abort ? `${identity}!` : identity));
  }

  /** Keys of the timers beside those of the saga itself. */
  get timers(): string[] {
    return [...this.effects.timers.keys()].filter((key) => !key.startsWith("saga."));
  }

  /** Identities of the waits that are open. */
  get waits(): string[] {
    return [...this.effects.waits.keys()];
  }

  get parked(): readonly string[] {
    return this.effects.parked;
  }

  get status(): "running" | "completed" | "compensated" {
    return this.compiled.transition.statusOf(this.state);
  }

  get context(): SagaContext {
    return this.state.context;
  }

  /** Name and step of the failure: `Refused of b`. */
  get failure(): string | null {
    const { failure } = this.context;
    if (failure === null) return null;
    return failure.step === null ? failure.name : `${failure.name} of ${failure.step}`;
  }

  record(step: string): StepRecord {
    return recordOf(this.compiled, this.state, step);
  }

  #mustWant(call: string): void {
    const wanted = [...this.effects.calls.values()].some(({ id }) => id === call);
    if (!wanted) throw new Error(`${call} is not wanted; wanted are: ${this.calls.join(", ")}`);
  }
}

export function recordOf({ plan }: Compiled, { context }: SagaState, step: string): StepRecord {
  const place = plan.steps.find(({ name }) => name === step)?.place ?? placeOf(plan, step);
  if (place === undefined) throw new Error(`the plan has no step ${step}`);
  let found: unknown = context.steps;
  for (const name of place) found = (found as Readonly<Record<string, unknown>>)[name];
  return found as StepRecord;
}

/** Of a child by its name, of a compute by its id. */
function placeOf(plan: Plan, name: string): readonly string[] | undefined {
  for (const node of nodesIn(plan.forward)) {
    if (("name" in node && node.name === name) || (node.kind === "compute" && node.id === name)) return node.place;
  }
  return undefined;
}

/** Through text and back, as a store keeps it. */
export function stored(state: SagaState): SagaState {
  return JSON.parse(JSON.stringify(state)) as SagaState;
}
