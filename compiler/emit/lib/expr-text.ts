import type { Plan, PlanComputeNode, PlanDuration, PlanExpr, PlanNode, PlanOutcome } from "../../plan/plan.ts";
import { allNodes } from "../../plan/units.ts";
import { durationText } from "../../source/duration-text.ts";

/** Expressions as a reader of the source would write them, for diagrams and documents. Nothing here is escaped. */
export interface ExprWords {
  text(expr: PlanExpr, scope?: ExprScope): string;
  /** A number of milliseconds as a duration: `1h30m`; what is computed as it is written. */
  duration(expr: PlanDuration, scope?: ExprScope): string;
}

export interface ExprScope {
  /** Set in a body: its input are `item` and what it captures, which are called by their own names. */
  readonly inBody?: boolean;
  /** The signal that a `where` looks at. */
  readonly candidate?: string;
}

export function exprWords(plan: Plan): ExprWords {
  const nodes = allNodes(plan);
  const computes = new Map(nodes.flatMap((node) => (node.kind === "compute" ? [[node.id, node] as const] : [])));
  const rounds = new Set(nodes.flatMap((node) => (node.kind === "repeat" ? [node.name] : [])));
  const told = { computes, rounds, caught: caughtNames(nodes) };
  return {
    text: (expr, scope = {}) => new Telling(told, scope).text(expr),
    duration: (expr, scope = {}) => (typeof expr === "number" ? durationText(expr) : new Telling(told, scope).duration(expr)),
  };
}

/** Of each step and call, the error whose block reads its data, where there is only one. */
function caughtNames(nodes: readonly PlanNode[]): ReadonlyMap<string, string> {
  return new Map(
    nodes.flatMap((node) => {
      if (node.kind !== "step" && node.kind !== "call") return [];
      const blocks = node.policies.filter(({ outcome }) => outcome.kind === "block");
      const [only] = blocks;
      return only === undefined || blocks.length > 1 ? [] : [[node.kind === "step" ? node.step : node.name, only.error] as const];
    }),
  );
}

/** `fail`, `fail Expired`, `continue`, `park`; `null`: a block, which is drawn or told by itself. */
export function outcomeText(outcome: PlanOutcome): string | null {
  if (outcome.kind === "block") return null;
  return outcome.kind === "fail" && outcome.failure !== null ? `fail ${outcome.failure.name}` : outcome.kind;
}

/** How tightly a text binds, as in the grammar: the loosest first. */
const BINDING = ["conditional", "or", "and", "not", "comparison", "coalesce", "sum", "product", "unary", "postfix"] as const;
type Binding = (typeof BINDING)[number];

interface Told {
  readonly computes: ReadonlyMap<string, PlanComputeNode>;
  /** Names of repeats: what the last round brought is read by the names in its block. */
  readonly rounds: ReadonlySet<string>;
  readonly caught: ReadonlyMap<string, string>;
}

class Telling {
  readonly #plan: Told;
  readonly #scope: ExprScope;
  readonly #item: string;

  constructor(plan: Told, scope: ExprScope, item = "item") {
    this.#plan = plan;
    this.#scope = scope;
    this.#item = item;
  }

  text(expr: PlanExpr): string {
    return this.#told(expr)[0];
  }

  duration(expr: PlanExpr): string {
    return expr.kind === "literal" && typeof expr.value === "number" ? durationText(expr.value) : this.text(expr);
  }

