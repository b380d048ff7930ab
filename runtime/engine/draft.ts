import type { Random } from "../ports/random.ts";
import type { CommandResult, CommitPart, Lease, PendingCommand, SagaCondition, SagaStatus } from "../store/store.ts";
import type { OperatorEvent, SagaContext, SagaEvent } from "./definition.ts";
import { ENVELOPE_FORMAT, type Envelope, writeEnvelope } from "./envelope.ts";
import type { HistoryRecord } from "./history.ts";
import type { Implementation } from "./implement.ts";
import type { Input, Instance } from "./instance.ts";
import { begin, callRef, type Decision, type Standing, take } from "./step.ts";

/** One commit, worked out and not yet written. */
export interface Draft {
  readonly part: CommitPart;
  /** `null` where the saga cannot be read. */
  readonly standing: Standing | null;
  readonly status: SagaStatus;
  readonly quarantined: boolean;
  readonly correlationId: string;
  readonly latchedCancels: PendingCommand[];
  /** Timers that this commit sets anew: what was read of them before it no longer holds. */
  readonly rearmed: ReadonlySet<string>;
}

export interface DraftOptions {
  readonly lease: Lease;
  readonly commitId: string;
  /** The worker takes no new work: calls that become wanted now are left to the next owner. */
  readonly draining: boolean;
  readonly random: Random;
}

/**
 * Takes the inputs of one saga in order and works out the commit that makes it so. Changes nothing. What throws on the way (a defect, data
 * that no machine of this version made) quarantines this one saga: its state stays as committed, its commands stay pending.
 */
export function draft(
  implementation: Implementation,
  instance: Instance,
  inputs: readonly Input[],
  options: DraftOptions,
): Draft {
  if (instance.quarantined) return quarantine(implementation, instance, inputs, options, null);
  if (instance.unreadable !== null) return quarantine(implementation, instance, inputs, options, instance.unreadable);
  try {
    return work(implementation, instance, inputs, options);
  } catch (error) {
    return quarantine(implementation, instance, inputs, options, error instanceof Error ? error.message : String(error));
  }
}

/** The commit that sets one saga aside, visible and named. `message`: `null` if it is already. */
export function quarantine(
  implementation: Implementation,
  instance: Instance,
  inputs: readonly Input[],
  options: DraftOptions,
  message: string | null,
): Draft {
  const start = inputs.find((input) => input.kind === "start");
  const records: HistoryRecord[] = message === null ? [] : [{ type: "quarantined", message: message.slice(0, 4_096) }];
  const snapshot =
    instance.snapshot ??
    JSON.stringify({ format: ENVELOPE_FORMAT, saga: implementation.definition.saga, unbegun: start?.command.payload ?? null });
  return {
    part: {
      lease: options.lease,
      sagaId: instance.sagaId,
      root: null,
      live: true,
      commitId: options.commitId,
      expectedVersion: instance.version,
      snapshot,
      status: "running",
      conditions: ["quarantined"],
      records: records.map((record) => JSON.stringify(record)),
      setTimers: [],
      // What it wants can be read off its state again, should it be released.
      clearTimers: [...(instance.standing?.effects.timers.keys() ?? []), ...timerKeys(inputs)],
      consume: start === undefined ? [] : [consumed(start.command, { status: "applied", code: "RT3002", message })],
    },
    standing: instance.standing,
    status: "running",
    quarantined: true,
    correlationId: instance.correlationId,
    latchedCancels: instance.latchedCancels,
    rearmed: new Set(),
  };
}

/** What is settled while the inputs are taken. */
interface Work {
  readonly implementation: Implementation;
  readonly instance: Instance;
  correlationId: string;
  standing: Standing | null;
  readonly records: HistoryRecord[];
  readonly consume: CommitPart["consume"][number][];
  latched: PendingCommand[];
  /** Timers to set again although they are set: their calls are delivered anew. */
  readonly rearm: Set<string>;
  takenOver: boolean;
}

