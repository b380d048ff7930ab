import type { Expression } from "../ast/nodes.ts";
import type { Draft } from "./draft.ts";
import { valueType } from "./operators.ts";
import { type FieldType, present, type Type, type TypeSymbol, underlying } from "./types.ts";

/** Notes a secret that flows to where it is shown. `into`: "a tag". */
export function refuseSecret(draft: Draft, node: Expression, into: string, help: string): void {
  if (draft.typed.get(node)?.secret) draft.findings.add("secret-shown", { node, into, help });
}

/** Notes a secret, or what holds one, that flows into a declared field which is not known to hold it. */
export function keepSecret(draft: Draft, node: Expression, field: FieldType, owner: string): void {
  const typed = draft.typed.get(node);
  if (typed === undefined || field.secret || !(typed.secret || exposes(valueType(typed), field.type))) return;
  const help = `Declare it as \`secret\`, there and here: \`${field.name}: secret …\`.`;
  draft.findings.add("secret-shown", { node, into: `\`${field.name}\` of ${owner}, which is not declared as \`secret\``, help });
}

/** Whether some part of a value of the type is a secret. */
export function holdsSecret(type: Type): boolean {
  const seen = new Set<TypeSymbol>();
  const pending: Type[] = [type];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === "named") {
      if (seen.has(next.symbol)) continue;
      seen.add(next.symbol);
      pending.push(next.symbol.type);
    } else if (next.kind === "array") pending.push(next.element);
    else if (next.kind === "optional") pending.push(next.type);
    else if (next.kind === "record") pending.push(next.value);
    else if (next.kind === "object") {
      if (next.fields.some((field) => field.secret)) return true;
      for (const field of next.fields) pending.push(field.type);
    }
  }
  return false;
}

/** Whether a secret in a value of `from` is none in `to`. Where the two are one type there is nothing to compare. */
function exposes(from: Type, to: Type): boolean {
  const met = new Map<TypeSymbol, Set<TypeSymbol>>();
  const pending: (readonly [from: Type, to: Type])[] = [[from, to]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [source, target] = [present(next[0]), present(next[1])];
    if (source.kind === "named" && target.kind === "named") {
      const others = met.get(source.symbol) ?? new Set<TypeSymbol>();
      if (source.symbol === target.symbol || others.has(target.symbol)) continue;
      met.set(source.symbol, others.add(target.symbol));
    }
    const [a, b] = [underlying(source), underlying(target)];
    if (a.kind === "array" && b.kind === "array") pending.push([a.element, b.element]);
    else if (a.kind === "record" && b.kind === "record") pending.push([a.value, b.value]);
    else if (a.kind === "object" && b.kind === "object")
      for (const field of b.fields) {
        const given = a.fields.find(({ name }) => name === field.name);
        if (given === undefined || field.secret) continue;
        if (given.secret) return true;
        pending.push([given.type, field.type]);
      }
    else if (b.kind === "scalar" && b.name === "json" && holdsSecret(a)) return true;
    else if (a.kind === "object" && b.kind === "record" && holdsSecret(a)) return true;
  }
  return false;
}
