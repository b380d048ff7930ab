import type { PlanStep, PlanStepNode } from "../../plan/plan.ts";
import { identifier } from "../lib/escape.ts";
import type { Layout } from "../lib/layout.ts";
import { once } from "../lib/once.ts";
import { aborting, invocation, live } from "./calls.ts";
import { compound, type Entry, entry, FINAL, list, object, type Transition, text, transitions } from "./config.ts";
import { backoffOf, hasBackoff, timeoutOf } from "./delays.ts";
import { toScope } from "./failures.ts";
import { failing } from "./leaving.ts";
import { answersRepeats, type CallModel, callOf, keptOutput, keyErrors, type MachineModel } from "./model.ts";
import type { Pen } from "./nodes/node.ts";
import {
  giveUp,
  giveUpSpent,
  mayBePending,
  names,
  type Policies,
  policiesOf,
  refusedStates,
  special,
  stopsOf,
} from "./policies.ts";
import { fixed, fromEvent, type Vocabulary } from "./vocabulary.ts";

/**
 * The way forward of one step: `call` (`live`, which can be `draining`, then `aborting`), `backoff`, `inquire`, `absent` (it definitely did
 * not happen: what then?), `parked`, and the final states `ok` (it happened), `failed` (it definitely did not), `stopped` (it is undone if it may have happened),
 * `skipped` (it is gone on without) and `caught` (an error leads to another path).
 *
 * The plan says what ends it early and where its failure goes, so what cannot be is not written. Nothing ends a pivot.
 */
export function forwardStep(node: PlanStepNode, onDone: Entry, pen: Pen): Layout {
  return compound("call", statesOf(node, pen), onDone);
}

/** Its states that want something beside its calls. */
export function parks(node: PlanStepNode, pen: Pen): boolean {
  return statesOf(node, pen).some(({ key }) => key === "parked");
}

/** Asked for twice: as they are, and for what they want. */
const statesOf = once((node: PlanStepNode, pen: Pen) => new ForwardStep(node, pen).states());

type Final = "ok" | "failed" | "stopped" | "skipped" | "caught";
const FINALS: readonly Final[] = ["ok", "failed", "stopped", "skipped", "caught"];

class ForwardStep {
  readonly #step: PlanStep;
  readonly #node: PlanStepNode;
  readonly #pen: Pen;
  readonly #model: MachineModel;
  readonly #words: Vocabulary;
  readonly #at: Layout;
  readonly #policies: Policies;
  readonly #pending: boolean;
  /** Scopes whose failure ends it early. */
  readonly #stops: readonly string[];
  /** States that something leads to. */
  readonly #reached = new Set<string>(["ok"]);

