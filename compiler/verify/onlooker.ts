import type { PlanOutcome } from "../plan/plan.ts";
import { advance, fail } from "./advance.ts";
import type { Happening } from "./alphabet.ts";
import type { Choices } from "./choices.ts";
import type { Doing } from "./doings.ts";
import type { CallFacts, Facts } from "./facts.ts";
import { forget } from "./forget.ts";
import { UNDO_LIMIT } from "./machine.ts";
import { type Draft, draftOf, learn, learnWait, type Seen, seenOf, stoppedIn } from "./seen.ts";
import { type Standing, standingOf } from "./standing.ts";
import type { Look, WantedCall } from "./wanted.ts";

/**
 * What must follow from one thing that happened, by docs/semantics.md and the plan. The machine's own records are not asked: they are what
 * could be wrong.
 */
export interface Expected {
  /** The saga must have begun to go back now. */
  readonly goesBack: boolean;
  /** Calls and waits over which it must wait for a person from now on. */
  readonly parks: readonly string[];
  /** For a call that ended without an outcome: what must come next. */
  readonly next: readonly { readonly after: string; readonly is: "pause" | "inquiry" }[];
  /** Where it stands by its plan now. */
  readonly standing: Standing;
}

/** Watches one move of the machine: gives what an onlooker knows then, and what had to follow. `choices`: how conditions turned out. */
export function observe(
  facts: Facts,
  seen: Seen,
  from: Look,
  happening: Happening,
  to: Look,
  choices: Choices,
): { readonly seen: Seen; readonly expected: Expected } {
  const onlooker = new Onlooker(facts, seen, choices);
  for (const call of from.calls) {
    if (isAnswer(happening, call.id)) onlooker.answered(call, happening);
    else if (!to.calls.some(({ identity }) => identity === call.identity)) onlooker.lost(call);
  }
  onlooker.happened(from, happening, to);
  return onlooker.end(from, to);
}

/** What an onlooker knows of a saga that has just begun. */
export function observeStart(
  facts: Facts,
  seen: Seen,
  to: Look,
  choices: Choices,
): { readonly seen: Seen; readonly expected: Expected } {
  return new Onlooker(facts, seen, choices).end({ ...to, calls: [] }, to);
}

type Answered = Extract<Happening, { readonly kind: "answers" | "refuses" }>;

function isAnswer(happening: Happening, call: string): happening is Answered {
  return (happening.kind === "answers" || happening.kind === "refuses") && happening.call === call;
}

class Onlooker {
  readonly #facts: Facts;
  readonly #seen: Draft;
  readonly #before: Seen;
  readonly #choices: Choices;
  readonly #parks: string[] = [];
  readonly #next: { after: string; is: "pause" | "inquiry" }[] = [];

  constructor(facts: Facts, seen: Seen, choices: Choices) {
    this.#facts = facts;
    this.#before = seen;
    this.#seen = draftOf(seen);
    this.#choices = choices;
  }

  // ---- a call is over

