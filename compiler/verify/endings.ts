import type { PlanOutcome } from "../plan/plan.ts";
import { fail } from "./advance.ts";
import type { Happening } from "./alphabet.ts";
import type { Choices } from "./choices.ts";
import type { Doing } from "./doings.ts";
import type { CallFacts, Facts } from "./facts.ts";
import { type Draft, learn, type Seen, seenOf, stoppedIn } from "./seen.ts";
import type { WantedCall } from "./wanted.ts";

export type Answered = Extract<Happening, { readonly kind: "answers" | "refuses" }>;

/** What follows from the end of a call: it is written down in what is seen, in `parks` and in `next`. */
export class Endings {
  readonly parks: string[] = [];
  /** Conditions that decided, and were not asked. */
  readonly unasked: string[] = [];
  readonly next: { after: string; is: "pause" | "inquiry" }[] = [];
  readonly #facts: Facts;
  readonly #seen: Draft;
  readonly #before: Seen;
  readonly #choices: Choices;

  /** `before`: what was seen before the call ended; what ended then stays so. */
  constructor(facts: Facts, before: Seen, seen: Draft, choices: Choices) {
    this.#facts = facts;
    this.#before = before;
    this.#seen = seen;
    this.#choices = choices;
  }

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
        else this.itHappened(call);
        return;
      case "didNotHappen":
        return this.#inquiredAway(call);
      case "badOutput":
        if (call.kind === "forward") learn(this.#seen, name, { doubt: true });
        if (call.step.exhausted === "continue") return learn(this.#seen, name, { end: "skipped" });
        if (!this.#drained(call)) this.parks.push(name);
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
        else this.parks.push(call.id);
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
    else this.#stillPending(forward);
  }

  /** It refused while in doubt, and nothing more can be found out. */
  #stillPending(call: CallFacts): void {
    const { step } = call;
    if (step.zone === "pivot") this.parks.push(step.name);
    else if (step.exhausted === "continue") learn(this.#seen, step.name, { end: "skipped" });
    else if (step.failsTo === null) this.#again(call);
    else this.giveUp(step, "stopped");
  }

  #refused(call: CallFacts, error: string): void {
    const { step } = call;
    const at = seenOf(this.#seen, step.name);
    if (!at.doubt || this.#facts.answersRepeats(step)) {
      learn(this.#seen, step.name, { effect: "no", doubt: false });
      return this.#policy(call, error);
    }
    learn(this.#seen, step.name, { inquiries: 0, ...(isHeldBack(step) ? { pending: error } : {}) });
    if (step.inquire !== null) this.#ask(call);
    else if (!this.#drained(call)) this.#stillPending(call);
  }

  /** A declared error that proves that nothing happened. */
  #policy(call: CallFacts, error: string): void {
    const { step } = call;
    const policy = step.policies.find((one) => one.error === error);
    if (step.zone === "pivot" && this.#seen.latched) return this.giveUp(step, "failed", "saga");
    if (policy?.retry != null && !this.#drained(call)) {
      const { refusals, attempts: made } = seenOf(this.#seen, step.name);
      const count = (refusals[error] ?? 0) + 1;
      const { attempts } = policy.retry;
      if (attempts === null || count < attempts) {
        // It has attempts of its own: the others are for when nobody knows.
        learn(this.#seen, step.name, { refusals: { ...refusals, [error]: count }, attempts: made - 1 });
        return this.#pause(call);
      }
    }
    if (step.zone === "pivot") this.#seen.pivot = "ahead";
    const outcome = policy?.outcome ?? { kind: "fail" };
    if (outcome.kind === "block") learn(this.#seen, step.name, { end: "caught", caught: error });
    else this.#then(call, outcome);
  }

  #then(call: CallFacts, outcome: PlanOutcome | { readonly kind: "fail" }): void {
    const { step } = call;
    switch (outcome.kind) {
      case "fail":
        if (step.failsTo !== null) this.giveUp(step, "failed");
        else if (step.exhausted === "continue") learn(this.#seen, step.name, { end: "skipped" });
        else this.#again(call);
        return;
      case "continue":
        return learn(this.#seen, step.name, { end: "skipped" });
      case "park":
        if (!this.#drained(call)) this.parks.push(call.id);
        return;
      case "block":
        return learn(this.#seen, step.name, { end: "otherwise" });
    }
  }

  /** Of what runs as instances of its own: one has failed, and all have ended. */
  #childFailed(call: CallFacts, error: string): void {
    const { name, of, policies, otherwise } = call.step;
    // What it did itself is undone; others of its kind may stand.
    learn(this.#seen, name, { effect: of === "saga" ? "no" : "maybe" });
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
    if (zone === "pivot" && this.#seen.latched) this.giveUp(call.step, "failed", "saga");
    else if (pending !== null) this.#policy(forward, pending);
    else this.#again(forward);
  }

  itHappened({ step }: CallFacts): void {
    const { name, of, zone } = step;
    learn(this.#seen, name, { effect: "yes", doubt: false, end: "passed" });
    if (of === "rounds") this.#roundEnded(step);
    if (zone !== "pivot") return;
    this.#seen.pivot = "passed";
    this.#seen.latched = false;
  }

  #roundEnded(step: Doing): void {
    const until = `${step.name}.until`;
    if (this.#choices.holds(until)) return;
    const call = this.#facts.call(step.name);
    learn(this.#seen, step.name, { end: null });
    if (!this.#drained(call) && !this.#choices.wasAsked(until)) this.unasked.push(until);
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
    else if (step.exhausted === "park" || step.zone === "pivot" || step.failsTo === null) this.parks.push(call.id);
    else this.giveUp(step, "stopped");
  }

  giveUp(step: Doing, end: "failed" | "stopped", scope = step.failsTo): void {
    learn(this.#seen, step.name, { end });
    if (scope !== null) fail(this.#seen, scope);
  }

  /** Also when the saga goes back: it is how it learns whether there is something to undo. */
  #ask(call: CallFacts): void {
    learn(this.#seen, call.step.name, { runs: true });
    this.next.push({ after: call.id, is: "inquiry" });
  }

  #pause(call: CallFacts): void {
    this.next.push({ after: call.id, is: "pause" });
  }

  /** Its scope fails already: what has ended stays so. */
  #drained({ step }: CallFacts): boolean {
    return stoppedIn(this.#before, step);
  }
}

function left({ call }: CallFacts, attempts: number): boolean {
  return call.retry.attempts === null || attempts < call.retry.attempts;
}

/** Whether it matters which error a step refused with while in doubt: behind the pivot it is only one more attempt that failed. */
function isHeldBack({ failsTo, exhausted, policies }: Doing): boolean {
  if (failsTo !== null || exhausted === "continue") return true;
  return policies.some(({ retry, outcome }) => retry !== null || outcome.kind !== "fail");
}
