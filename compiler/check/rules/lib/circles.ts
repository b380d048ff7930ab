import type { SagaDecl } from "../../../ast/nodes.ts";
import { walk } from "../../../ast/walk.ts";
import type { Span } from "../../../source/span.ts";
import type { CheckedSaga } from "../../program.ts";

/** A call that closes a circle, told once for each circle. */
export interface CircularCall {
  /** The name in the `call` with which the circle begins. */
  readonly call: Span;
  readonly saga: string;
  /** The sagas on the way round, the first one last. */
  readonly path: readonly string[];
}

interface Call {
  readonly span: Span;
  readonly to: CheckedSaga;
}

/** Depth first with a stack of its own: a chain of calls may be as long as a file. */
export function circularCalls(sagas: readonly CheckedSaga[]): CircularCall[] {
  const byNode = new Map<SagaDecl, CheckedSaga>(sagas.map((saga) => [saga.node, saga]));
  const found: CircularCall[] = [];
  const done = new Set<CheckedSaga>();
  for (const root of sagas) {
    const path: { readonly saga: CheckedSaga; readonly rest: Call[]; call: Call | null }[] = [];
    const at = new Map<CheckedSaga, number>();
    const enter = (saga: CheckedSaga): void => {
      at.set(saga, path.length);
      path.push({ saga, rest: callsIn(saga, byNode), call: null });
    };
    if (!done.has(root)) enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.rest.shift();
      if (next === undefined) {
        done.add(top.saga);
        at.delete(top.saga);
        path.pop();
        continue;
      }
      top.call = next;
      const begin = at.get(next.to);
      const first = begin === undefined ? undefined : path[begin];
      if (begin !== undefined && first?.call) {
        const names = path.slice(begin + 1).map(({ saga }) => saga.name.name);
        found.push({ call: first.call.span, saga: next.to.name.name, path: [...names, next.to.name.name] });
      } else if (!done.has(next.to)) enter(next.to);
    }
  }
  return found;
}

function callsIn({ node, file }: CheckedSaga, byNode: ReadonlyMap<SagaDecl, CheckedSaga>): Call[] {
  const calls: Call[] = [];
  walk(node, (each) => {
    if (each.kind !== "call" || each.saga === null) return true;
    const symbol = file.sagas.get(each.saga.name);
    const to = symbol === undefined ? undefined : byNode.get(symbol.node);
    if (to !== undefined) calls.push({ span: each.saga.span, to });
    return true;
  });
  return calls;
}
