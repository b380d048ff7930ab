import type { PlanFail } from "../../../plan/plan.ts";
import { entry, object, transitions } from "../config.ts";
import { failureEntry, failWith } from "../failures.ts";
import { DONE } from "../leaving.ts";
import type { NodeKind } from "./node.ts";

/** The way forward ends here, with a failure of the source's own. */
export const failNode: NodeKind<PlanFail> = {
  states: (node, _next, { words }) => [
    entry(node.id, object(entry("always", transitions({ target: DONE, actions: [failWith(node.id, node.failsTo, words)] })))),
  ],
  effects: () => [],
  records: () => [],
  tables: (node, pen) => ({ failures: [failureEntry(node.id, node.failure, null, pen)] }),
};
