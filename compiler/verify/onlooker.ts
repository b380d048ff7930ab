import type { Happening } from "./alphabet.ts";
import type { CallFacts, Facts } from "./facts.ts";
import { changed, type Draft, draftOf, type Seen } from "./seen.ts";
import type { Look, WantedCall } from "./wanted.ts";

/**
 * What must follow from one thing that happened, by docs/semantics.md and the plan. The machine's own records are not asked: they are what
 * could be wrong.
 */
export interface Expected {
  /** The saga must have begun to go back now. */
  readonly goesBack: boolean;
  /** Calls over which it must wait for a person from now on. */
  readonly parks: readonly string[];
  /** For a call that ended without an outcome: what must come next. */
  readonly next: readonly { readonly after: string; readonly is: "pause" | "inquiry" }[];
}

/** Watches one move of the machine: gives what an onlooker knows then, and what had to follow. */
export function observe(
  facts: Facts,
  seen: Seen,
  from: Look,
  happening: Happening,
  to: Look,
): { readonly seen: Seen; readonly expected: Expected } {
  const onlooker = new Onlooker(facts, draftOf(seen));
  for (const call of from.calls) {
    if (isAnswer(happening, call.id)) onlooker.answered(call, happening);
    else if (!to.calls.some(({ identity }) => identity === call.identity)) onlooker.lost(call);
  }
  onlooker.happened(from, happening, to);
  for (const call of to.calls) {
    if (!from.calls.some(({ identity }) => identity === call.identity)) onlooker.begun(call);
  }
  return { seen: onlooker.settled(to), expected: onlooker.expected };
}

/** What an onlooker knows of a saga that has just begun. */
export function observeStart(facts: Facts, seen: Seen, to: Look): Seen {
  const onlooker = new Onlooker(facts, draftOf(seen));
  for (const call of to.calls) onlooker.begun(call);
  return onlooker.settled(to);
}

type Answered = Extract<Happening, { readonly kind: "answers" | "refuses" }>;

function isAnswer(happening: Happening, call: string): happening is Answered {
  return (happening.kind === "answers" || happening.kind === "refuses") && happening.call === call;
}

class Onlooker {
  readonly #facts: Facts;
  readonly #seen: Draft;
  readonly #wasFailing: boolean;
  readonly #parks: string[] = [];
  readonly #next: { after: string; is: "pause" | "inquiry" }[] = [];
  #goesBack = false;

  constructor(facts: Facts, seen: Draft) {
    this.#facts = facts;
    this.#seen = seen;
    this.#wasFailing = seen.failing;
  }

