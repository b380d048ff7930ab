import type { Expression } from "../ast/nodes.ts";
import { walk } from "../ast/walk.ts";
import { DURATION_UNITS, durationText } from "../source/duration-text.ts";
import type { Draft, FileScope } from "./draft.ts";
import { infer } from "./infer.ts";
import { needsFamily } from "./operators.ts";
import type { Duration, TypedExpr } from "./program.ts";
import { type Reader, read } from "./reading.ts";
import { type FieldType, UNKNOWN } from "./types.ts";

/** Reads a duration that is worked out, by what is known where it stands. `what`: the word before it. */
export type ReadLength = (expression: Expression, what: string) => void;

/** `null` when it is none, which has been noted. */
export function readDuration(draft: Draft, expression: Expression, what: string, readLength: ReadLength): Duration | null {
  switch (expression.kind) {
    case "duration":
      return expression.ms;
    case "invalid":
      return null;
    case "int":
    case "decimal":
    case "string":
    case "boolean":
    case "null":
    case "object":
    case "array":
      draft.findings.add("not-a-duration", { span: expression.span, found: FOUND[expression.kind] });
      return null;
    default:
      readLength(expression, what);
      return expression;
  }
}

const FOUND = {
  int: "a number without a unit",
  decimal: "a number without a unit",
  string: "a text",
  boolean: "a truth value",
  null: "`null`",
  object: "a record",
  array: "a list",
} as const;

/** A duration that may be worked out. `what`: the word before it. */
export function readLength(reader: Reader, node: Expression, what: string): void {
  const typed = read(reader, node);
  needsLength(reader.saga.draft, node, typed, what);
}

function needsLength(draft: Draft, node: Expression, typed: TypedExpr, what: string): void {
  if (node.kind === "int" || node.kind === "decimal")
    draft.findings.add("not-a-duration", { span: node.span, found: FOUND[node.kind] });
  else needsFamily(draft, { node, typed }, ["duration"], what, "a duration", DURATION_HELP);
}

/** Of a saga: its input is all that is there when it starts. */
export function sagaLength(draft: Draft, file: FileScope, input: readonly FieldType[]): ReadLength {
  return (node, what) => needsLength(draft, node, inferEarly(draft, file, input, node, "saga"), what);
}

/** Of a service: nothing is known of the sagas that it holds for. */
export function serviceLength(draft: Draft, file: FileScope): ReadLength {
  return (node, what) => {
    const input = namesInput(node);
    if (input === null) needsLength(draft, node, inferEarly(draft, file, [], node, "service"), what);
    else draft.findings.add("early-time", { span: input.span, name: "input", of: "service" });
  };
}

function inferEarly(
  draft: Draft,
  file: FileScope,
  input: readonly FieldType[],
  expression: Expression,
  of: "saga" | "service",
): TypedExpr {
  const lookup = ({ span, name }: { readonly span: Expression["span"]; readonly name: string }): TypedExpr => {
    draft.findings.add("early-time", { span, name, of });
    return { type: UNKNOWN, secret: false };
  };
  return infer(draft, { file, input, lookup }, expression);
}

function namesInput(expression: Expression): Expression | null {
  let found: Expression | null = null;
  walk(expression, (node) => {
    if (node.kind === "input") found = node;
    return found === null;
  });
  return found;
}

/** A point in time. */
export function readInstant(reader: Reader, node: Expression, what: string): void {
  const typed = read(reader, node);
  needsFamily(reader.saga.draft, { node, typed }, ["datetime"], what, "a datetime", INSTANT_HELP);
}

const DURATION_HELP = "Write `2h`, or give a value of type `duration`.";
const INSTANT_HELP = "Give a value of type `datetime`; for so long from now on it is a duration.";

/** As `durationText`, but cut to its two largest units, for estimates. */
export function roughDuration(ms: number): string {
  const [smallest] = DURATION_UNITS.filter(([, size]) => size <= ms)
    .slice(0, 2)
    .slice(-1);
  const size = smallest?.[1] ?? 1;
  return durationText(Math.ceil(ms / size) * size);
}
