import type { SagaDecl } from "../ast/nodes.ts";
import { walk } from "../ast/walk.ts";
import type { DeclaredFile } from "./declarations.ts";

interface Saga {
  readonly node: SagaDecl;
  readonly declared: DeclaredFile;
}

/**
 * Sagas in such an order that each stands behind those it calls: what it is told of them is then known. Those that call each other in a
 * circle stand in the order of the source; a rule refuses them.
 */
export function calleesFirst<Some extends Saga>(sagas: readonly Some[]): Some[] {
  const byNode = new Map<SagaDecl, Some>(sagas.map((saga) => [saga.node, saga]));
  const entered = new Set<Some>();
  const ordered: Some[] = [];
  for (const root of sagas) {
    // A stack of its own: a chain of calls may be as long as a file.
    const path: { saga: Some; rest: Some[] }[] = [];
    const enter = (saga: Some): void => {
      if (entered.has(saga)) return;
      entered.add(saga);
      path.push({ saga, rest: calledBy(saga).flatMap((node) => byNode.get(node) ?? []) });
    };
    enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.rest.shift();
      if (next !== undefined) enter(next);
      else {
        ordered.push(top.saga);
        path.pop();
      }
    }
  }
  return ordered;
}

function calledBy({ node, declared }: Saga): SagaDecl[] {
  const found: SagaDecl[] = [];
  walk(node, (each) => {
    if (each.kind !== "call" || each.saga === null) return true;
    const callee = declared.scope.sagas.get(each.saga.name);
    if (callee !== undefined) found.push(callee.node);
    return true;
  });
  return found;
}
