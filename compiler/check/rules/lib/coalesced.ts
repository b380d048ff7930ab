import type { BinaryExpr, BinaryOperator, Expression } from "../../../ast/nodes.ts";
import { walk } from "../../../ast/walk.ts";
import { pathKey } from "../../narrow.ts";
import type { CheckedProgram } from "../../program.ts";

/** A part of a calculation with a `??` behind the whole of it: `a + b ?? 0`. */
export interface Coalesced {
  readonly coalesce: BinaryExpr;
  /** What takes the part. */
  readonly operator: BinaryOperator | "-";
  /** How it is written so that the `??` is of the part. */
  readonly instead: string;
}

/** Those parts that may be absent, by themselves: each was noted, and the `??` was meant for it. */
export function coalescedParts(program: CheckedProgram): ReadonlyMap<Expression, Coalesced> {
  const known = KNOWN.get(program);
  if (known !== undefined) return known;
  const parts = findParts(program);
  KNOWN.set(program, parts);
  return parts;
}

/** Several rules ask it of each program. */
const KNOWN = new WeakMap<CheckedProgram, ReadonlyMap<Expression, Coalesced>>();

function findParts(program: CheckedProgram): ReadonlyMap<Expression, Coalesced> {
  const found = new Map<Expression, Coalesced>();
  const absent = new Set(program.findings.of("may-be-absent").map(({ node }) => node));
  if (absent.size === 0) return found;
  for (const { node: file } of program.files)
    walk(file, (node) => {
      if (node.kind === "binary" && node.operator === "??") visit(node, node.left);
      return true;
    });
  return found;

  function visit(coalesce: BinaryExpr, whole: Expression): void {
    const value = shown(coalesce.right);
    if (whole.kind === "unary" && whole.operator === "-") {
      const { operand } = whole;
      if (absent.has(operand)) found.set(operand, { coalesce, operator: "-", instead: `-(${shown(operand)} ?? ${value})` });
      return visit(coalesce, operand);
    }
    if (whole.kind !== "binary" || !ARITHMETIC.has(whole.operator)) return;
    const { operator, left, right } = whole;
    if (absent.has(left))
      found.set(left, { coalesce, operator, instead: `(${shown(left)} ?? ${value}) ${operator} ${shown(right)}` });
    if (absent.has(right))
      found.set(right, { coalesce, operator, instead: `${shown(left)} ${operator} (${shown(right)} ?? ${value})` });
    visit(coalesce, left);
    visit(coalesce, right);
  }
}

const ARITHMETIC: ReadonlySet<BinaryOperator> = new Set<BinaryOperator>(["+", "-", "*", "/", "%"]);

/** A short value as it is written. */
function shown(node: Expression): string {
  if (node.kind === "int" || node.kind === "decimal") return String(node.value);
  return pathKey(node) ?? "…";
}
