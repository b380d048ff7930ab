import type { ChildSite, Failure, SagaEvent } from "./definition.ts";
import type { WantedCall } from "./effects.ts";
import { type Cursor, childName, type Item, runKey } from "./family.ts";
import type { HistoryRecord } from "./history.ts";
import { nameOf } from "./implement.ts";
import { recordAt } from "./keys.ts";
import { begin, callRef } from "./step.ts";
import type { Unit } from "./unit.ts";
import { accept, apply, itemOf, MissingMembers, runOf, standingState, stateOf, unitOf, type Work } from "./work.ts";

/**
 * What a member's calls want that run instances of their own: begins those that may begin, tells the others to turn back, undoes those that
 * are to be undone, and answers the call when all is settled. Looks at counts, so that the end of one instance costs the same among ten
 * as among ten thousand.
 */
export function settleChildren(work: Work, parentId: string): void {
  const state = stateOf(work, parentId);
  if (state === null) return;
  for (const wanted of state.standing.effects.calls.values()) {
    const { children } = wanted.site;
    if (children === undefined) continue;
    const changed =
      wanted.site.kind === "undo"
        ? settleUndo(work, parentId, wanted, children)
        : settleForward(work, parentId, wanted, children);
    // It stands elsewhere now, and is looked at anew.
    if (changed) return;
  }
}

function settleForward(work: Work, parentId: string, wanted: WantedCall, site: ChildSite): boolean {
  const key = runKey(parentId, wanted.site.step, wanted.entry);
  const inputs = inputsOf(work, parentId, key, site);
  const failure = () => standingState(work, parentId).failures[wanted.identity] ?? null;
  // Before anything takes the place of one that failed, and ended, at once.
  if (noteFailure(work, parentId, key, wanted, site)) return true;
  if (!wanted.abort && failure() === null) beginMore(work, parentId, key, wanted, site, inputs);
  // What begins may fail at once.
  if (noteFailure(work, parentId, key, wanted, site)) return true;
  const found = failure();
  if (wanted.abort || (found !== null && site.onFailure === "cancel")) cancelRunning(work, key);
  const run = runOf(work, key);
  if (run.running > 0 || work.again.has(parentId)) return false;
  if (run.created < inputs.length && !wanted.abort && found === null) return false;
  forgetFailure(work, parentId, wanted);
  answer(work, parentId, wanted, answerOf(work, wanted, site, key, inputs.length, found));
  return true;
}

/** Computed once, when the call is first seen: what they are made of does not change while it runs. */
function inputsOf(work: Work, parentId: string, key: string, site: ChildSite): readonly unknown[] {
  const run = runOf(work, key);
  if (run.inputs !== null) return run.inputs;
  const inputs = site.inputs(standingState(work, parentId).standing.state.context as never);
  work.runs.set(key, { ...run, inputs });
  return inputs;
}

function beginMore(
  work: Work,
  parentId: string,
  key: string,
  wanted: WantedCall,
  site: ChildSite,
  inputs: readonly unknown[],
): void {
  const max = site.max ?? Number.POSITIVE_INFINITY;
  for (let run = runOf(work, key); run.created < inputs.length && run.running < max; run = runOf(work, key)) {
    if (work.begun >= BEGIN_MAX) {
      work.again.set(parentId, true);
      return;
    }
    const unit = unitFor(work, parentId, site);
    const input =
      site.saga === null
        ? { ok: true as const, value: inputs[run.created] }
        : checkedInput(unit, inputs[run.created], wanted.site.step);
    if (!input.ok) {
      rememberFailure(work, parentId, wanted, input.failure);
      return;
    }
    work.begun++;
    const id = `${key}.${run.created}`;
    work.units.set(id, unit);
    const start = { input: input.value, seed: work.options.random.seed(), correlationId: work.correlationId };
    accept(work, id, begin(unit, start));
    // It failed at once: no other begins.
    if (site.onFailure !== "continue" && work.failing.has(key)) return;
  }
}

function unitFor(work: Work, parentId: string, site: ChildSite): Unit {
  const { registry } = work.options;
  const definition = site.saga ?? unitOf(work, parentId).definition;
  const implementation = registry.get(nameOf(definition));
  const unit = site.body === null ? implementation?.unit : implementation?.bodies.get(site.body);
  if (unit === undefined) throw new Error(`nothing runs ${site.body ?? "the saga"} of ${nameOf(definition)}`);
  return unit;
}