  /** In parentheses where it binds less tightly than its place wants. */
  #at(place: Binding, expr: PlanExpr, show: (expr: PlanExpr) => readonly [string, Binding] = (part) => this.#told(part)): string {
    const [text, binding] = show(expr);
    return BINDING.indexOf(binding) < BINDING.indexOf(place) ? `(${text})` : text;
  }

  #told(expr: PlanExpr): readonly [string, Binding] {
    switch (expr.kind) {
      case "literal":
        return [JSON.stringify(expr.value), typeof expr.value === "number" && expr.value < 0 ? "unary" : "postfix"];
      case "array":
        return [`[${expr.items.map((item) => this.text(item)).join(", ")}]`, "postfix"];
      case "object":
        if (expr.entries.length === 0) return ["{}", "postfix"];
        return [`{ ${expr.entries.map(({ name, value }) => this.#entry(name, value)).join(", ")} }`, "postfix"];
      case "member":
        return [this.#member(expr.object, expr.name), "postfix"];
      case "index":
        return [`${this.#at("postfix", expr.list)}[${this.text(expr.index)}]`, "postfix"];
      case "entry":
        return [`${this.#at("postfix", expr.record)}[${this.text(expr.key)}]`, "postfix"];
      case "every":
        return [new Telling(this.#plan, this.#scope, `${this.#at("postfix", expr.list)}[]`).text(expr.select), "postfix"];
      case "present":
        return this.#told(expr.list);
      case "template":
        return [`"${expr.parts.map((part) => this.#part(part)).join("")}"`, "postfix"];
      case "conditional": {
        const condition = this.#at("or", expr.condition);
        return [`${condition} ? ${this.text(expr.whenTrue)} : ${this.text(expr.whenFalse)}`, "conditional"];
      }
      case "coalesce":
        return [`${this.#at("coalesce", expr.left)} ?? ${this.#at("sum", expr.right)}`, "coalesce"];
      case "not":
        return this.#not(expr.operand);
      case "logic": {
        const [left, right] = expr.operator === "or" ? (["or", "and"] as const) : (["and", "not"] as const);
        return [`${this.#at(left, expr.left)} ${expr.operator} ${this.#at(right, expr.right)}`, expr.operator];
      }
      case "absent":
        return [`${this.#at("coalesce", expr.value)} == null`, "comparison"];
      case "equal":
        return [`${this.#at("coalesce", expr.left)} == ${this.#at("coalesce", expr.right)}`, "comparison"];
      case "order":
        return [`${this.#at("coalesce", expr.left)} ${expr.operator} ${this.#at("coalesce", expr.right)}`, "comparison"];
      case "arithmetic":
        return this.#arithmetic(expr);
      case "instant":
        return this.#told(expr.value);
      case "datetime":
        return this.#told(expr.ms);
      case "length":
      case "sum":
        return [`${expr.kind}(${this.text(expr.list)})`, "postfix"];
      case "extreme":
        return [`${expr.which}(${expr.items.map((item) => this.text(item)).join(", ")})`, "postfix"];
      case "contains":
        return [`contains(${this.text(expr.list)}, ${this.text(expr.item)})`, "postfix"];
      default:
        return [this.#name(expr), "postfix"];
    }
  }

  #name(expr: Exclude<PlanExpr, { readonly kind: Operation }>): string {
    switch (expr.kind) {
      case "input":
        return "input";
      case "stepOutput":
        return expr.step;
      case "childOutput":
        return expr.child;
      case "received":
        return expr.case;
      case "candidate":
        return this.#scope.candidate ?? "signal";
      case "computed": {
        const node = this.#plan.computes.get(expr.compute);
        return node === undefined ? "computed" : this.#call(node);
      }
      case "caught":
        return this.#plan.caught.get(expr.of) ?? "error";
      case "failure":
        return "failure";
      case "took":
        return `${expr.node.replace(/^\$/, "")} took ${expr.path.replace(/^\$/, "")}`;
      case "let":
        return expr.name;
      case "item":
        return this.#item;
    }
  }

  #call({ compute, input }: PlanComputeNode): string {
    const values = input.kind === "object" ? input.entries.map(({ value }) => value) : [input];
    return `${compute}(${values.map((value) => this.text(value)).join(", ")})`;
  }

  /** A body reads its item and what it captures by their names; what was received is read by its own. */
  #member(object: PlanExpr, name: string): string {
    if (object.kind === "input" && this.#scope.inBody === true) return name;
    if (object.kind === "childOutput" && this.#plan.rounds.has(object.child)) return name;
    return `${this.#at("postfix", object)}.${name}`;
  }

  /** What is called by its own name is said once. */
  #entry(name: string, value: PlanExpr): string {
    const text = this.text(value);
    return text === name || (value.kind === "member" && value.name === name) ? text : `${name}: ${text}`;
  }

  #part(part: PlanExpr): string {
    if (part.kind === "literal" && typeof part.value === "string") return JSON.stringify(part.value).slice(1, -1);
    return `\${${this.text(part)}}`;
  }

  #not(operand: PlanExpr): readonly [string, Binding] {
    if (operand.kind === "absent") return [`${this.#at("coalesce", operand.value)} != null`, "comparison"];
    if (operand.kind === "equal")
      return [`${this.#at("coalesce", operand.left)} != ${this.#at("coalesce", operand.right)}`, "comparison"];
    return [`not ${this.#at("not", operand)}`, "not"];
  }

  /** What is added to a time, or is itself one, is a duration. */
  #arithmetic(expr: Extract<PlanExpr, { readonly kind: "arithmetic" }>): readonly [string, Binding] {
    const sum = expr.operator === "+" || expr.operator === "-";
    const timed = sum && (expr.result === "duration" || expr.left.kind === "instant" || expr.right.kind === "instant");
    const show = (part: PlanExpr): readonly [string, Binding] => {
      if (timed && part.kind === "literal" && typeof part.value === "number") return [durationText(part.value), "postfix"];
      return this.#told(part);
    };
    const [left, right] = sum ? (["sum", "product"] as const) : (["product", "unary"] as const);
    return [`${this.#at(left, expr.left, show)} ${expr.operator} ${this.#at(right, expr.right, show)}`, left];
  }
}

type Operation =
  | "literal"
  | "array"
  | "object"
  | "member"
  | "index"
  | "entry"
  | "every"
  | "present"
  | "template"
  | "conditional"
  | "coalesce"
  | "not"
  | "logic"
  | "absent"
  | "equal"
  | "order"
  | "arithmetic"
  | "instant"
  | "datetime"
  | "length"
  | "sum"
  | "extreme"
  | "contains";