function work(implementation: Implementation, instance: Instance, inputs: readonly Input[], options: DraftOptions): Draft {
  const { definition, transition } = implementation;
  const now: Work = {
    implementation,
    instance,
    correlationId: instance.correlationId,
    standing: instance.standing,
    records: [],
    consume: [],
    latched: [...instance.latchedCancels],
    rearm: new Set(),
    takenOver: false,
  };
  for (const input of inputs) takeInput(now, input, options.random);
  const { standing } = now;
  if (standing === null) throw new Error(`saga ${instance.sagaId} has nothing to begin with`);
  settleLatched(now, standing.state.context);

  const status = transition.statusOf(standing.state);
  const committed = instance.standing?.effects.timers;
  const undelivered: string[] = [];
  for (const [identity, wanted] of standing.effects.calls) {
    const known = instance.standing?.effects.calls.has(identity) === true && !now.takenOver;
    if (known || wanted.abort || instance.running.has(identity)) continue;
    if (options.draining) undelivered.push(identity);
    else now.records.push({ type: "called", redelivered: instance.redelivered.has(identity), ...callRef(wanted) });
  }
  const setTimers = [...standing.effects.timers.values()]
    .filter((timer) => committed?.has(timer.key) !== true || now.rearm.has(timer.key))
    .map(({ key, delayMs }) => ({ key, delayMs }));
  // One that fired is over, whether or not the state still names it: it must not fire again.
  const fired = new Set(timerKeys(inputs));
  const setKeys = new Set(setTimers.map(({ key }) => key));
  const clearTimers = [...new Set([...(committed?.keys() ?? []), ...fired])].filter(
    (key) => !setKeys.has(key) && (fired.has(key) || !standing.effects.timers.has(key)),
  );
  const envelope: Envelope = {
    format: ENVELOPE_FORMAT,
    saga: definition.saga,
    version: definition.version,
    planHash: definition.planHash,
    correlationId: now.correlationId,
    state: standing.state,
    undelivered,
    parked: standing.effects.parked,
    output: status === "completed" ? (transition.output(standing.state) ?? null) : null,
  };
  return {
    part: {
      lease: options.lease,
      sagaId: instance.sagaId,
      root: null,
      live: status === "running",
      commitId: options.commitId,
      expectedVersion: instance.version,
      snapshot: writeEnvelope(envelope),
      status,
      conditions: conditionsOf(standing),
      records: now.records.map((record) => JSON.stringify(record)),
      setTimers,
      clearTimers,
      consume: now.consume,
    },
    standing,
    status,
    quarantined: false,
    correlationId: now.correlationId,
    latchedCancels: now.latched,
    rearmed: now.rearm,
  };
}

function takeInput(now: Work, input: Input, random: Random): void {
  switch (input.kind) {
    case "start":
      return takeStart(now, input.command, random);
    case "command":
      return takeCommand(now, input.command);
    case "answer": {
      const { call, outcome, event } = input;
      const wanted = now.standing?.effects.calls.has(input.identity) === true;
      if (wanted) return apply(now, event, { type: "answered", ...call, outcome, event });
      const answer = "output" in event ? event.output : "error" in event ? event.error : null;
      now.records.push({ type: "late", ...call, outcome, answer });
      return;
    }
    case "timer": {
      // After an outage the time-outs of calls in flight are overdue, but their time starts anew.
      if (now.rearm.has(input.key)) return;
      const timer = now.standing?.effects.timers.get(input.key);
      // One that is no longer wanted is only cleared.
      if (timer !== undefined) apply(now, timer.event, { type: "timer", timer: timer.key, event: timer.event });
      return;
    }
    case "takeOver":
      return takeOver(now, input.undelivered);
  }
}

function takeStart(now: Work, command: PendingCommand, random: Random): void {
  const payload = JSON.parse(command.payload) as { input: unknown; correlationId: string };
  now.correlationId = payload.correlationId;
  const { definition, transition } = now.implementation;
  const decision = begin(definition, transition, {
    input: payload.input,
    seed: random.seed(),
    correlationId: payload.correlationId,
  });
  accept(now, decision);
  now.consume.push(consumed(command, APPLIED));
}

function takeOver(now: Work, undelivered: readonly string[]): void {
  const { standing } = now;
  if (standing === null) return;
  now.takenOver = true;
  const inFlight = [...standing.effects.calls.keys()].some((identity) => !undelivered.includes(identity));
  if (inFlight) {
    const event: SagaEvent = { type: "saga.recovered" };
    apply(now, event, { type: "recovered", event });
  }
  // A call's time-out starts anew with its delivery; deadlines and pauses do not.
  for (const wanted of now.standing?.effects.calls.values() ?? []) now.rearm.add(`${wanted.id}.timeout#${wanted.entry}`);
}

function takeCommand(now: Work, command: PendingCommand): void {
  const { standing } = now;
  if (standing === null) return;
  if (now.implementation.transition.statusOf(standing.state) !== "running") {
    now.consume.push(consumed(command, refusal("RT3003", "the saga has ended")));
    return;
  }
  if (command.kind === "cancel") return takeCancel(now, command, standing);
  if (command.kind === "operator") return takeOperator(now, command, standing);
  now.consume.push(consumed(command, refusal("RT1005", `commands of kind ${command.kind} are not available yet`)));
}