/** A called saga takes no input that does not fit; nothing of it has happened then. */
function checkedInput(
  unit: Unit,
  input: unknown,
  step: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly failure: Failure } {
  const parsed = unit.definition.validators.input.safeParse(input);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issues = parsed.error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.map(String).join(".") || "(all)"}: ${issue.message}`);
  const summary = `the input of ${unit.definition.saga} does not fit: ${issues.join("; ")}`;
  return { ok: false, failure: { name: "Unknown", step, summary, data: null } };
}

/** Hears of the first failure at once, and tells the parent of it where the others are to turn back. */
function noteFailure(work: Work, parentId: string, key: string, wanted: WantedCall, site: ChildSite): boolean {
  if (site.onFailure === "continue") return false;
  const before = standingState(work, parentId).failures[wanted.identity];
  if (before !== undefined || wanted.abort) return false;
  const failure = work.failing.get(key);
  if (failure === undefined) return false;
  rememberFailure(work, parentId, wanted, failure);
  if (site.kind !== "items" || site.onFailure !== "cancel") return false;
  const event: SagaEvent = { type: `child.failed.${wanted.id}`, failure };
  apply(work, parentId, event, (timed) => ({ type: "childFailed", call: wanted.id, event: timed }));
  return true;
}

function rememberFailure(work: Work, parentId: string, wanted: WantedCall, failure: Failure): void {
  const state = standingState(work, parentId);
  work.members.set(parentId, { ...state, failures: { ...state.failures, [wanted.identity]: failure } });
}

function forgetFailure(work: Work, parentId: string, wanted: WantedCall): void {
  const state = standingState(work, parentId);
  if (state.failures[wanted.identity] === undefined) return;
  const { [wanted.identity]: _, ...failures } = state.failures;
  work.members.set(parentId, { ...state, failures });
}

/** Once: an instance that was told goes back by itself. */
function cancelRunning(work: Work, key: string): void {
  const run = runOf(work, key);
  if (run.cancelled) return;
  work.runs.set(key, { ...run, cancelled: true });
  for (let index = 0; index < run.created; index++) {
    const id = `${key}.${index}`;
    if (itemOf(work, id)?.status !== "running") continue;
    const { context } = standingState(work, id).standing.state;
    if (context.failure !== null || context.pivot === "passed") continue;
    const event: SagaEvent = { type: "saga.cancel", reason: "what it is part of goes back" };
    apply(work, id, event, (timed) => ({
      type: "command",
      kind: "cancel",
      id,
      by: null,
      reason: "what it is part of goes back",
      event: timed,
    }));
  }
}

type Answer = Extract<
  SagaEvent,
  { readonly output: unknown; readonly type: `xstate.done.actor.${string}` } | { readonly error: unknown }
>;

function answerOf(work: Work, wanted: WantedCall, site: ChildSite, key: string, total: number, failure: Failure | null): Answer {
  const run = runOf(work, key);
  const error = (found: Failure | null): Answer => ({
    type: `xstate.error.actor.${wanted.id}`,
    error: found === null ? { kind: "stopped" } : { kind: "failed", failure: found },
  });
  const all = run.created === total && (site.onFailure === "continue" || run.completed === total);
  if (!all || failure !== null) return error(failure);
  return { type: `xstate.done.actor.${wanted.id}`, output: site.keepsOutput ? resultsOf(work, site, key, total) : null };
}

/** Of items the list of their results, else the one output. Reads those that were let go. */
function resultsOf(work: Work, site: ChildSite, key: string, total: number): unknown {
  const ids = Array.from({ length: total }, (_, index) => `${key}.${index}`);
  const missing = ids.filter((id) => stateOf(work, id) === null && !isKept(itemOf(work, id)));
  if (missing.length > 0) throw new MissingMembers(missing);
  const results = ids.map((id) => {
    const { output, failure, status } = kept(work, id);
    if (site.kind !== "items" || site.onFailure !== "continue") return output;
    return status === "completed" ? { status, output } : { status, error: failure };
  });
  return site.kind === "items" ? results : (results[0] ?? null);
}

function isKept(item: Item | undefined): boolean {
  return item !== undefined && ("output" in item || "failure" in item);
}

function kept(
  work: Work,
  id: string,
): { readonly status: Item["status"]; readonly output: unknown; readonly failure: Failure | null } {
  const item = itemOf(work, id);
  const state = stateOf(work, id);
  if (item === undefined) throw new Error(`child ${id} is not known`);
  if (state === null) return { status: item.status, output: item.output ?? null, failure: item.failure ?? null };
  const { state: end } = state.standing;
  return { status: item.status, output: unitOf(work, id).transition.output(end), failure: end.context.failure };
}

/** Every instance of this step that has completed, the last first: of all its rounds and attempts. */
function settleUndo(work: Work, parentId: string, wanted: WantedCall, site: ChildSite): boolean {
  const group = `${parentId}//${wanted.site.step}`;
  const { entry: last } = recordAt(standingState(work, parentId).standing.state.context, wanted.site.place).forward;
  let running = 0;
  for (let entry = 1; entry <= last; entry++) running += runOf(work, `${group}.${entry}`).running;
  const max = site.max ?? Number.POSITIVE_INFINITY;
  const next: string[] = [];
  let waits = false;
  for (let at = nextToUndo(work, group, last); at !== null && running < max; at = nextToUndo(work, group, last)) {
    const id = `${group}.${at.entry}.${at.index}`;
    // Its endings come first; it is looked at again when they are over.
    waits = itemOf(work, id)?.ending === true;
    if (waits) break;
    if (work.begun >= BEGIN_MAX) {
      work.again.set(parentId, true);
      break;
    }
    next.push(id);
    running++;
    work.begun++;
    work.cursors.set(group, { entry: at.entry, index: at.index - 1 });
  }
  const missing = next.filter((id) => stateOf(work, id) === null);
  if (missing.length > 0) throw new MissingMembers([...missing, ...comingNext(work, group, last, Math.min(max, BEGIN_MAX))]);
  for (const id of next) apply(work, id, { type: "saga.undo" }, (event): HistoryRecord => ({ type: "reopened", event }));
  if (next.length > 0) {
    // Some may have ended at once; then there may be room for more.
    work.dirty.add(parentId);
    return false;
  }
  if (running > 0 || waits || work.again.has(parentId)) return false;
  answer(work, parentId, wanted, { type: `xstate.done.actor.${wanted.id}`, output: null });
  return true;
}

