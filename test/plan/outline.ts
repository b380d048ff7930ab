import type { Plan, PlanExpr, PlanNode, PlanOutcome, PlanSequence, PlanUnit, UndoSequence } from "../../compiler/plan/plan.ts";

/** A plan in few lines: what a test of its shape looks at. */
export function outline(plan: Plan): string {
  const lines: string[] = [];
  const steps = [plan, ...plan.bodies].flatMap((of) => of.steps);
  const inputs = new Map(steps.map(({ name, call }) => [name, formula(call.input)]));
  const sequence = (of: PlanSequence): string[] => sequenceLines(of, inputs);
  const unit = (of: PlanUnit): void => {
    for (const { name, value } of of.lets) lines.push(`let ${name} = ${formula(value)}`);
    lines.push(...sequence(of.forward));
    if (of.output !== null) lines.push(`output ${formula(of.output.value)}`);
    lines.push(`back ${undo(of.backward)}`);
  };
  unit(plan);
  for (const body of plan.bodies) {
    const captures = body.captures.map(({ name, value }) => `${name} = ${formula(value)}`).join(", ");
    lines.push(`${body.kind} ${body.id} ${body.name} in ${body.parent ?? "saga"}, ${body.zone} { ${captures} }`);
    unit(body);
  }
  for (const [name, ending] of Object.entries(plan.endings)) if (ending !== null) lines.push(`on ${name}`, ...sequence(ending));
  return lines.join("\n");
}

/** An expression as it could be written. */
export function formula(expr: PlanExpr): string {
  switch (expr.kind) {
    case "literal":
      return JSON.stringify(expr.value);
    case "input":
      return "input";
    case "item":
      return "item";
    case "object":
      return `{ ${expr.entries.map(({ name, value }) => `${name}: ${formula(value)}`).join(", ")} }`;
    case "member":
      return `${formula(expr.object)}${expr.optional ? "?." : "."}${expr.name}`;
    case "stepOutput":
      return `${expr.step}${expr.optional ? "?" : ""}`;
    case "childOutput":
      return `<${expr.child}>${expr.optional ? "?" : ""}`;
    case "let":
      return `let ${expr.name}`;
    case "took":
      return `took(${expr.node} ${expr.path})`;
    case "caught":
      return `caught(${expr.of})`;
    case "failure":
      return `failure(${expr.scope ?? "saga"})`;
    case "conditional":
      return `(${formula(expr.condition)} ? ${formula(expr.whenTrue)} : ${formula(expr.whenFalse)})`;
    case "coalesce":
      return `(${formula(expr.left)} ?? ${formula(expr.right)})`;
    case "arithmetic":
    case "order":
      return `(${formula(expr.left)} ${expr.operator} ${formula(expr.right)})`;
    case "logic":
      return `(${formula(expr.left)} ${expr.operator} ${formula(expr.right)})`;
    case "absent":
      return `absent(${formula(expr.value)})`;
    case "not":
      return `not(${formula(expr.operand)})`;
    case "every":
      return `${formula(expr.list)}[${formula(expr.select)}]`;
    case "equal":
      return `(${formula(expr.left)} == ${formula(expr.right)})`;
    case "length":
      return `length(${formula(expr.list)})`;
    default:
      throw new Error(`an outline knows no ${expr.kind}`);
  }
}

type Inputs = ReadonlyMap<string, string>;

function sequenceLines(of: PlanSequence, inputs: Inputs): string[] {
  return of.nodes.flatMap((node) => [
    head(node, inputs),
    ...parts(node, (inner) => sequenceLines(inner, inputs)).flatMap(([name, lines]) => [
      `  ${name}`,
      ...lines.map((line) => `    ${line}`),
    ]),
  ]);
}

function head(node: PlanNode, inputs: Inputs): string {
  const stops = "stops" in node ? ` stops ${node.stops.join(" ") || "-"}` : "";
  const to = "failsTo" in node ? ` fails ${node.failsTo ?? "-"}` : "";
  const at = "place" in node ? ` at ${node.place.join("/")}` : "";
  const name =
    node.kind === "step" ? `${node.step} ${inputs.get(node.step) ?? "?"}` : "name" in node ? `${node.id} ${node.name}` : node.id;
  return `${node.kind} ${name}${stops}${to}${at}`;
}

function parts(node: PlanNode, sequence: (of: PlanSequence) => string[]): [name: string, lines: string[]][] {
  switch (node.kind) {
    case "step":
      return node.policies.flatMap(({ error, retry, outcome }) =>
        outcomeLines(`on ${error}${retry === null ? "" : ` retry ${retry.attempts ?? "forever"}`}`, outcome, sequence),
      );
    case "parallel":
    case "race":
      return [
        ...node.branches.map(({ id, scope, body }): [string, string[]] => [
          `${id}${scope === null ? "" : ` = ${scope}`}`,
          sequence(body),
        ]),
        ...(node.kind === "race" ? [[`undo ${undo(node.undo)}`, []] satisfies [string, string[]]] : []),
      ];
    case "if":
      return [
        ...node.arms.map(({ id, condition, body }): [string, string[]] => [`${id} ${formula(condition)}`, sequence(body)]),
        ["$else", sequence(node.otherwise)],
      ];
    case "try":
      return [
        [`body${node.timeoutMs === null ? "" : ` within ${formula(node.timeoutMs)}`}`, sequence(node.body)],
        [`undo ${undo(node.undo)}`, []],
        ...outcomeLines("otherwise", node.otherwise, sequence),
      ];
    case "foreach":
      return [
        [
          `of ${formula(node.list)}${node.where === null ? "" : ` where ${formula(node.where)}`} max ${node.max ?? "-"} on failure ${node.onFailure}`,
          [],
        ],
      ];
    case "repeat":
      return [
        [`max ${node.max ?? "-"} every ${node.everyMs === null ? "-" : formula(node.everyMs)} until ${formula(node.until)}`, []],
        ...outcomeLines("otherwise", node.otherwise, sequence),
      ];
    case "call":
      return [
        [
          `saga ${node.saga} ${formula(node.input)}${node.retry === null ? "" : ` retry ${node.retry.attempts ?? "forever"}`}`,
          [],
        ],
        ...node.policies.flatMap(({ error, outcome }) => outcomeLines(`on ${error}`, outcome, sequence)),
        ...outcomeLines("on failure", node.onFailure, sequence),
      ];
    case "fail":
      return [[`${node.failure.name}${node.failure.data === null ? "" : ` ${formula(node.failure.data)}`}`, []]];
    default:
      return [];
  }
}

function outcomeLines(name: string, outcome: PlanOutcome, sequence: (of: PlanSequence) => string[]): [string, string[]][] {
  if (outcome.kind === "block")
    return [[`${name} ${outcome.block.id} at ${outcome.block.place.join("/")}`, sequence(outcome.block.body)]];
  const failure = outcome.kind === "fail" && outcome.failure !== null ? ` ${outcome.failure.name}` : "";
  return [[`${name} ${outcome.kind}${failure}`, []]];
}

function undo(of: UndoSequence): string {
  const nodes = of.nodes.map((node) => {
    if (node.kind === "step") return node.step;
    return node.kind === "child"
      ? `<${node.child}>`
      : `${node.id}(${node.branches.map(({ id, body }) => `${id}: ${undo(body)}`).join(" | ")})`;
  });
  return nodes.join(", ") || "-";
}
