import type { Expression } from "../ast/nodes.ts";
import type { Draft } from "./draft.ts";

/** Notes a secret that flows to where it is shown. `into`: "a tag". */
export function refuseSecret(draft: Draft, node: Expression, into: string, help: string): void {
  if (draft.typed.get(node)?.secret) draft.findings.add("secret-shown", { node, into, help });
}
