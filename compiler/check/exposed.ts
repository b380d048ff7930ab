import { isOptional, objectType, optional, present, type Type, type TypeSymbol, underlying } from "./types.ts";

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
export function exposes(from: Type, to: Type): boolean {
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

/**
 * A type that holds the values of both, with the secrets of `from` as well: what is a secret in one of two values is one in whichever it is.
 * Named types are taken apart where that says more. `left`: so many fields more; what is beyond, as in types that hold themselves, is a secret
 * as a whole.
 */
export function withSecretsOf(type: Type, from: Type, left = { fields: 200 }): Type {
  if (!exposes(from, type)) return type;
  if (isOptional(type)) return optional(withSecretsOf(present(type), from, left));
  const [whole, other] = [underlying(type), underlying(present(from))];
  if (whole.kind === "array" && other.kind === "array")
    return { kind: "array", element: withSecretsOf(whole.element, other.element, left) };
  if (whole.kind === "record" && other.kind === "record")
    return { kind: "record", value: withSecretsOf(whole.value, other.value, left) };
  if (whole.kind !== "object" || other.kind !== "object") return type;
  const given = new Map(other.fields.map((field) => [field.name, field]));
  return objectType(
    whole.fields.map((field) => {
      const beside = given.get(field.name);
      if (beside === undefined || field.secret) return field;
      if (beside.secret || (left.fields-- <= 0 && exposes(beside.type, field.type))) return { ...field, secret: true };
      return { ...field, type: withSecretsOf(field.type, beside.type, left) };
    }),
  );
}
