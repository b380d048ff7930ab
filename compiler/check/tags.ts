import type { TagsClause } from "../ast/nodes.ts";
import type { Draft, FileScope } from "./draft.ts";
import { inferMapping } from "./infer.ts";
import { familyOf } from "./operators.ts";
import type { Mapping } from "./program.ts";
import { refuseSecret } from "./secrets.ts";
import { type FieldType, UNKNOWN } from "./types.ts";

/** What a saga is searched by: scalars that its input gives, and no secrets: they are written down when it is started. */
export function checkTags(draft: Draft, file: FileScope, input: readonly FieldType[], node: TagsClause): Mapping {
  const mapping = inferMapping(
    draft,
    {
      file,
      input,
      lookup({ span, name }) {
        draft.findings.add("tag-source", { span, name });
        return { type: UNKNOWN, secret: false };
      },
    },
    node.value,
  );
  for (const entry of node.value.entries) {
    if (entry.name === null) continue;
    const { name } = entry.name;
    const typed = draft.typed.get(entry.value);
    if (typed === undefined) continue;
    if (familyOf(typed.type) === "other") draft.findings.add("tag-type", { span: entry.value.span, name, type: typed.type });
    else refuseSecret(draft, entry.value, "a tag", "Tags are shown and searched: leave it out, or search by something else.");
  }
  return mapping;
}
