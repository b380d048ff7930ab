import type { PlanStep } from "../../plan/plan.ts";
import { identifier } from "../lib/escape.ts";
import type { Layout } from "../lib/layout.ts";
import { invocation } from "./calls.ts";
import { compound, type Entry, entry, FINAL, list, object, type Transition, text, transitions } from "./config.ts";
import { backoffOf, graceOf, hasBackoff, timeoutOf } from "./delays.ts";
import { answersRepeats, type CallModel, callOf, keptOutput, type MachineModel, mayBePending } from "./model.ts";
import { fixed, fromEvent, type Vocabulary } from "./vocabulary.ts";

/**
 * The way forward of one step: `call` (`live`, then `aborting`), `backoff`, `inquire`, `parked`, and the final states `ok` (it
 * happened), `failed` (it definitely did not) and `stopped` (nobody knows, it is undone).
 *
 * Its zone decides what is written, not what is tested at run time: before the pivot a failure elsewhere ends it, at the pivot
 * and after it nothing does.
 */
export function forwardStep(step: PlanStep, onDone: Entry, model: MachineModel, words: Vocabulary): Layout {
  return compound("call", new ForwardStep(step, model, words).states(), onDone);
}

class ForwardStep {
  readonly #step: PlanStep;
  readonly #model: MachineModel;
  readonly #words: Vocabulary;
  readonly #at: Layout;
  readonly #pending: boolean;

  constructor(step: PlanStep, model: MachineModel, words: Vocabulary) {
    this.#step = step;
    this.#model = model;
    this.#words = words;
    this.#at = fixed({ step: text(step.name) });
    this.#pending = mayBePending(step, model.plan);
  }

