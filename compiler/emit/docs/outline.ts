import type { Plan, PlanNode, PlanOutcome, PlanPolicy, PlanSequence, PlanStep } from "../../plan/plan.ts";
import { stepsOf } from "../../plan/units.ts";
import { awaitLimit, sleepLimit } from "../graph/labels.ts";
import type { ExprScope, ExprWords } from "../lib/expr-text.ts";
import { code, mappingText, outcomeSentence, turnText } from "./words.ts";

/** The way forward as a list, a level deeper for each block. */
export function outline(plan: Plan, sequence: PlanSequence, words: ExprWords): readonly string[] {
  return new Outline(plan, words).sequence(sequence, {});
}

interface Scope extends ExprScope {
  /** Of the block that it stands in, where that runs as instances of its own. */
  readonly body?: "item" | "round";
}

class Outline {
  readonly #plan: Plan;
  readonly #words: ExprWords;
  readonly #steps: ReadonlyMap<string, PlanStep>;

  constructor(plan: Plan, words: ExprWords) {
    this.#plan = plan;
    this.#words = words;
    this.#steps = new Map(stepsOf(plan).map((step) => [step.name, step]));
  }

  sequence({ nodes }: PlanSequence, scope: Scope): readonly string[] {
    return nodes.flatMap((node) => this.#node(node, scope));
  }

  #node(node: PlanNode, scope: Scope): readonly string[] {
    const text = (expr: Parameters<ExprWords["text"]>[0]): string => code(this.#words.text(expr, scope));
    const within = (sequence: PlanSequence): readonly string[] => deeper(this.sequence(sequence, scope));
    switch (node.kind) {
      case "step":
        return [`- ${this.#stepText(node.step)}`, ...deeper(this.#policies(node.policies, scope))];
      case "parallel":
      case "race": {
        const ends = node.kind === "race" ? "the first to end wins, what the others did is undone" : "all at once";
        const branches = node.branches.flatMap(({ name, body }) => {
          return name === null ? this.sequence(body, scope) : [`- ${code(name)}:`, ...deeper(this.sequence(body, scope))];
        });
        const waits = node.kind === "parallel" && node.onFailure === "wait" ? ", each to its end even if one fails" : "";
        return [`- ${node.kind === "race" ? "A race" : "In parallel"}, ${ends}${waits}:`, ...deeper(branches)];
      }
      case "if": {
        const arms = node.arms.flatMap(({ condition, body }, at) => [
          `- ${at === 0 ? "If" : "Else, if"} ${text(condition)}:`,
          ...within(body),
        ]);
        return node.otherwise.nodes.length === 0 ? arms : [...arms, "- Else:", ...within(node.otherwise)];
      }
      case "try": {
        const limit = node.timeoutMs === null ? "" : ` within ${code(this.#words.duration(node.timeoutMs, scope))}`;
        return [
          `- Try${limit}:`,
          ...within(node.body),
          ...this.#outcome("Otherwise, when that is undone", node.otherwise, node.failsTo, scope),
        ];
      }
      case "await": {
        const limit = awaitLimit(node, this.#words, scope);
        const cases = node.cases.flatMap(({ signal, where, body }) => {
          const condition = where === null ? "" : ` where ${code(this.#words.text(where, { ...scope, candidate: signal }))}`;
          return [`- On the signal ${code(signal)}${condition}${body.nodes.length === 0 ? "." : ":"}`, ...within(body)];
        });
        const late = limit === null ? [] : this.#outcome(`After ${code(limit)}`, node.onTimeout, node.failsTo, scope);
        return ["- Waits for a signal:", ...deeper([...cases, ...late])];
      }
      case "sleep":
        return [`- Sleeps ${code(sleepLimit(node, this.#words, scope))}.`];
      case "foreach": {
        const where = node.where === null ? "" : ` where ${text(node.where)}`;
        const max = node.max === null ? "all at once" : node.max === 1 ? "one after the other" : `at most ${node.max} at once`;
        const head = `- For each item of ${text(node.list)}${where}, ${max}${FAILURES[node.onFailure]}:`;
        return [head, ...this.#body(node.id)];
      }
      case "repeat": {
        const rounds = node.max === null ? "Again and again" : `At most ${node.max} times`;
        const pause = node.everyMs === null ? "" : `, ${code(this.#words.duration(node.everyMs, scope))} apart`;
        const spent = node.max === null ? [] : this.#outcome("Otherwise", node.otherwise, node.failsTo, scope);
        return [`- ${rounds}${pause}, until ${text(node.until)}:`, ...this.#body(node.id), ...spent];
      }
      case "call": {
        const head = `- ${code(node.name)} calls the saga ${code(node.saga)} with ${mappingText(node.input, this.#words, scope)}.`;
        const failure =
          node.onFailure.kind === "fail" ? [] : this.#outcome("If it does not complete", node.onFailure, node.failsTo, scope);
        return [head, ...deeper([...this.#policies(node.policies, scope), ...failure])];
      }
      case "compute":
        return [`- Computes ${code(node.compute)} with ${mappingText(node.input, this.#words, scope)}.`];
      case "fail": {
        const { name, data } = node.failure;
        const told = data === null || (data.kind === "object" && data.entries.length === 0) ? "" : ` with ${text(data)}`;
        return [`- Fails with ${code(name)}${told}.`];
      }
    }
  }

  #stepText(name: string): string {
    const step = this.#steps.get(name);
    if (step === undefined) return code(name);
    const by = step.call.service === "local" ? "" : ` by ${code(step.call.service)}`;
    return `${code(name)}${by}${KINDS[step.kind]}`;
  }

  /** What is by default is told with the step. */
  #policies(policies: readonly PlanPolicy[], scope: Scope): readonly string[] {
    return policies.flatMap(({ error, outcome }) => {
      return outcome.kind === "fail" ? [] : this.#outcome(`On ${code(error)}`, outcome, null, scope);
    });
  }

  #outcome(when: string, outcome: PlanOutcome, failsTo: string | null, scope: Scope): readonly string[] {
    if (outcome.kind !== "block") return [`- ${when}, ${outcomeSentence(outcome, turnText(failsTo, scope.body ?? null))}.`];
    return [`- ${when}:`, ...deeper(this.sequence(outcome.block.body, scope))];
  }

  #body(id: string): readonly string[] {
    const body = this.#plan.bodies.find((each) => each.id === id);
    return body === undefined ? [] : deeper(this.sequence(body.forward, { inBody: true, body: body.kind }));
  }
}

const KINDS = {
  normal: "",
  pivot: ": the point of no return",
  readonly: ", which changes nothing",
  "best-effort": ", if it can be done",
} as const;

const FAILURES = {
  cancel: "",
  wait: ", each to its end even if one fails",
  continue: ", an item that fails is undone and the others go on",
} as const;

function deeper(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
