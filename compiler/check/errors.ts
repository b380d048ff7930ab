import type { Expression, Ident, ObjectExpr } from "../ast/nodes.ts";
import type { Span } from "../source/span.ts";
import { assignable } from "./assignable.ts";
import type { DeclaredFile } from "./declarations.ts";
import type { Draft } from "./draft.ts";
import type { FlowFailure } from "./flow-nodes.ts";
import { markMeant } from "./opaque.ts";
import { valueType } from "./operators.ts";
import type { ErrorSymbol, Mapping } from "./program.ts";
import { NOTHING, type Reader, readGiven } from "./reading.ts";
import { keepSecret } from "./secrets.ts";
import { type FieldType, isOptional, isUncertain, objectType } from "./types.ts";

/** The error of a name; `null`: there is none, which was noted. */
export function resolveError(draft: Draft, { scope }: DeclaredFile, ident: Ident): ErrorSymbol | null {
  const symbol = scope.errors.get(ident.name) ?? null;
  if (symbol !== null) scope.used.add(symbol);
  else if (!scope.opaque.has(ident.name) && !scope.unread.has("error-decl")) {
    const other = scope.declared.get(ident.name);
    const instead = other === undefined ? null : { kind: other.what, span: other.ident.span };
    draft.findings.add("unknown-error", { ident, candidates: [...scope.errors.keys()], instead });
    markMeant(scope, ident.name, scope.errors.keys());
  }
  return symbol;
}

/** `fail E { … }`: the data must be what the error declares. */
export function checkFailure(reader: Reader, error: Ident, data: ObjectExpr | null): FlowFailure {
  const { draft, declared } = reader.saga;
  const symbol = resolveError(draft, declared, error);
  const mapping = data === null ? null : readGiven(reader, data);
  if (symbol !== null) checkFit(draft, mapping ?? NOTHING, symbol.fields, error.span, `Error \`${error.name}\``);
  return { error, symbol, data: mapping };
}

/** Notes fields that are missing, not declared, or of another type. */
export function checkFit(draft: Draft, given: Mapping, wanted: readonly FieldType[], span: Span, owner: string): void {
  if (draft.unreadFields.has(wanted) || given.node?.broken) return;
  const entries = new Map<string, { readonly value: Expression; readonly name: Ident }>();
  for (const entry of given.node?.entries ?? [])
    if (entry.name !== null && !entries.has(entry.name.name))
      entries.set(entry.name.name, { value: entry.value, name: entry.name });
  for (const field of wanted) {
    const entry = entries.get(field.name);
    if (entry === undefined) {
      if (!isOptional(field.type)) draft.findings.add("missing-field", { span, owner, field });
      continue;
    }
    const typed = draft.typed.get(entry.value);
    if (typed === undefined) continue;
    const type = valueType(typed);
    if (!isUncertain(type) && !assignable(type, field.type))
      draft.findings.add("does-not-fit", { span: entry.value.span, owner, field, type });
    else keepSecret(draft, entry.value, field, owner.charAt(0).toLowerCase() + owner.slice(1));
  }
  for (const { name } of entries.values())
    if (!wanted.some((field) => field.name === name.name))
      draft.findings.add("unknown-member", {
        member: name,
        of: objectType(wanted),
        what: owner,
        holder: "value",
        candidates: wanted.map((field) => field.name),
      });
}
