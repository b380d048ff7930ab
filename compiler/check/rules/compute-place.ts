import type { FunctionExpr, Node } from "../../ast/nodes.ts";
import { childrenOf } from "../../ast/walk.ts";
import type { CheckedFile } from "../program.ts";
import { defineRule } from "../rule.ts";

/** A compute is called where it would be on condition, again and again, or too late to be recorded. */
export const computePlace = defineRule(
  {
    code: "SAGA2049",
    slug: "compute-place",
    severity: "error",
    message: "`{name}` cannot be called {where}.",
    note: "A compute runs once, before the statement that it is called in, and its result is recorded.",
    help: "Call it before, and give the result a name: `let {letName} = {name}(…)`.",
  },
  (program, report) => {
    for (const file of program.files) {
      if (file.computes.size === 0) continue;
      for (const { call, where } of callsIn(file)) {
        const { name } = call.callee;
        if (where !== null) report(call.callee.span, { name, where, letName: name === "result" ? "value" : "result" });
      }
    }
  },
);

interface Call {
  readonly call: FunctionExpr;
  /** `null`: it may stand there. */
  readonly where: string | null;
}

function callsIn({ node, computes }: CheckedFile): Call[] {
  const found: Call[] = [];
  const pending: { readonly node: Node; readonly where: string | null }[] = [{ node, where: null }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node: current, where } = next;
    if (current.kind === "function" && computes.has(current.callee.name)) found.push({ call: current, where });
    for (const child of childrenOf(current)) pending.push({ node: child, where: placeOf(current, child, where) });
  }
  return found;
}

/** What is wrong with the place of `child`, seen from outside. */
function placeOf(parent: Node, child: Node, outer: string | null): string | null {
  // A block is a sequence of its own: what stands in it runs when it does.
  if (parent.kind === "block" || parent.kind === "branch" || parent.kind === "parallel" || parent.kind === "race") return null;
  switch (parent.kind) {
    case "conditional":
      return child === parent.condition ? outer : "in a value that is chosen on condition";
    case "binary":
      return child === parent.right && LAZY.has(parent.operator) ? `on the right of \`${parent.operator}\`` : outer;
    case "where":
      return "in a `where`";
    case "await-case":
      return child === parent.where ? "in a `where`" : outer;
    case "repeat":
      return child === parent.until ? "in an `until`" : outer;
    case "every":
      return "in an `every`";
    case "if":
      return child === parent.whenFalse && child.kind === "if" ? "in an `else if`" : outer;
    case "tags":
      return "in a tag";
    case "key":
      return "in a `key`";
    case "handler":
      return "in a compensation, an inquiry or a confirmation";
    case "saga-decl":
      return child.kind === "timeout" || child.kind === "undo-within" ? "in a time of the saga" : outer;
    case "service-decl":
      return "in what is said of a service";
    case "fail-outcome":
    case "retry-policy":
      return "in what is done when something fails";
    default:
      return outer;
  }
}

const LAZY: ReadonlySet<string> = new Set(["and", "or", "??"]);
