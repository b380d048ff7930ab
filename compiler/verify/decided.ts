import type { PlanExpr } from "../plan/plan.ts";
import type { Facts } from "./facts.ts";
import { anyRecordAt, type MachineContext, type MachineRecord, type ScopeRecord, type WaitRecord } from "./machine.ts";

/**
 * What data decides is free, but for this: whether a step, a child, a compute or a signal has brought anything, and which way was taken. Where a
 * condition follows from that alone it has one answer; with another the machine would read what it has just been told is not there.
 * `null`: it is free.
 */
export function decided(facts: Facts, question: string, context: MachineContext): boolean | null {
  const condition = facts.conditions.get(question);
  return condition === undefined ? null : new Reader(facts, context).truth(condition);
}

class Reader {
  readonly #facts: Facts;
  readonly #context: MachineContext;

  constructor(facts: Facts, context: MachineContext) {
    this.#facts = facts;
    this.#context = context;
  }

  truth(expr: PlanExpr): boolean | null {
    switch (expr.kind) {
      case "not": {
        const operand = this.truth(expr.operand);
        return operand === null ? null : !operand;
      }
      case "logic": {
        const decides = expr.operator === "or";
        const left = this.truth(expr.left);
        const right = this.truth(expr.right);
        if (left === decides || right === decides) return decides;
        return left === null || right === null ? null : !decides;
      }
      case "conditional": {
        const condition = this.truth(expr.condition);
        const [whenTrue, whenFalse] = [this.truth(expr.whenTrue), this.truth(expr.whenFalse)];
        if (condition !== null) return condition ? whenTrue : whenFalse;
        return whenTrue === whenFalse ? whenTrue : null;
      }
      case "absent": {
        const there = this.#isThere(expr.value);
        return there === null ? null : !there;
      }
      case "equal": {
        const left = this.#isThere(expr.left);
        const right = this.#isThere(expr.right);
        if (left === false && right === false) return true;
        // One is absent, the other is not: of what is not known nothing follows.
        return (left === false && right === true) || (left === true && right === false) ? false : null;
      }
      case "coalesce": {
        const there = this.#isThere(expr.left);
        return there === false ? this.truth(expr.right) : null;
      }
      case "took":
        return this.#took(expr.node, expr.path);
      case "let": {
        const found = this.#let(expr.name);
        return found === null ? null : this.truth(found);
      }
      default:
        return null;
    }
  }

  /** Samples have all their fields, but a field may be one that can be absent: then it is free. */
  #isThere(expr: PlanExpr): boolean | null {
    switch (expr.kind) {
      case "literal":
        return expr.value !== null;
      case "stepOutput":
        return this.#brought(this.#facts.step(expr.step).place);
      case "childOutput":
        return this.#brought(this.#facts.step(expr.child).place);
      case "computed":
        return this.#brought(this.#facts.step(expr.compute).place);
      case "received": {
        const node = this.#facts.waits.get(expr.wait);
        const record = node === undefined ? undefined : (anyRecordAt(this.#context, node.place) as WaitRecord | undefined);
        return record !== undefined && record.outcome === "received" && record.case === expr.case;
      }
      case "member":
        return this.#isThere(expr.object) === false ? false : null;
      case "index":
        return this.#isThere(expr.list) === false ? false : null;
      case "entry":
        return this.#isThere(expr.record) === false ? false : null;
      case "instant":
        return this.#isThere(expr.value);
      case "conditional": {
        const condition = this.truth(expr.condition);
        const [whenTrue, whenFalse] = [this.#isThere(expr.whenTrue), this.#isThere(expr.whenFalse)];
        if (condition !== null) return condition ? whenTrue : whenFalse;
        return whenTrue === whenFalse ? whenTrue : null;
      }
      case "coalesce": {
        const left = this.#isThere(expr.left);
        const right = this.#isThere(expr.right);
        if (left === true || right === true) return true;
        return left === false ? right : null;
      }
      case "let": {
        const found = this.#let(expr.name);
        return found === null ? null : this.#isThere(found);
      }
      default:
        return null;
    }
  }

  #brought(place: readonly string[]): boolean {
    const record = anyRecordAt(this.#context, place) as MachineRecord | undefined;
    return record !== undefined && record.forward.output != null;
  }

  #let(name: string): PlanExpr | null {
    return this.#facts.unit.lets.find((each) => each.name === name)?.value ?? null;
  }

  /** By the trace that each way leaves in the record of its node. */
  #took(id: string, path: string): boolean | null {
    const node =
      [...this.#facts.nodes.values()].find((each) => ("id" in each ? each.id : each.step) === id) ?? this.#facts.nodes.get(id);
    const record = (place: readonly string[]): unknown => anyRecordAt(this.#context, place);
    switch (node?.kind) {
      case "try":
        return (record([...node.place, "$scope"]) as ScopeRecord | undefined)?.outcome === (path === "body" ? "done" : "failed");
      case "race":
        return (record([...node.place, "$scope"]) as ScopeRecord | undefined)?.winner === path;
      case "step":
      case "call": {
        const { place, policies } = this.#facts.step(node.kind === "step" ? node.step : node.name);
        const error =
          policies.find(({ outcome }) => outcome.kind === "block" && outcome.block.id === path)?.error ?? "$otherwise";
        return (record(place) as MachineRecord | undefined)?.forward.caught === error;
      }
      case "repeat":
        return (record(node.place) as MachineRecord | undefined)?.forward.caught === "$otherwise";
      case "await": {
        const wait = record(node.place) as WaitRecord | undefined;
        return node.cases.some(({ name }) => name === path) ? wait?.case === path : wait?.outcome === "timedOut";
      }
      default:
        return null;
    }
  }
}