  answered(wanted: WantedCall, happening: Answered): void {
    const call = this.#facts.call(wanted.id);
    const { name } = call.step;
    if (call.kind !== "undo") learn(this.#seen, name, { runs: false });
    if (happening.kind === "refuses") {
      if (call.step.of === "step") this.#refused(call, happening.error);
      else this.#childFailed(call, happening.error);
      return;
    }
    switch (happening.answer) {
      case "success":
        if (call.kind === "undo") learn(this.#seen, name, { undone: "done" });
        else this.#itHappened(call);
        return;
      case "didNotHappen":
        return this.#inquiredAway(call);
      case "badOutput":
        if (call.kind === "forward") learn(this.#seen, name, { doubt: true });
        if (!this.#drained(call)) this.#parks.push(name);
        return;
      case "stopped":
        return learn(this.#seen, name, { end: "stopped" });
      case "unknown":
      case "stillUnknown":
        return this.lost(wanted);
    }
  }

  /** It ended, and nobody knows how. */
  lost(wanted: WantedCall): void {
    const call = this.#facts.call(wanted.id);
    const { name } = call.step;
    const at = seenOf(this.#seen, name);
    if (call.kind === "undo") {
      if (call.step.of === "step" && at.undone === "begun") {
        if (left(call, at.undos)) this.#pause(call);
        else this.#parks.push(call.id);
      }
      return;
    }
    learn(this.#seen, name, { runs: false });
    // A child is waited for; a compute may be left alone.
    if (call.step.of !== "step") return learn(this.#seen, name, { end: "stopped" });
    if (call.kind === "forward") {
      learn(this.#seen, name, { doubt: true, inquiries: 0 });
      if (call.step.inquire !== null) this.#ask(call);
      else if (!this.#drained(call)) this.#again(call);
      return;
    }
    if (left(call, at.inquiries)) {
      learn(this.#seen, name, { runs: true });
      return this.#pause(call);
    }
    if (this.#drained(call)) return;
    const forward = this.#facts.call(name);
    if (at.pending === null) this.#again(forward);
    else if (call.step.zone !== "pivot" && call.step.failsTo !== null) this.#giveUp(call.step, "stopped");
    else this.#parks.push(name);
  }

  #refused(call: CallFacts, error: string): void {
    const { step } = call;
    const at = seenOf(this.#seen, step.name);
    if (!at.doubt || this.#facts.answersRepeats(step)) {
      learn(this.#seen, step.name, { effect: "no", doubt: false });
      return this.#policy(call, error);
    }
    learn(this.#seen, step.name, { inquiries: 0, ...(step.failsTo === null ? {} : { pending: error }) });
    if (step.inquire !== null) this.#ask(call);
    else if (this.#drained(call)) return;
    else if (step.failsTo === null) this.#again(call);
    else if (step.zone === "pivot") this.#parks.push(call.id);
    else this.#giveUp(step, "stopped");
  }

  /** A declared error that proves that nothing happened. */
  #policy(call: CallFacts, error: string): void {
    const { step } = call;
    const policy = step.policies.find((one) => one.error === error);
    if (policy?.retry != null) {
      const { refusals } = seenOf(this.#seen, step.name);
      const count = (refusals[error] ?? 0) + 1;
      learn(this.#seen, step.name, { refusals: { ...refusals, [error]: count } });
      const { attempts } = policy.retry;
      if (attempts === null || count < attempts) {
        if (!this.#drained(call)) this.#pause(call);
        return;
      }
    }
    const outcome = policy?.outcome ?? { kind: "fail" };
    if (outcome.kind === "block") learn(this.#seen, step.name, { end: "caught", caught: error });
    else this.#then(call, outcome);
  }

  #then(call: CallFacts, outcome: PlanOutcome | { readonly kind: "fail" }): void {
    const { step } = call;
    switch (outcome.kind) {
      case "fail":
        if (step.failsTo === null) this.#again(call);
        else this.#giveUp(step, "failed");
        return;
      case "continue":
        return learn(this.#seen, step.name, { end: "skipped" });
      case "park":
        if (!this.#drained(call)) this.#parks.push(call.id);
        return;
      case "block":
        return learn(this.#seen, step.name, { end: "otherwise" });
    }
  }

  /** Of what runs as instances of its own: one has failed, and all have ended. */
  #childFailed(call: CallFacts, error: string): void {
    const { name, of, policies, otherwise } = call.step;
    const alone = of === "saga" || (of === "rounds" && seenOf(this.#seen, name).attempts <= 1);
    learn(this.#seen, name, { effect: alone ? "no" : "maybe" });
    if (this.#drained(call)) return learn(this.#seen, name, { end: "failed" });
    if (policies.some((policy) => policy.error === error)) this.#policy(call, error);
    else if (of === "saga" && left(call, seenOf(this.#seen, name).attempts)) this.#pause(call);
    else this.#then(call, of === "saga" && otherwise !== null ? otherwise : { kind: "fail" });
  }

  /** An inquiry found that it did not happen. */
  #inquiredAway(call: CallFacts): void {
    const { name, zone } = call.step;
    const { pending } = seenOf(this.#seen, name);
    learn(this.#seen, name, { effect: "no", doubt: false });
    if (this.#drained(call)) return;
    const forward = this.#facts.call(name);
    if (zone === "pivot" && this.#seen.latched) this.#giveUp(call.step, "failed", "saga");
    else if (pending !== null) this.#policy(forward, pending);
    else this.#again(forward);
  }

  #itHappened({ step }: CallFacts): void {
    const { name, of, zone } = step;
    learn(this.#seen, name, { effect: "yes", doubt: false, end: "passed" });
    if (of === "rounds") this.#roundEnded(step);
    if (zone !== "pivot") return;
    this.#seen.pivot = "passed";
    this.#seen.latched = false;
  }

  #roundEnded(step: Doing): void {
    if (this.#choices.asked(step.name)) return;
    const call = this.#facts.call(step.name);
    learn(this.#seen, step.name, { end: null });
    if (this.#drained(call)) return learn(this.#seen, step.name, { end: "stopped" });
    if (!left(call, seenOf(this.#seen, step.name).attempts)) return this.#then(call, step.otherwise ?? { kind: "fail" });
    const node = this.#facts.nodes.get(step.name);
    if (node?.kind === "repeat" && node.everyMs !== null) this.#pause(call);
    else learn(this.#seen, step.name, { runs: true });
  }

  /** Another attempt of the step, or the end of its attempts. */
  #again(call: CallFacts): void {
    const { step } = call;
    if (left(call, seenOf(this.#seen, step.name).attempts)) return this.#pause(call);
    if (step.exhausted === "continue") learn(this.#seen, step.name, { end: "skipped" });
    else if (step.exhausted === "park" || step.zone === "pivot" || step.failsTo === null) this.#parks.push(call.id);
    else this.#giveUp(step, "stopped");
  }

  #giveUp(step: Doing, end: "failed" | "stopped", scope = step.failsTo): void {
    learn(this.#seen, step.name, { end });
    if (scope !== null) fail(this.#seen, scope);
  }

  /** Also when the saga goes back: it is how it learns whether there is something to undo. */
  #ask(call: CallFacts): void {
    learn(this.#seen, call.step.name, { runs: true });
    this.#next.push({ after: call.id, is: "inquiry" });
  }

  #pause(call: CallFacts): void {
    this.#next.push({ after: call.id, is: "pause" });
  }

  /** Its scope fails already: what has ended stays so. */
  #drained({ step }: CallFacts): boolean {
    return stoppedIn(this.#before, step);
  }

  // ---- everything else

  happened(from: Look, happening: Happening, to: Look): void {
    switch (happening.kind) {
      case "verb":
        if (from.parked.includes(happening.call)) this.#told(happening);
        return;
      case "recovered":
        for (const { id, kind, step, identity } of from.calls) {
          const redelivered = kind === "forward" && to.calls.some((other) => other.identity === identity);
          const { of } = this.#facts.step(step);
          if (redelivered && of === "step" && this.#facts.call(id).kind === "forward") learn(this.#seen, step, { doubt: true });
        }
        return;
      case "cancel":
        return this.#interrupted();
      case "due":
        if (happening.call === null) {
          if (happening.key === UNDO_LIMIT) this.#seen.late = true;
          else this.#interrupted();
        } else this.#due(happening.call);
        return;
      case "notice": {
        const { failsTo } = this.#facts.step(happening.call);
        if (failsTo !== null) fail(this.#seen, failsTo);
        return;
      }
      case "signal":
        if (!this.#choices.refused(happening)) learnWait(this.#seen, happening.wait, { end: "received", case: happening.case });
        return;
      case "reopens":
        this.#seen.reopened = true;
        return;
      default:
        return;
    }
  }

  #interrupted(): void {
    const { pivot, failing, reopened } = this.#before;
    if (pivot === "passed" || failing || reopened) return;
    if (standingOf(this.#facts, this.#before).phase !== "forward") return;
    if (pivot === "open") this.#seen.latched = true;
    else fail(this.#seen, "saga");
  }

  /** The time of a wait or of a scope is over. */
  #due(id: string): void {
    const node = this.#facts.nodes.get(id);
    if (node?.kind === "try") fail(this.#seen, id);
    if (node?.kind === "sleep") learnWait(this.#seen, id, { end: "passed" });
    if (node?.kind !== "await") return;
    const { kind } = node.onTimeout;
    if (kind === "park") {
      learnWait(this.#seen, id, { parked: true });
      this.#parks.push(id);
    } else if (kind === "fail") {
      learnWait(this.#seen, id, { end: "stopped" });
      if (node.failsTo !== null) fail(this.#seen, node.failsTo);
    } else learnWait(this.#seen, id, { end: kind === "continue" ? "passed" : "otherwise" });
  }

  #told({ verb, call: id }: Extract<Happening, { readonly kind: "verb" }>): void {
    if (!this.#facts.calls.includes(id)) return this.#toldOfWait(verb, id);
    const call = this.#facts.call(id);
    const { name, zone, failsTo } = call.step;
    if (call.kind === "undo") {
      const { undone } = seenOf(this.#seen, name);
      learn(this.#seen, name, verb === "retry" ? { undos: 0 } : { undone: verb === "skip" ? "skipped" : "done" });
      if (verb === "retry" && undone === "no") learn(this.#seen, name, { undone: "begun" });
      return;
    }
    switch (verb) {
      case "retry":
        return learn(this.#seen, name, { attempts: 0, refusals: {}, runs: true });
      case "happened":
        return this.#itHappened(call);
      case "didNotHappen":
        learn(this.#seen, name, { effect: "no", doubt: false, attempts: 0, refusals: {} });
        if (failsTo === null || zone === "maybe") learn(this.#seen, name, { runs: true });
        else this.#giveUp(call.step, "failed");
        return;
      default:
        this.#giveUp(call.step, "stopped", "saga");
    }
  }

  #toldOfWait(verb: string, id: string): void {
    if (!this.#facts.waits.has(id)) {
      if (verb === "goBack") fail(this.#seen, "saga");
      return;
    }
    if (verb === "retry") return learnWait(this.#seen, id, { parked: false });
    learnWait(this.#seen, id, { end: "stopped", parked: false });
    fail(this.#seen, "saga");
  }

  // ---- what follows by itself, and the end of the move

  end(from: Look, to: Look): { readonly seen: Seen; readonly expected: Expected } {
    advance(this.#facts, this.#seen, this.#choices);
    for (const call of to.calls) {
      if (!from.calls.some(({ identity }) => identity === call.identity)) this.#begun(call);
    }
    const standing = standingOf(this.#facts, this.#seen);
    forget(this.#facts, this.#seen, to);
    const goesBack = this.#seen.failing && !this.#before.failing;
    return { seen: this.#seen, expected: { goesBack, parks: this.#parks, next: this.#next, standing } };
  }

  #begun({ kind, step }: WantedCall): void {
    const at = seenOf(this.#seen, step);
    if (kind === "inquire") return learn(this.#seen, step, { inquiries: at.inquiries + 1 });
    if (kind === "undo") {
      return learn(this.#seen, step, { undos: at.undos + 1, undone: at.undone === "no" ? "begun" : at.undone });
    }
    const effect = at.effect === "no" ? "maybe" : at.effect;
    learn(this.#seen, step, { attempts: at.attempts + 1, begun: true, runs: true, pending: null, effect });
    if (this.#facts.step(step).zone === "pivot" && this.#seen.pivot !== "passed") this.#seen.pivot = "open";
  }
}

function left({ call }: CallFacts, attempts: number): boolean {
  return call.retry.attempts === null || attempts < call.retry.attempts;
}
