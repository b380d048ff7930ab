import { headSpan, headWord } from "../opaque.ts";
import { defineRule } from "../rule.ts";

/** A pivot whose siblings could still fail. */
export const pivotInParallel = defineRule(
  {
    code: "SAGA4010",
    slug: "pivot-in-parallel",
    severity: "error",
    message: "The pivot `{step}` stands in {where}.",
    note: null,
    help: "{help}",
  },
  (program, report) => {
    for (const { pivots } of program.sagas)
      for (const pivot of pivots) {
        const frame = pivot.frames.findLast(({ node, part }) => WHERE[`${node.kind} ${part}`] !== undefined);
        const found = frame === undefined ? undefined : WHERE[`${frame.node.kind} ${frame.part}`];
        if (frame === undefined || found === undefined) continue;
        const construct = headWord(frame.node);
        const labels = [{ span: headSpan(frame.node), message: `the \`${construct}\` is here` }];
        const { where, note } = found;
        const help =
          frame.part === "ending"
            ? `Leave \`pivot\` out, or move the step above the \`${construct}\`.`
            : `Move the pivot behind the \`${construct}\`.`;
        report(pivot.name.span, { step: pivot.name.name, where, help }, { labels, note });
      }
  },
);

const SIBLING = "could still fail when the pivot has passed, and then there would be no way forward and none back.";

/** By the construct and its part. */
const WHERE: Readonly<Record<string, { readonly where: string; readonly note: string }>> = {
  "parallel branch": { where: "a branch of a `parallel`", note: `Another branch ${SIBLING}` },
  "race branch": { where: "a branch of a `race`", note: "A branch that loses is undone, and a pivot cannot be." },
  "foreach item": { where: "a `foreach`", note: `Another item ${SIBLING}` },
  "repeat round": { where: "a `repeat`", note: "Each round would pass it again, and a pivot is passed once." },
  "ending ending": { where: "what happens after the end", note: "The outcome stands by then." },
  "try body": { where: "the block of a `try`", note: "What the block did is undone when it fails, and a pivot cannot be." },
};