/** Those that will be undone after these: read along, so that not every one of them needs a draft of its own to find that it is missing. */
function comingNext(work: Work, group: string, last: number, count: number): string[] {
  const before = work.cursors.get(group);
  const ids: string[] = [];
  for (let at = nextToUndo(work, group, last); at !== null && ids.length < count; at = nextToUndo(work, group, last)) {
    ids.push(`${group}.${at.entry}.${at.index}`);
    work.cursors.set(group, { entry: at.entry, index: at.index - 1 });
  }
  if (before !== undefined) work.cursors.set(group, before);
  return ids;
}

/** Where the next one stands, from the last to the first; `null`: there is none left. */
function nextToUndo(work: Work, group: string, last: number): Cursor | null {
  const from = work.cursors.get(group) ?? work.family.cursors.get(group) ?? null;
  for (let entry = from?.entry ?? last; entry >= 1; entry--) {
    const first = from?.entry === entry ? from.index : runOf(work, `${group}.${entry}`).created - 1;
    for (let index = first; index >= 0; index--) {
      if (itemOf(work, `${group}.${entry}.${index}`)?.status === "completed") return { entry, index };
    }
  }
  return null;
}

function answer(work: Work, parentId: string, wanted: WantedCall, event: Answer): void {
  const outcome = "output" in event ? "completed" : (event.error as { readonly kind: "failed" | "stopped" }).kind;
  apply(work, parentId, event, (timed) => ({ type: "answered", ...callRef(wanted), outcome, event: timed }));
}

/** What has ended and is to be let go: what its parent's answer brings is kept. */
export function keepResult(work: Work, id: string): void {
  const name = childName(id);
  const item = itemOf(work, id);
  if (name === null || item === undefined || item.status === "running") return;
  const site = stateOf(work, name.parent) === null ? undefined : unitOf(work, name.parent).tables.calls[name.name]?.children;
  if (site?.keepsOutput !== true) return;
  const { output, failure } = kept(work, id);
  work.items.set(id, failure === null ? { ...item, output } : { ...item, failure });
}

/** Instances begun or undone in one commit: enough to share its cost, few enough to keep it short. */
const BEGIN_MAX = 128;
