import type { Frame } from "../names.ts";
import { defineRule } from "../rule.ts";

/** Something is read that stands on another way. */
export const otherWay = defineRule(
  {
    code: "SAGA4021",
    slug: "other-way",
    severity: "error",
    message: "`{name}` has not run here: it stands {where}.",
    note: null,
    help: "Move what reads it to where both ways meet again, and say there what counts if it has not run.",
  },
  (program, report) => {
    for (const { span, binding, of } of program.findings.of("other-way"))
      report(
        span,
        { name: binding.ident.name, where: WHERE[of.part] },
        { labels: [{ span: binding.ident.span, message: `\`${binding.ident.name}\` is here` }] },
      );
  },
);

const WHERE: Readonly<Record<Frame["part"], string>> = {
  branch: "in another branch",
  arm: "in another arm of the `if`",
  item: "in a `foreach`",
  round: "in a `repeat`",
  body: "in the block of the `try`, which has failed",
  otherwise: "in what happens otherwise",
  policy: "in what happens on an error",
  case: "in another case of the `await`",
  expired: "in what happens when the time has passed",
  ending: "in what happens after the end",
};
