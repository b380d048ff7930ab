import { withSecretsOf } from "./exposed.ts";
import { type FieldType, isOptional, objectType, optional, present, type Type, type TypeSymbol, underlying } from "./types.ts";

/** Whether every value of `from` may stand where a `to` is wanted. */
export function assignable(from: Type, to: Type): boolean {
  return compare(from, to, new Pairs());
}

/** Whether two types have the same values and the same secrets: what two uses of one operation must have. Names do not matter. */
export function sameType(a: Type, b: Type): boolean {
  return same(a, b, new Pairs());
}

/** The one of two types that holds both, or `null`. */
export function join(a: Type, b: Type): Type | null {
  if (a.kind === "null" && b.kind !== "null") return optional(b);
  if (b.kind === "null" && a.kind !== "null") return optional(a);
  const eitherOptional = isOptional(a) || isOptional(b);
  const [x, y] = eitherOptional ? [present(a), present(b)] : [a, b];
  const held = joinPresent(x, y);
  const joined = held === null ? null : withSecretsOf(withSecretsOf(held, x), y);
  return joined === null ? null : eitherOptional ? optional(joined) : joined;
}

function joinPresent(a: Type, b: Type): Type | null {
  if (compare(a, b, new Pairs(true))) return b;
  if (compare(b, a, new Pairs(true))) return a;
  const [x, y] = [underlying(a), underlying(b)];
  if (x.kind === "literals" && y.kind === "literals")
    return { kind: "literals", values: [...new Set([...x.values, ...y.values])] };
  return null;
}

/**
 * The same of values that are written into a declared type: records are held together field by field, and what one leaves out may be absent.
 * Whether the whole fits is asked of the declared type. Two named types are as deep as it looks.
 */
export function joinGiven(a: Type, b: Type): Type | null {
  if (a.kind === "null" || b.kind === "null") return join(a, b);
  if (isOptional(a) || isOptional(b)) {
    const held = joinGiven(present(a), present(b));
    return held === null ? null : optional(held);
  }
  if ((a.kind === "named") !== (b.kind === "named")) return joinGiven(underlying(a), underlying(b));
  if (a.kind === "array" && b.kind === "array") {
    const element = joinGiven(a.element, b.element);
    return element === null ? null : { kind: "array", element };
  }
  if (a.kind !== "object" || b.kind !== "object") return join(a, b);
  const fields: FieldType[] = [];
  for (const name of new Set([...a.fields, ...b.fields].map((field) => field.name))) {
    const [one, other] = [a, b].map(({ fields: all }) => all.find((field) => field.name === name));
    const type = joinGiven(one?.type ?? { kind: "null" }, other?.type ?? { kind: "null" });
    if (type === null) return null;
    fields.push({ name, type, secret: (one?.secret ?? false) || (other?.secret ?? false), doc: null });
  }
  return objectType(fields);
}

/**
 * Pairs of named types that were met: met again, they are taken to fit, as for every recursive type. After too many pairs the answer is
 * no: a chain of names can be as long as a file, and the comparison must not run out of stack.
 */
class Pairs {
  /** Whether TypeScript must see it too, where one value stands for the other as it is. */
  readonly asIs: boolean;
  readonly #met = new Map<TypeSymbol, Set<TypeSymbol>>();
  #count = 0;

  constructor(asIs = false) {
    this.asIs = asIs;
  }

  /** What is known of the pair without looking into it; `null`: it must be compared, which is now under way. */
  known(a: Type, b: Type): boolean | null {
    if (a.kind !== "named" || b.kind !== "named") return null;
    if (a.symbol === b.symbol) return true;
    const others = this.#met.get(a.symbol) ?? new Set<TypeSymbol>();
    if (others.has(b.symbol)) return true;
    this.#met.set(a.symbol, others.add(b.symbol));
    this.#count += 1;
    return this.#count > MOST_PAIRS ? false : null;
  }
}

const MOST_PAIRS = 500;

function compare(from: Type, to: Type, pairs: Pairs): boolean {
  if (from.kind === "unknown" || to.kind === "unknown" || from.kind === "never") return true;
  const known = pairs.known(from, to);
  if (known !== null) return known;
  if (isOptional(from)) return isOptional(to) && (from.kind === "null" || compare(present(from), present(to), pairs));
  const [source, target] = [underlying(from), underlying(present(to))];
  if (source.kind === "unknown" || target.kind === "unknown") return true;
  if (target.kind === "scalar" && target.name === "json")
    return !pairs.asIs || source.kind === "scalar" || source.kind === "literals";
  switch (source.kind) {
    case "scalar":
      return target.kind === "scalar" && scalarFits(source.name, target.name);
    case "literals":
      if (target.kind === "literals") return source.values.every((value) => target.values.includes(value));
      return target.kind === "scalar" && target.name === "string";
    case "array":
      return target.kind === "array" && compare(source.element, target.element, pairs);
    case "record":
      return target.kind === "record" && compare(source.value, target.value, pairs);
    case "object": {
      if (target.kind === "record")
        return !pairs.asIs && source.fields.every((field) => compare(field.type, target.value, pairs));
      if (target.kind !== "object") return false;
      if (
        pairs.asIs &&
        !source.fields.every((field) => target.fields.some(({ name }) => name === field.name)) &&
        target.fields.every((field) => isOptional(field.type))
      )
        return false;
      return target.fields.every((wanted) => {
        const given = source.fields.find((field) => field.name === wanted.name);
        return given === undefined ? isOptional(wanted.type) : compare(given.type, wanted.type, pairs);
      });
    }
    default:
      return false;
  }
}

function scalarFits(from: string, to: string): boolean {
  if (from === to) return true;
  if (to === "number") return from === "int";
  return to === "string" && (from === "uuid" || from === "datetime" || from === "date");
}

function same(a: Type, b: Type, pairs: Pairs): boolean {
  if (a.kind === "unknown" || b.kind === "unknown") return true;
  const known = pairs.known(a, b);
  if (known !== null) return known;
  if (isOptional(a) !== isOptional(b)) return false;
  const [x, y] = [underlying(present(a)), underlying(present(b))];
  if (x.kind === "unknown" || y.kind === "unknown") return true;
  switch (x.kind) {
    case "scalar":
      return y.kind === "scalar" && x.name === y.name;
    case "literals":
      return y.kind === "literals" && x.values.length === y.values.length && x.values.every((value) => y.values.includes(value));
    case "array":
      return y.kind === "array" && same(x.element, y.element, pairs);
    case "record":
      return y.kind === "record" && same(x.value, y.value, pairs);
    case "object":
      if (y.kind !== "object" || x.fields.length !== y.fields.length) return false;
      return x.fields.every((field) => {
        const other = y.fields.find((candidate) => candidate.name === field.name);
        return other !== undefined && other.secret === field.secret && same(field.type, other.type, pairs);
      });
    default:
      return x.kind === y.kind;
  }
}
