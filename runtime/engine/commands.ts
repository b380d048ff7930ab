import type { PendingCommand } from "../store/store.ts";
import type { OperatorEvent, SagaEvent } from "./definition.ts";
import { effectsOf } from "./effects.ts";
import { takeSignal } from "./signals.ts";
import { begin as firstDecision } from "./step.ts";
import type { Unit } from "./unit.ts";
import { APPLIED, accept, apply, consume, historyFull, refusal, standingState, stateOf, unitOf, type Work } from "./work.ts";

export function takeStart(work: Work, command: PendingCommand): void {
  begin(work, command.payload);
  consume(work, work.family.rootId, command, APPLIED);
}

/** `text`: what its start said. */
export function begin(work: Work, text: string): void {
  const payload = JSON.parse(text) as { input: unknown; correlationId: string };
  const { rootId } = work.family;
  const { unit } = work.options.implementation;
  work.correlationId = payload.correlationId;
  work.units.set(rootId, unit);
  accept(
    work,
    rootId,
    firstDecision(unit, { input: payload.input, seed: work.options.random.seed(), correlationId: payload.correlationId }),
  );
}

/** Everything that is asked of a saga that has begun. Each has a result, written with what it changed. */
export function takeCommand(work: Work, command: PendingCommand): void {
  const { rootId } = work.family;
  const root = stateOf(work, rootId);
  if (root === null) return;
  if (unitOf(work, rootId).transition.statusOf(root.standing.state) !== "running" && command.kind !== "operator") {
    consume(work, rootId, command, refusal("RT3003", "the saga has ended"));
    return;
  }
  switch (command.kind) {
    case "cancel":
      return takeCancel(work, command);
    case "operator":
      return takeOperator(work, command);
    case "signal":
      return takeSignal(work, command);
    case "release":
      return consume(work, rootId, command, refusal("RT3005", "the saga is not set aside: there is nothing to release"));
    case "start":
      consume(work, rootId, command, refusal("RT1005", "the saga has begun already"));
  }
}

function takeCancel(work: Work, command: PendingCommand): void {
  const { rootId } = work.family;
  const { context } = standingState(work, rootId).standing.state;
  if (context.pivot === "passed") {
    const why = "the pivot has passed: from here on the saga only goes forward";
    consume(work, rootId, command, refusal("RT3004", why));
    return;
  }
  const { by = null, reason = null } = JSON.parse(command.payload) as { by?: string; reason?: string };
  const { latched } = work.shared;
  // It waited for the pivot under a worker before this one: what it does is done, and the history has it.
  const isKnown = latched.includes(command.id);
  if (context.failure === null && !isKnown) {
    const event: SagaEvent = { type: "saga.cancel", reason };
    apply(work, rootId, event, (timed) => ({ type: "command", kind: "cancel", id: command.id, by, reason, event: timed }));
  }
  if (context.pivot !== "deciding" || context.failure !== null) return consume(work, rootId, command, APPLIED);
  work.latched = [...work.latched, command];
  if (!isKnown) work.shared = { ...work.shared, latched: [...latched, command.id] };
}

/** A person's word over something parked, of the root or of one of its children. */
function takeOperator(work: Work, command: PendingCommand): void {
  const payload = JSON.parse(command.payload) as { event: OperatorEvent; by?: string; reason?: string };
  const { call } = payload.event;
  const state = stateOf(work, command.sagaId);
  const parked = state?.standing.effects.parked ?? [];
  const id = state === null ? work.family.rootId : command.sagaId;
  if (state === null || !parked.includes(call)) {
    const { transition } = unitOf(work, id);
    if (state !== null && transition.statusOf(state.standing.state) !== "running" && parked.length === 0) {
      consume(work, id, command, refusal("RT3003", "the saga has ended"));
      return;
    }
    const waiting = parked.length === 0 ? "nothing is" : `what is: ${parked.map((name) => `"${name}"`).join(", ")}`;
    consume(work, id, command, refusal("RT3005", `"${call}" is not parked; ${waiting}`));
    return;
  }
  const full = payload.event.type === "operator.retry" ? historyFull(work, id) : null;
  if (full !== null) {
    consume(work, id, command, full);
    return;
  }
  const { event, misfit } = checked(unitOf(work, id), payload.event);
  if (misfit !== null) {
    consume(work, id, command, refusal("RT1002", misfit));
    return;
  }
  const { by = null, reason = null } = payload;
  apply(work, id, event, (timed) => ({ type: "command", kind: "operator", id: command.id, by, reason, event: timed }));
  const stays = standingState(work, id).standing.effects.parked.includes(call);
  consume(work, id, command, stays ? refusal("RT3005", misfitText(work, id, event)) : APPLIED);
}

function misfitText(work: Work, id: string, { type, call }: OperatorEvent): string {
  const fitting = fittingVerbs(work, id, call).join(", ");
  return `\`${type.replace("operator.", "")}\` does not fit "${call}", which stays parked; what fits: ${fitting}`;
}

/** What a person can say of a parked call, where it stands now: what takes it out of there. */
function fittingVerbs(work: Work, id: string, call: string): string[] {
  const { tables, transition } = unitOf(work, id);
  const { state } = standingState(work, id).standing;
  return VERBS.filter((verb) => {
    try {
      const next = transition.next(state, { type: `operator.${verb}`, call, output: {} });
      return !effectsOf(tables, next).parked.includes(call);
    } catch {
      // It was let through, and what comes after it reads the output that is made up here.
      return true;
    }
  });
}

const VERBS = ["retry", "happened", "didNotHappen", "skip", "goBack"] as const;

/** What a person says that a step answered must fit its output, as the step's own answer must. */
function checked(unit: Unit, event: OperatorEvent): { readonly event: OperatorEvent; readonly misfit: string | null } {
  const site = unit.tables.calls[event.call];
  const validator = site === undefined || site.kind === "undo" ? undefined : unit.definition.validators.outputs[site.step];
  if (event.type !== "operator.happened" || validator === undefined) return { event, misfit: null };
  const parsed = validator.safeParse(event.output);
  if (parsed.success) return { event: { ...event, output: parsed.data }, misfit: null };
  const issues = parsed.error.issues.map((issue) => `${issue.path.map(String).join(".") || "(all)"}: ${issue.message}`);
  return { event, misfit: `the output given for "${event.call}" does not fit: ${issues.slice(0, 3).join("; ")}` };
}

/** A cancel that came while the pivot was deciding has its result once the pivot is settled. */
export function settleLatched(work: Work): void {
  const { rootId } = work.family;
  const { context } = standingState(work, rootId).standing.state;
  if (context.pivot === "deciding" && context.failure === null) return;
  if (work.shared.latched.length > 0) work.shared = { ...work.shared, latched: [] };
  const passed = context.pivot === "passed";
  const result = passed ? refusal("RT3004", "the pivot passed while the cancel waited for it") : APPLIED;
  for (const command of work.latched) consume(work, rootId, command, result);
  work.latched = [];
}