function takeCancel(now: Work, command: PendingCommand, standing: Standing): void {
  const { context } = standing.state;
  if (context.pivot === "passed") {
    now.consume.push(consumed(command, refusal("RT3004", "the pivot has passed: from here on the saga only goes forward")));
    return;
  }
  const payload = JSON.parse(command.payload) as { by?: string; reason?: string };
  const event: SagaEvent = { type: "saga.cancel", reason: payload.reason ?? null };
  if (context.failure === null) {
    apply(now, event, {
      type: "command",
      kind: "cancel",
      id: command.id,
      by: payload.by ?? null,
      reason: payload.reason ?? null,
      event,
    });
  }
  if (context.pivot === "deciding" && context.failure === null) now.latched.push(command);
  else now.consume.push(consumed(command, APPLIED));
}

function takeOperator(now: Work, command: PendingCommand, standing: Standing): void {
  const payload = JSON.parse(command.payload) as { event: OperatorEvent; by?: string; reason?: string };
  const { parked } = standing.effects;
  if (!parked.includes(payload.event.call)) {
    const waiting = parked.length === 0 ? "nothing is" : `what is: ${parked.map((call) => `"${call}"`).join(", ")}`;
    now.consume.push(consumed(command, refusal("RT3005", `"${payload.event.call}" is not parked; ${waiting}`)));
    return;
  }
  const { event, misfit } = checked(now.implementation, payload.event);
  if (misfit !== null) {
    now.consume.push(consumed(command, refusal("RT1002", misfit)));
    return;
  }
  apply(now, event, {
    type: "command",
    kind: "operator",
    id: command.id,
    by: payload.by ?? null,
    reason: payload.reason ?? null,
    event,
  });
  const stays = now.standing?.effects.parked.includes(event.call) === true;
  now.consume.push(
    consumed(
      command,
      stays
        ? refusal("RT3005", `\`${event.type.replace("operator.", "")}\` does not fit "${event.call}", which stays parked`)
        : APPLIED,
    ),
  );
}

/** What a person says that a step answered must fit its output, as the step's own answer must. */
function checked(
  implementation: Implementation,
  event: OperatorEvent,
): { readonly event: OperatorEvent; readonly misfit: string | null } {
  const { calls, validators } = implementation.definition;
  const site = calls[event.call];
  const validator = site === undefined || site.kind === "undo" ? undefined : validators.outputs[site.step];
  if (event.type !== "operator.happened" || validator === undefined) return { event, misfit: null };
  const parsed = validator.safeParse(event.output);
  if (parsed.success) return { event: { ...event, output: parsed.data }, misfit: null };
  const issues = parsed.error.issues.map((issue) => `${issue.path.map(String).join(".") || "(all)"}: ${issue.message}`);
  return { event, misfit: `the output given for "${event.call}" does not fit: ${issues.slice(0, 3).join("; ")}` };
}

/** A cancel that came while the pivot was deciding has its result once the pivot is settled. */
function settleLatched(now: Work, context: SagaContext): void {
  if (context.pivot === "deciding" && context.failure === null) return;
  for (const command of now.latched) {
    const result = context.pivot === "passed" ? refusal("RT3004", "the pivot passed while the cancel waited for it") : APPLIED;
    now.consume.push(consumed(command, result));
  }
  now.latched = [];
}

function apply(now: Work, event: SagaEvent, cause: HistoryRecord): void {
  const { definition, transition } = now.implementation;
  if (now.standing === null) throw new Error(`saga ${now.instance.sagaId} takes ${event.type} before it began`);
  accept(now, take(definition, transition, now.standing, event, cause));
}

function accept(now: Work, decision: Decision): void {
  now.standing = decision;
  now.records.push(...decision.records);
}

function conditionsOf(standing: Standing): SagaCondition[] {
  const conditions: SagaCondition[] = [];
  if (standing.state.context.overdue) conditions.push("overdue");
  if (standing.effects.parked.length > 0) conditions.push("parked");
  return conditions;
}

function timerKeys(inputs: readonly Input[]): string[] {
  return inputs.flatMap((input) => (input.kind === "timer" ? [input.key] : []));
}

const APPLIED: CommandResult = { status: "applied", code: null, message: null };

function refusal(code: string, message: string): CommandResult {
  return { status: "refused", code, message };
}

function consumed(command: PendingCommand, result: CommandResult): CommitPart["consume"][number] {
  return { position: command.position, id: command.id, result };
}
