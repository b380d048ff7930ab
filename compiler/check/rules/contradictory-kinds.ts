import { defineRule } from "../rule.ts";

/** A step of two kinds, or of one kind twice. */
export const contradictoryKinds = defineRule(
  {
    code: "SAGA4017",
    slug: "contradictory-kinds",
    severity: "error",
    message: "A step cannot be {first} and {again}.",
    note: "A step has one kind: it is the pivot, or changes nothing (`readonly`), or need not succeed (`best effort`), or none of these.",
    help: "Keep one of the words.",
  },
  (program, report) => {
    for (const { steps } of program.sagas)
      for (const { node } of steps) {
        const [first, again] = node.stepKinds;
        if (first === undefined || again === undefined) continue;
        report(
          again.span,
          { first: KINDS[first.name], again: first.name === again.name ? "the same once more" : KINDS[again.name] },
          { labels: [{ span: first.span, message: "the first word is here" }] },
        );
      }
  },
);

const KINDS = { pivot: "`pivot`", readonly: "`readonly`", "best-effort": "`best effort`" } as const;