  get expected(): Expected {
    return { goesBack: this.#goesBack, parks: this.#parks, next: this.#next };
  }

  // ---- a call is over

  answered(wanted: WantedCall, happening: Answered): void {
    const call = this.#facts.call(wanted.id);
    if (happening.kind === "refuses") return this.#refused(call);
    const at = changed(this.#seen, wanted.step);
    switch (happening.answer) {
      case "success":
        if (call.kind === "undo") at.undone = "done";
        else this.#itHappened(call);
        return;
      case "didNotHappen":
        return this.#inquiredAway(call);
      case "badOutput":
        if (call.kind === "forward") at.doubt = true;
        if (!this.#drained(call)) this.#parks.push(call.step.name);
        return;
      case "unknown":
      case "stillUnknown":
        return this.lost(wanted);
    }
  }

  /** It ended, and nobody knows how. */
  lost(wanted: WantedCall): void {
    const call = this.#facts.call(wanted.id);
    const at = changed(this.#seen, wanted.step);
    if (call.kind === "undo") {
      if (left(call, at.undos)) this.#pause(call);
      else this.#parks.push(call.id);
      return;
    }
    if (call.kind === "forward") {
      at.doubt = true;
      at.inquiries = 0;
      if (call.step.inquire !== null) this.#ask(call);
      else if (!this.#drained(call)) this.#again(call);
      return;
    }
    if (left(call, at.inquiries)) return this.#pause(call);
    if (this.#drained(call)) return;
    const forward = this.#facts.call(call.step.name);
    if (!at.pending) this.#again(forward);
    else if (call.step.zone === "before") this.#goesBack = true;
    else this.#parks.push(call.step.name);
  }

  #refused(call: CallFacts): void {
    const at = changed(this.#seen, call.step.name);
    if (!at.doubt || this.#facts.answersRepeats(call.step)) {
      at.effect = "no";
      at.doubt = false;
      if (call.step.zone === "after") this.#again(call);
      else this.#goesBack = true;
      return;
    }
    at.inquiries = 0;
    if (call.step.zone !== "after") at.pending = true;
    if (call.step.inquire !== null) this.#ask(call);
    else if (this.#drained(call)) return;
    else if (call.step.zone === "after") this.#again(call);
    else if (call.step.zone === "pivot") this.#parks.push(call.id);
    else this.#goesBack = true;
  }

  /** An inquiry found that it did not happen. */
  #inquiredAway(call: CallFacts): void {
    const at = changed(this.#seen, call.step.name);
    at.effect = "no";
    at.doubt = false;
    if (this.#drained(call)) return;
    const waited = call.step.zone === "pivot" && this.#seen.latched;
    if (waited || at.pending) this.#goesBack = true;
    else this.#again(this.#facts.call(call.step.name));
  }

  #itHappened({ step }: CallFacts): void {
    const at = changed(this.#seen, step.name);
    at.effect = "yes";
    at.doubt = false;
    if (step.zone !== "pivot") return;
    this.#seen.pivot = "passed";
    this.#seen.latched = false;
  }

  /** Another attempt of the step, or the end of its attempts. */
  #again(call: CallFacts): void {
    if (left(call, changed(this.#seen, call.step.name).attempts)) this.#pause(call);
    else if (call.step.zone === "before") this.#goesBack = true;
    else this.#parks.push(call.id);
  }

  /** Also when the saga goes back: it is how it learns whether there is something to undo. */
  #ask(call: CallFacts): void {
    this.#next.push({ after: call.id, is: "inquiry" });
  }

  #pause(call: CallFacts): void {
    this.#next.push({ after: call.id, is: "pause" });
  }

  /** The saga goes back already: before the pivot, what has ended stays so. */
  #drained({ step }: CallFacts): boolean {
    return this.#wasFailing && step.zone === "before";
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
          if (redelivered && this.#facts.call(id).kind === "forward") changed(this.#seen, step).doubt = true;
        }
        return;
      case "cancel":
        return this.#interrupted();
      case "due":
        if (happening.call === null) this.#interrupted();
        return;
      default:
        return;
    }
  }

  #interrupted(): void {
    if (this.#seen.pivot === "passed" || this.#wasFailing) return;
    if (this.#seen.pivot === "open") this.#seen.latched = true;
    else this.#goesBack = true;
  }

  #told({ verb, call: id }: Extract<Happening, { readonly kind: "verb" }>): void {
    const call = this.#facts.call(id);
    const at = changed(this.#seen, call.step.name);
    if (call.kind === "undo") {
      if (verb === "retry") at.undos = 0;
      else at.undone = verb === "skip" ? "skipped" : "done";
      return;
    }
    switch (verb) {
      case "retry":
        at.attempts = 0;
        return;
      case "happened":
        return this.#itHappened(call);
      case "didNotHappen":
        at.effect = "no";
        at.doubt = false;
        at.attempts = 0;
        if (call.step.zone !== "after") this.#goesBack = true;
        return;
      default:
        this.#goesBack = true;
    }
  }

  // ---- a call begins, and the end of the move

  begun({ kind, step }: WantedCall): void {
    const at = changed(this.#seen, step);
    if (kind === "inquire") at.inquiries += 1;
    else if (kind === "undo") {
      at.undos += 1;
      if (at.undone === "no") at.undone = "begun";
    } else {
      at.attempts += 1;
      at.begun = true;
      at.pending = false;
      if (at.effect === "no") at.effect = "maybe";
      if (this.#facts.step(step).zone === "pivot" && this.#seen.pivot !== "passed") this.#seen.pivot = "open";
    }
  }

  /** What nothing looks at any more is forgotten, so that states which differ in it alone are one. */
  settled(to: Look): Seen {
    const seen = this.#seen;
    seen.failing = to.state.context.failure !== null;
    if (seen.failing && seen.pivot === "open") {
      seen.pivot = "ahead";
      seen.latched = false;
    }
    const live = liveCalls(to);
    for (const step of this.#facts.plan.steps) {
      const { name } = step;
      const at = seen.steps[name];
      if (at === undefined) continue;
      const asks = live.has(`${name}.inquire`);
      const goes = live.has(name) || asks;
      const parked = to.parked.includes(name);
      if (!goes && (at.attempts > 0 || at.pending)) Object.assign(changed(seen, name), { attempts: 0, pending: false });
      if (!asks && at.inquiries > 0) changed(seen, name).inquiries = 0;
      if (!goes && !parked && at.doubt) changed(seen, name).doubt = false;
      if (!live.has(`${name}.undo`) && at.undos > 0) changed(seen, name).undos = 0;
      if (step.call.retry.attempts === null && at.attempts > 1) changed(seen, name).attempts = 1;
      if (step.inquire?.retry.attempts === null && at.inquiries > 1) changed(seen, name).inquiries = 1;
      const undo = step.undo.kind === "compensate" ? step.undo.call.retry.attempts : 0;
      if (undo === null && at.undos > 1) changed(seen, name).undos = 1;
    }
    return seen;
  }
}

/** Calls that run, or whose next attempt is waited for. */
export function liveCalls(look: Look): ReadonlySet<string> {
  return new Set([...look.calls.map(({ id }) => id), ...look.timers.flatMap(({ call }) => call ?? [])]);
}

function left({ call }: CallFacts, attempts: number): boolean {
  return call.retry.attempts === null || attempts < call.retry.attempts;
}