  states(): Entry[] {
    const { zone, inquire, throws } = this.#step;
    const asks = inquire !== null;
    const states = [entry("call", this.#call())];
    if (hasBackoff(this.#forward)) states.push(entry("backoff", this.#pauseBefore(this.#forward, "call")));
    if (asks) states.push(entry("inquire", this.#inquire()));
    if (asks && hasBackoff(this.#inquiry)) {
      states.push(entry("inquireBackoff", object(entry("after", object(entry(backoffOf(this.#inquiry), text("inquire")))))));
    }
    if (asks || (zone === "after" && throws.length > 0)) states.push(entry("absent", this.#absent()));
    states.push(entry("parked", this.#parked()), entry("ok", FINAL));
    if (zone !== "after") states.push(entry("failed", FINAL));
    if (zone === "before") states.push(entry("stopped", FINAL));
    return states;
  }

  // ---- the call

  #call(): Layout {
    const { zone } = this.#step;
    const begin = this.#action("begin");
    const { id, src, input } = invocation(this.#forward);
    const retriedNever = this.#forward.call.retry.attempts === 1;
    const recovered = retriedNever ? text("lost") : transitions({ actions: [this.#action("doubt")] });
    return compound(
      "live",
      [
        entry(
          "live",
          object(
            ...this.#draining("aborting"),
            entry("after", object(entry(timeoutOf(this.#forward), text("aborting")))),
            entry("on", object(entry("saga.recovered", recovered))),
          ),
        ),
        entry("aborting", this.#aborting(this.#forward)),
        entry("lost", object(entry("type", text("final")), entry("entry", this.#action("lose")))),
      ],
      entry("entry", zone === "pivot" ? list([begin, this.#words.action("reachPivot")]) : begin),
      entry(
        "invoke",
        object(
          entry("id", id),
          entry("src", src),
          entry("input", input),
          entry("onDone", transitions({ target: "ok", actions: this.#completed("event.output") })),
          entry("onError", transitions(...this.#refusals())),
        ),
      ),
      entry("onDone", transitions(...this.#afterLost())),
    );
  }

  /** What a call can fail with, the clear cases first; anything else: nobody knows whether it happened. */
  #refusals(): Transition[] {
    const { zone, name, throws } = this.#step;
    const words = this.#words;
    const error = { error: "event.error" };
    const candidates: Transition[] = [
      { guard: words.guard("badOutput", fromEvent(error)), target: "parked", actions: [this.#action("lose")] },
    ];
    if (throws.length > 0) {
      const names = list(throws.map(text));
      const step = text(name);
      const definite = answersRepeats(this.#step, this.#model.plan)
        ? words.guard("declared", fromEvent({ ...error, names }))
        : words.guard("definite", fromEvent({ step, ...error, names }));
      if (zone === "after") {
        candidates.push({ guard: definite, target: "absent", actions: [this.#action("deny")] });
      } else {
        const failure = `${words.helper("declaredFailure")}(${text(name)}, event.error)`;
        const failed = fromEvent({ step, failure });
        candidates.push({ guard: definite, target: "failed", actions: [words.action("fail", failed), ...this.#leavingPivot()] });
        if (this.#pending) {
          const declared = words.guard("declared", fromEvent({ ...error, names }));
          candidates.push({ guard: declared, target: ".lost", actions: [words.action("keepPending", failed)] });
        }
      }
    }
    return [...candidates, { target: ".lost" }];
  }

  /** After an attempt of which nobody knows. */
  #afterLost(): Transition[] {
    // Asked also when the saga goes back: only then is it known whether there is something to undo, and with which output.
    if (this.#step.inquire !== null) return [{ target: "inquire", actions: [this.#action("ask")] }];
    return [...this.#unlessFailing("stopped"), ...this.#stillUnknown()];
  }

  /** Nothing more can be found out about the last attempt. */
  #stillUnknown(): Transition[] {
    const { name, zone } = this.#step;
    const candidates: Transition[] = [];
    if (this.#pending) {
      const guard = this.#words.guard("pending", this.#at);
      candidates.push(
        zone === "before" ? { guard, target: "stopped", actions: [this.#action("giveUpPending")] } : { guard, target: "parked" },
      );
    }
    const summary = this.#forward.call.retry.attempts === 1 ? "is unknown" : "is still unknown after its last attempt";
    return [
      ...candidates,
      ...this.#another("backoff", {
        target: "stopped",
        actions: [this.#giveUp("Unknown", `whether ${name} happened ${summary}`)],
      }),
    ];
  }

  // ---- the inquiry

  #inquire(): Layout {
    const words = this.#words;
    const inquiry = this.#inquiry;
    const { id, src, input } = invocation(inquiry);
    const answered = (status: string): Layout =>
      words.guard("answered", fromEvent({ answer: "event.output", status: text(status) }));
    const found = keptOutput(this.#step, this.#model.names) === null ? "null" : `${words.helper("answeredOutput")}(event.output)`;
    const again: Transition[] = [];
    const { attempts } = inquiry.call.retry;
    if (attempts === null) again.push({ target: "inquireBackoff" });
    else {
      if (attempts > 1) again.push({ guard: this.#budget("inquiriesLeft", attempts), target: "inquireBackoff" });
      again.push(...this.#unlessFailing("stopped"), ...this.#stillUnknown());
    }
    return compound(
      "live",
      [
        entry("live", object(entry("after", object(entry(timeoutOf(inquiry), text("aborting")))))),
        entry("aborting", this.#aborting(inquiry)),
        entry("lost", FINAL),
      ],
      entry("entry", this.#action("inquire")),
      entry(
        "invoke",
        object(
          entry("id", id),
          entry("src", src),
          entry("input", input),
          entry(
            "onDone",
            transitions(
              { guard: answered("happened"), target: "ok", actions: this.#completed(found) },
              { guard: answered("didNotHappen"), target: "absent", actions: [this.#action("deny")] },
              { target: ".lost" },
            ),
          ),
          entry(
            "onError",
            transitions(
              { guard: words.guard("badOutput", fromEvent({ error: "event.error" })), target: "parked" },
              { target: ".lost" },
            ),
          ),
        ),
      ),
      entry("onDone", transitions(...again)),
    );
  }

  /** It definitely did not happen. */
  #absent(): Layout {
    const { name, zone } = this.#step;
    const words = this.#words;
    const candidates: Transition[] = this.#unlessFailing("failed");
    if (zone === "pivot") {
      const actions = [words.action("giveUpLatched"), ...this.#leavingPivot()];
      candidates.push({ guard: words.guard("latched"), target: "failed", actions });
    }
    if (this.#pending) {
      const actions = [this.#action("giveUpPending"), ...this.#leavingPivot()];
      candidates.push({ guard: words.guard("pending", this.#at), target: "failed", actions });
    }
    const summary = `${name} did not happen, and its attempts are spent`;
    candidates.push(...this.#another("backoff", { target: "failed", actions: [this.#giveUp("Unknown", summary)] }));
    return object(entry("always", transitions(...candidates)));
  }

  // ---- waiting

  #pauseBefore(call: CallModel, target: string): Layout {
    return object(...this.#draining("stopped"), entry("after", object(entry(backoffOf(call), text(target)))));
  }

  #parked(): Layout {
    const { zone, name } = this.#step;
    const words = this.#words;
    const about = fixed({ call: text(name) });
    const isAbout = words.guard("isAbout", about);
    const kept = keptOutput(this.#step, this.#model.names);
    const told = kept === null ? isAbout : words.guard("tells", about);
    const output = kept === null ? "null" : `event.output as ${identifier(kept)}`;
    const unknown = this.#giveUp("Unknown", `${name} did not happen, says an operator`);
    const verbs: Entry[] = [
      entry("operator.retry", transitions({ guard: isAbout, target: "call", actions: [this.#action("freshBudget")] })),
      entry("operator.happened", transitions({ guard: told, target: "ok", actions: this.#completed(output) })),
    ];
    const deny = this.#action("deny");
    if (zone === "after") {
      const actions = [deny, this.#action("freshBudget")];
      verbs.push(entry("operator.didNotHappen", transitions({ guard: isAbout, target: "call", actions })));
    } else {
      const latched = zone === "pivot" ? [words.action("giveUpLatched")] : [];
      const actions = [deny, ...latched, unknown, ...this.#leavingPivot()];
      verbs.push(entry("operator.didNotHappen", transitions({ guard: isAbout, target: "failed", actions })));
    }
    if (zone === "before") {
      const actions = [this.#giveUp("Cancelled", `sent back by an operator while ${name} was parked`)];
      verbs.push(entry("operator.goBack", transitions({ guard: isAbout, target: "stopped", actions })));
    }
    return object(...this.#draining("stopped"), entry("on", object(...verbs)));
  }

  // ---- pieces

  get #forward(): CallModel {
    return callOf(this.#step, "forward");
  }

  get #inquiry(): CallModel {
    return callOf(this.#step, "inquire");
  }

  #action(name: "begin" | "doubt" | "lose" | "deny" | "freshBudget" | "ask" | "inquire" | "giveUpPending"): Layout {
    return this.#words.action(name, this.#at);
  }

  #giveUp(name: string, summary: string): Layout {
    return this.#words.action("giveUp", fixed({ name: text(name), step: text(this.#step.name), summary: text(summary) }));
  }

  #budget(guard: "attemptsLeft" | "inquiriesLeft", attempts: number): Layout {
    return this.#words.guard(guard, fixed({ step: text(this.#step.name), of: String(attempts) }));
  }

  #completed(output: string): Layout[] {
    const kept = keptOutput(this.#step, this.#model.names) !== null && output !== "null";
    const params = { step: text(this.#step.name), output: kept ? output : "null" };
    const complete = this.#words.action("complete", kept ? fromEvent(params) : fixed(params));
    return this.#step.zone === "pivot" ? [complete, this.#words.action("passPivot")] : [complete];
  }

  /** Another attempt, or the end of it: before the pivot the saga goes back, at and after it a person decides. */
  #another(target: string, spent: Transition): Transition[] {
    const { attempts } = this.#forward.call.retry;
    if (attempts === null) return [{ target }];
    const end = this.#step.zone === "before" ? spent : { target: "parked" };
    if (attempts <= 1) return [end];
    return [{ guard: this.#budget("attemptsLeft", attempts), target }, end];
  }

  #leavingPivot(): Layout[] {
    return this.#step.zone === "pivot" ? [this.#words.action("leavePivot")] : [];
  }

  /** A failure elsewhere ends what waits here, at once. Only before the pivot: nothing else is undone with it. */
  #draining(target: string): Entry[] {
    if (this.#step.zone !== "before") return [];
    return [entry("always", transitions({ guard: this.#words.guard("failing"), target }))];
  }

  #unlessFailing(target: string): Transition[] {
    return this.#step.zone === "before" ? [{ guard: this.#words.guard("failing"), target }] : [];
  }

  #aborting(call: CallModel): Layout {
    return object(
      entry("entry", this.#words.action("abortCall", fixed({ call: text(call.id) }))),
      entry("after", object(entry(graceOf(call), text("lost")))),
      entry("on", object(entry("saga.recovered", text("lost")))),
    );
  }
}
