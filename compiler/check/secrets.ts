import type { Expression } from "../ast/nodes.ts";
import type { Draft } from "./draft.ts";
import { exposes } from "./exposed.ts";
import { valueType } from "./operators.ts";
import type { FieldType } from "./types.ts";

/** Notes a secret that flows to where it is shown. `into`: "a tag". */
export function refuseSecret(draft: Draft, node: Expression, into: string, help: string): void {
  if (draft.typed.get(node)?.secret) draft.findings.add("secret-shown", { node, into, help });
}

/** Notes a secret, or what holds one, that flows into a declared field which is not known to hold it. */
export function keepSecret(draft: Draft, node: Expression, field: FieldType, owner: string): void {
  const typed = draft.typed.get(node);
  if (typed === undefined || field.secret || !(typed.secret || exposes(valueType(typed), field.type))) return;
  const help = `Declare it as \`secret\`, there and here: \`${field.name}: secret …\`.`;
  draft.findings.add("secret-shown", { node, into: `\`${field.name}\` of ${owner}, which is not declared as \`secret\``, help });
}
