import { compile } from "../../compiler/pipeline.ts";
import type { Plan, PlanStep } from "../../compiler/plan/plan.ts";
import { memorySources } from "../../compiler/source/source-set.ts";
import { call, error, group, plan, step, stepNode } from "../emit/plans.ts";

/** The only saga of a source without errors. */
export function planOf(text: string): Plan {
  const [plan, ...more] = plansOf(text);
  if (plan === undefined || more.length > 0) throw new Error(`${more.length + 1} sagas`);
  return plan;
}

/** The last one: what it calls stands before it. */
export function lastPlanOf(text: string): Plan {
  const plan = plansOf(text).at(-1);
  if (plan === undefined) throw new Error("no saga");
  return plan;
}

function plansOf(text: string): readonly Plan[] {
  const { sagas, diagnostics } = compile(memorySources({ "input.saga": text }), ["input.saga"]);
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ message, span }) => `${span.start}: ${message}`).join("\n"));
  return sagas.map(({ plan }) => plan);
}

/** Texts that try to get out of labels, strings, comments, tags and blocks. None of them is a name: what is, is the checker's. */
export const HOSTILE: readonly string[] = [
  '"',
  '\\"',
  "\\",
  "'",
  "`",
  "```",
  '"] --> pwned["x',
  '"]\n  click pwned call alert()\n',
  "\n",
  "\r\nend\r\n",
  "\u2028pwned\u2029",
  "%%{init: {'theme': 'forest'}}%%",
  "%% comment",
  "---\ntitle: x\n---",
  "#quot;",
  "#35;",
  "&quot; &lt;b&gt;",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "</text></svg>",
  "]]> <![CDATA[",
  "-->",
  "--",
  "<!-- x",
  "fa:fa-ban",
  "$$x^2$$",
  "1. list",
  "- list",
  "end",
  "}",
  "{{",
  "|pipe|",
  "a;b",
  "javascript:alert(1)",
  "\\N\\G\\l",
  "\u202egnp.exe",
  "\u0000\u0007\u001b[31m",
  "\ufeff",
  "\ud800",
  "__proto__",
  "größe 日本 😀",
];

/** A text in every place that takes one from a source file, with a group and every kind of step. */
export function planWith(text: string): Plan {
  const undo = (name: string): PlanStep["undo"] => ({ kind: "compensate", call: call("x", { service: text, operation: name }) });
  const names = [text, `${text} 2`, `${text} 3`, `${text} 4`, `${text} 5`] as const;
  const [first, second, third, fourth, last] = names;
  const inStep = (name: string, more: Partial<PlanStep> = {}): PlanStep =>
    step(name, { doc: text, call: call("x", { service: text, operation: `${text}!` }), throws: [text, `${text} e`], ...more });
  return plan({
    saga: "Sample",
    source: `folder/${text}.saga`,
    doc: text,
    errors: [{ ...error(text), doc: text }, error(`${text} e`)],
    steps: [
      inStep(first, { undo: undo(text) }),
      inStep(second, { undo: undo(`${text} u`) }),
      inStep(third, { kind: "readonly" }),
      inStep(fourth, { kind: "pivot", zone: "pivot" }),
      inStep(last, { zone: "after", throws: [] }),
    ],
    forward: {
      kind: "sequence",
      nodes: [
        stepNode(inStep(first)),
        group(
          "$group1",
          { kind: "sequence", nodes: [stepNode(inStep(second))] },
          { kind: "sequence", nodes: [stepNode(inStep(third))] },
        ),
        stepNode(inStep(fourth)),
        stepNode(inStep(last)),
      ],
    },
    backward: {
      kind: "sequence",
      nodes: [
        {
          kind: "parallel",
          id: "$group1",
          branches: [{ id: "$branch1", body: { kind: "sequence", nodes: [{ kind: "step", step: second }] } }],
        },
        { kind: "step", step: first },
      ],
    },
    pivots: [fourth],
  });
}