  constructor(node: PlanStepNode, pen: Pen) {
    this.#step = pen.model.step(node.step);
    this.#node = node;
    this.#pen = pen;
    this.#model = pen.model;
    this.#words = pen.words;
    this.#at = fixed({ step: text(this.#step.name) });
    const policies = policiesOf(this.#step, node);
    this.#policies = { ...policies, plain: [...policies.plain, ...keyErrors(this.#step, this.#model.plan)] };
    this.#pending = mayBePending(this.#step, node, pen);
    this.#stops = stopsOf(this.#step, node);
  }

  states(): Entry[] {
    const asks = this.#step.inquire !== null;
    const call = entry("call", this.#call());
    const backoff = hasBackoff(this.#forward) ? [entry("backoff", this.#pauseBefore(this.#forward, "call"))] : [];
    const refused = refusedStates(this.#step, this.#node, this.#stops, this.#pen);
    const inquire = asks ? [entry("inquire", this.#inquire())] : [];
    if (asks && hasBackoff(this.#inquiry)) {
      inquire.push(entry("inquireBackoff", object(entry("after", object(entry(backoffOf(this.#inquiry), text("inquire")))))));
    }
    const absent = asks || this.#reached.has("absent") ? [entry("absent", this.#absent())] : [];
    const parked = this.#reached.has("parked") ? [entry("parked", this.#parked())] : [];
    if (refused.length > 0 && this.#stops.length > 0) this.#to("stopped");
    const finals = FINALS.filter((key) => this.#reached.has(key)).map((key) => entry(key, FINAL));
    return [call, ...backoff, ...refused, ...inquire, ...absent, ...parked, ...finals];
  }

  // ---- the call

  #call(): Layout {
    const { zone } = this.#step;
    const begin = this.#action("begin");
    const { id, src, input } = invocation(this.#forward);
    return compound(
      "live",
      [
        entry(
          "live",
          live(this.#forward, failing(this.#stops, this.#words), () => this.#action("doubt"), this.#words),
        ),
        entry("aborting", aborting(this.#forward, this.#words)),
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
    const { name } = this.#step;
    const words = this.#words;
    const { plain, repeated, special } = this.#policies;
    const error = { error: "event.error" };
    const candidates: Transition[] = [
      this.#goesOnWithout
        ? { guard: words.guard("badOutput", fromEvent(error)), ...this.#over() }
        : { guard: words.guard("badOutput", fromEvent(error)), target: this.#to("parked"), actions: [this.#action("lose")] },
    ];
    const definite = (errors: readonly string[]): Layout =>
      answersRepeats(this.#step, this.#model.plan)
        ? words.guard("declared", fromEvent({ ...error, names: names(errors) }))
        : words.guard("definite", fromEvent({ step: text(name), ...error, names: names(errors) }));
    const failure = (): Record<string, Layout> => ({
      step: text(name),
      failure: `${words.helper("declaredFailure")}(${text(name)}, event.error)`,
    });
    const hold = (): Layout => words.action("keepPending", fromEvent(failure()));
    if (plain.length > 0) {
      candidates.push({
        guard: definite(plain),
        target: this.#to("failed"),
        actions: [words.action("fail", fromEvent({ ...failure(), ...toScope(this.#step.failsTo) })), ...this.#leavingPivot()],
      });
    }
    if (special.length > 0) {
      const actions = [this.#action("deny"), hold()];
      candidates.push({ guard: definite(special.map((policy) => policy.error)), target: this.#to("absent"), actions });
    }
    if (repeated.length > 0) {
      candidates.push({ guard: definite(repeated), target: this.#to("absent"), actions: [this.#action("deny")] });
    }
    if (this.#pending) {
      const declared = words.guard("declared", fromEvent({ ...error, names: names(this.#step.throws) }));
      candidates.push({ guard: declared, target: ".lost", actions: [hold()] });
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
    const { name, zone, failsTo } = this.#step;
    const candidates: Transition[] = [];
    if (this.#pending) {
      const guard = this.#words.guard("pending", this.#at);
      if (zone === "pivot") candidates.push({ guard, target: this.#to("parked") });
      else if (this.#goesOnWithout) candidates.push({ guard, ...this.#over() });
      else if (failsTo !== null) candidates.push({ guard, target: this.#to("stopped"), actions: [this.#giveUpPending()] });
    }
    const summary = this.#forward.call.retry.attempts === 1 ? "is unknown" : "is still unknown after its last attempt";
    return [
      ...candidates,
      ...this.#another("backoff", () => ({
        target: this.#to("stopped"),
        actions: [giveUpSpent(this.#step, `whether ${name} happened ${summary}`, this.#words)],
      })),
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
        entry("aborting", aborting(inquiry, words)),
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
              this.#goesOnWithout
                ? { guard: words.guard("badOutput", fromEvent({ error: "event.error" })), ...this.#over() }
                : { guard: words.guard("badOutput", fromEvent({ error: "event.error" })), target: this.#to("parked") },
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
      candidates.push({ guard: words.guard("latched"), target: this.#to("failed"), actions });
    }
    for (const policy of this.#policies.special) {
      const found = special(this.#step, policy, () => this.#over(), this.#leavingPivot(), this.#pen);
      for (const { target } of found) if (target !== undefined) this.#to(target);
      candidates.push(...found);
    }
    if (this.#pending && this.#policies.plain.length > 0) {
      const actions = [this.#giveUpPending(), ...this.#leavingPivot()];
      candidates.push({ guard: words.guard("pending", this.#at), target: this.#to("failed"), actions });
    }
    const summary = `${name} did not happen, and its attempts are spent`;
    candidates.push(
      ...this.#another("backoff", () => ({
        target: this.#to("failed"),
        actions: [giveUpSpent(this.#step, summary, this.#words)],
      })),
    );
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
    const unknown = (): Layout => giveUp(this.#step, `${name} did not happen, says an operator`, words);
    const verbs: Entry[] = [
      entry("operator.retry", transitions({ guard: isAbout, target: "call", actions: [this.#action("freshBudget")] })),
      entry("operator.happened", transitions({ guard: told, target: "ok", actions: this.#completed(output) })),
    ];
    const deny = this.#action("deny");
    if (this.#step.failsTo === null) {
      const actions = [deny, this.#action("freshBudget")];
      verbs.push(entry("operator.didNotHappen", transitions({ guard: isAbout, target: "call", actions })));
    } else {
      const latched = zone === "pivot" ? [words.action("giveUpLatched")] : [];
      const actions = [deny, ...latched, unknown(), ...this.#leavingPivot()];
      verbs.push(entry("operator.didNotHappen", transitions({ guard: isAbout, target: this.#to("failed"), actions })));
    }
    if (zone === "before" || zone === "maybe") {
      const guard = zone === "before" ? isAbout : words.guard("mayGoBack", about);
      const actions = [
        words.action(
          "giveUp",
          fixed({
            name: text("Cancelled"),
            step: text(name),
            summary: text(`sent back by an operator while ${name} was parked`),
          }),
        ),
      ];
      verbs.push(entry("operator.goBack", transitions({ guard, target: this.#to("stopped"), actions })));
    }
    // A pivot that is parked although it definitely did not happen can be called off.
    const stops = zone === "pivot" && this.#policies.special.length > 0 ? this.#node.stops : this.#stops;
    return object(...this.#draining("stopped", stops), entry("on", object(...verbs)));
  }

  // ---- pieces

  get #forward(): CallModel {
    return callOf(this.#step, "forward");
  }

  get #inquiry(): CallModel {
    return callOf(this.#step, "inquire");
  }

  #action(name: "begin" | "doubt" | "lose" | "deny" | "freshBudget" | "ask" | "inquire"): Layout {
    return this.#words.action(name, this.#at);
  }

  #giveUpPending(): Layout {
    return this.#words.action("giveUpPending", fixed({ step: text(this.#step.name), ...toScope(this.#step.failsTo) }));
  }

  /** Its failure stops nothing. */
  get #goesOnWithout(): boolean {
    return this.#step.exhausted === "continue";
  }

  #over(): Transition {
    const action = this.#step.zone === "ending" ? "passOverEnding" : "passOver";
    return { target: this.#to("skipped"), actions: [this.#words.action(action, this.#at), ...this.#leavingPivot()] };
  }

  /** A state that something leads to. */
  #to(target: string): string {
    this.#reached.add(target);
    return target;
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

  /** Another attempt, or the end of it: it fails, a person decides, or it is gone on without. */
  #another(target: string, fails: () => Transition): Transition[] {
    const { attempts } = this.#forward.call.retry;
    if (attempts === null) return [{ target }];
    const end = this.#end(fails);
    if (attempts <= 1) return [end];
    return [{ guard: this.#budget("attemptsLeft", attempts), target }, end];
  }

  #end(fails: () => Transition): Transition {
    switch (this.#step.exhausted) {
      case "fail":
        return fails();
      case "park":
        return { target: this.#to("parked") };
      case "continue":
        return this.#over();
    }
  }

  #leavingPivot(): Layout[] {
    return this.#step.zone === "pivot" ? [this.#words.action("leavePivot")] : [];
  }

  /** A failure elsewhere ends what waits here, at once. */
  #draining(target: string, stops = this.#stops): Entry[] {
    const guard = failing(stops, this.#words);
    if (guard === null) return [];
    return [entry("always", transitions({ guard, target: this.#to(target) }))];
  }

  #unlessFailing(target: string): Transition[] {
    const guard = failing(this.#stops, this.#words);
    return guard === null ? [] : [{ guard, target: this.#to(target) }];
  }
}
