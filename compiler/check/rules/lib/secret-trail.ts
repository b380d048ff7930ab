import type { Expression } from "../../../ast/nodes.ts";
import { childrenOf } from "../../../ast/walk.ts";
import type { DiagnosticLabel } from "../../../diagnostics/diagnostic.ts";
import type { Binding } from "../../names.ts";
import type { CheckedProgram } from "../../program.ts";

/** The way that a secret takes into an expression: where it comes from last. */
export function secretTrail({ typed }: CheckedProgram, expression: Expression): DiagnosticLabel[] {
  const labels: DiagnosticLabel[] = [];
  const seen = new Set<Expression>();
  let current: Expression | null = expression;
  while (current !== null && !seen.has(current)) {
    seen.add(current);
    const node: Expression = current;
    current = null;
    if (node.kind === "name") {
      const binding: Binding | undefined = typed.get(node)?.output?.binding;
      if (binding === undefined) break;
      const isLet = binding.node.kind === "let";
      labels.push({
        span: binding.ident.span,
        message: `\`${binding.ident.name}\` ${isLet ? "is made of it here" : "brings it"}`,
      });
      if (binding.node.kind === "let") current = binding.node.value;
    } else if (node.kind === "member" && node.member !== null && !typed.get(node.object)?.secret) {
      labels.push({ span: node.member.span, message: `\`${node.member.name}\` is a secret` });
    } else
      current =
        childrenOf(node)
          .flatMap(expressionsIn)
          .find((child) => typed.get(child)?.secret) ?? null;
  }
  // The place itself is told already.
  return labels.filter(({ span }) => span.start !== expression.span.start || span.end !== expression.span.end);
}

function expressionsIn(node: ReturnType<typeof childrenOf>[number]): Expression[] {
  if (node.kind === "entry") return [node.value];
  return node.kind === "ident" ? [] : [node as Expression];
}
