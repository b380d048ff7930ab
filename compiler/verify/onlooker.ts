import { advance, fail } from "./advance.ts";
import type { Happening, Verb } from "./alphabet.ts";
import type { Choices } from "./choices.ts";
import { type Answered, Endings } from "./endings.ts";
import type { Facts } from "./facts.ts";
import { forget } from "./forget.ts";
import { UNDO_LIMIT } from "./machine.ts";
import { type Draft, draftOf, learn, learnScope, learnWait, type Seen, seenOf } from "./seen.ts";
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
  /** Conditions that decide about the way, and were not asked. */
  readonly unasked: readonly string[];
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
    if (isAnswer(happening, call.id)) onlooker.endings.answered(call, happening);
    else if (!to.calls.some(({ identity }) => identity === call.identity)) onlooker.endings.lost(call);
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

function isAnswer(happening: Happening, call: string): happening is Answered {
  return (happening.kind === "answers" || happening.kind === "refuses") && happening.call === call;
}

class Onlooker {
  readonly endings: Endings;
  readonly #facts: Facts;
  readonly #seen: Draft;
  readonly #before: Seen;
  readonly #choices: Choices;
  readonly #parks: string[] = [];

  constructor(facts: Facts, seen: Seen, choices: Choices) {
    this.#facts = facts;
    this.#before = seen;
    this.#seen = draftOf(seen);
    this.#choices = choices;
    this.endings = new Endings(facts, seen, this.#seen, choices);
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
        return this.#signalled(happening.wait, happening.case);
      case "reopens":
        return fail(this.#seen, "saga");
      default:
        return;
    }
  }

  #interrupted(): void {
    const { pivot, failing } = this.#before;
    if (pivot === "passed" || failing) return;
    if (standingOf(this.#facts, this.#before).phase !== "forward") return;
    if (pivot === "open") this.#seen.latched = true;
    else fail(this.#seen, "saga");
  }

  /** The first case that takes such a signal does. */
  #signalled(wait: string, by: string): void {
    const node = this.#facts.waits.get(wait);
    if (node?.kind !== "await") return;
    const signal = node.cases.find(({ name }) => name === by)?.signal;
    const taken = node.cases.find(
      (one) => one.signal === signal && (one.where === null || this.#choices.holds(`${wait}.${one.name}`)),
    );
    if (taken !== undefined) learnWait(this.#seen, wait, { end: "received", case: taken.name });
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
    const { name, of, zone, failsTo } = call.step;
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
        if (of === "rounds") return learn(this.#seen, name, { end: "passed" });
        return this.endings.itHappened(call);
      case "didNotHappen":
        // Rounds that ended stand, whatever is said of what they were for.
        if (of !== "rounds") learn(this.#seen, name, { effect: "no" });
        learn(this.#seen, name, { doubt: false, attempts: 0, refusals: {} });
        if (failsTo === null || zone === "maybe") learn(this.#seen, name, { runs: true });
        else this.endings.giveUp(call.step, "failed");
        return;
      default:
        this.endings.giveUp(call.step, "stopped", "saga");
    }
  }

  #toldOfWait(verb: Verb, id: string): void {
    const node = this.#facts.nodes.get(id);
    if (node?.kind === "try") {
      learnScope(this.#seen, id, { done: true });
      if (verb === "goBack") fail(this.#seen, "saga");
      if (verb === "didNotHappen" && node.failsTo !== null) fail(this.#seen, node.failsTo);
      return;
    }
    if (verb === "retry") return learnWait(this.#seen, id, { parked: false });
    learnWait(this.#seen, id, { end: "stopped", parked: false });
    fail(this.#seen, "saga");
  }

  // ---- what follows by itself, and the end of the move

  end(from: Look, to: Look): { readonly seen: Seen; readonly expected: Expected } {
    const unasked = [...this.endings.unasked, ...advance(this.#facts, this.#seen, this.#choices)];
    for (const call of to.calls) {
      if (!from.calls.some(({ identity }) => identity === call.identity)) this.#begun(call);
    }
    const standing = standingOf(this.#facts, this.#seen);
    forget(this.#facts, this.#seen, to);
    const goesBack = this.#seen.failing && !this.#before.failing;
    return {
      seen: this.#seen,
      expected: { goesBack, parks: [...this.endings.parks, ...this.#parks], next: this.endings.next, unasked, standing },
    };
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
