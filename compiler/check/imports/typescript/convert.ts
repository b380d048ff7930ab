import type { ts as Ts } from "ts-morph";
import { type FieldType, objectType, optional, scalar, type Type, type TypeSymbol, UNKNOWN } from "../../types.ts";
import type { Misfit, TypeScriptAnswer } from "../outside.ts";
import { HELP, helpForBuiltin, TOO_INTRICATE } from "./misfits.ts";
import type { TypeScriptProgram } from "./reader.ts";

/** The type that a file exports under a name, as one of ours. */
export function convertExport(program: TypeScriptProgram, path: string, name: string): TypeScriptAnswer {
  const { ts, checker } = program;
  const file = program.file(path);
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  const exported = module === undefined ? [] : checker.getExportsOfModule(module);
  const resolved = exported.map((symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return { name: symbol.name, target };
  });
  const found = resolved.find((each) => each.name === name)?.target;
  if (found === undefined || !(found.flags & ts.SymbolFlags.Type)) {
    const candidates = resolved.filter(({ target }) => target.flags & ts.SymbolFlags.Type).map((each) => each.name);
    const exists = found !== undefined ? "value" : declares(ts, file, name) ? "unexported" : null;
    return { kind: "unknown", candidates, exists };
  }
  const symbol: TypeSymbol = { name, node: null, module: path, type: UNKNOWN };
  const converter = new Converter(program, symbol);
  converter.root(found);
  return converter.misfits.length === 0 ? { kind: "type", symbol } : { kind: "unfit", misfits: converter.misfits };
}

function declares(ts: typeof Ts, file: Ts.SourceFile | undefined, name: string): boolean {
  return (file?.statements ?? []).some(
    (node) => (ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) && node.name.text === name,
  );
}

/** Where a part stands: how it is shown, and the types that always hold it. */
interface Place {
  readonly at: string;
  readonly depth: number;
  readonly holders: ReadonlySet<Ts.Type>;
}

/** Further ones of a type are seldom other mistakes. */
const MOST_MISFITS = 5;
const MOST_PARTS = 5000;
const MOST_DEPTH = 60;

class Converter {
  readonly misfits: Misfit[] = [];
  readonly #ts: typeof Ts;
  readonly #checker: Ts.TypeChecker;
  readonly #root: TypeSymbol;
  /** Object types that are being looked at, or were: a symbol where one is met within itself. */
  readonly #met = new Map<Ts.Type, { symbol: TypeSymbol | null; done: Type | null }>();
  readonly #names = new Set<string>();
  #parts = 0;

  constructor({ ts, checker }: TypeScriptProgram, root: TypeSymbol) {
    this.#ts = ts;
    this.#checker = checker;
    this.#root = root;
  }

  root(symbol: Ts.Symbol): void {
    const { name } = this.#root;
    const generic = (symbol.declarations ?? []).some((node) => "typeParameters" in node && node.typeParameters !== undefined);
    if (generic) {
      this.#misfit(name, "a generic type", HELP.generic);
      return;
    }
    const type = this.#checker.getDeclaredTypeOfSymbol(symbol);
    if (type.flags & this.#ts.TypeFlags.Object) this.#met.set(type, { symbol: this.#root, done: null });
    this.#root.type = this.#convert(type, { at: name, depth: 0, holders: new Set() }, true);
  }

  #convert(type: Ts.Type, place: Place, isRoot = false): Type {
    const { TypeFlags } = this.#ts;
    this.#parts += 1;
    if (place.depth > MOST_DEPTH || this.#parts > MOST_PARTS)
      return this.#misfit(place.at, TOO_INTRICATE.what, TOO_INTRICATE.help);
    const has = (flags: Ts.TypeFlags): boolean => (type.flags & flags) !== 0;
    if (has(TypeFlags.Enum | TypeFlags.EnumLiteral)) return this.#misfit(place.at, "an `enum`", HELP.enum);
    if (has(TypeFlags.String)) return scalar("string");
    if (has(TypeFlags.Number)) return scalar("number");
    if (has(TypeFlags.Boolean)) return scalar("boolean");
    if (type.isStringLiteral()) return { kind: "literals", values: [type.value] };
    if (type.isUnion()) return this.#union(type, place);
    if (type.isIntersection() && type.types.some((part) => !(part.flags & TypeFlags.Object)))
      return this.#misfit(place.at, `\`${this.#text(type)}\``, HELP.plain);
    if (has(TypeFlags.Object | TypeFlags.Intersection)) return this.#object(type, place, isRoot);
    return this.#other(type, place);
  }

  #union(type: Ts.UnionType, place: Place): Type {
    const { TypeFlags } = this.#ts;
    const there = type.types.filter((part) => !(part.flags & (TypeFlags.Null | TypeFlags.Undefined)));
    const absent = there.length < type.types.length;
    const [only] = there;
    const of = (converted: Type): Type => (absent ? optional(converted) : converted);
    if (only === undefined) return this.#misfit(place.at, "always absent", HELP.plain);
    if (there.length === 1) return of(this.#convert(only, absent ? loose(place, place.at) : place));
    if (there.every((part) => part.flags & TypeFlags.BooleanLiteral)) return of(scalar("boolean"));
    const texts = there.flatMap((part) => (part.isStringLiteral() && !(part.flags & TypeFlags.EnumLiteral) ? [part.value] : []));
    if (texts.length === there.length) return of({ kind: "literals", values: texts });
    if (there.some((part) => part.flags & TypeFlags.EnumLiteral)) return this.#misfit(place.at, "an `enum`", HELP.enum);
    return this.#misfit(place.at, "a union of more than texts", HELP.union);
  }

  #object(type: Ts.Type, place: Place, isRoot: boolean): Type {
    const checker = this.#checker;
    const met = this.#met.get(type);
    if (met?.done) return met.done;
    if (met !== undefined && !isRoot) {
      if (place.holders.has(type)) return this.#misfit(place.at, "what it is a part of, and so never ends", HELP.endless);
      met.symbol ??= this.#nested(type);
      return { kind: "named", symbol: met.symbol };
    }
    if (checker.isTupleType(type)) return this.#misfit(place.at, "a tuple", HELP.tuple);
    if (checker.isArrayType(type)) {
      const [element] = checker.getTypeArguments(type as Ts.TypeReference);
      if (element === undefined) return UNKNOWN;
      return { kind: "array", element: this.#convert(element, loose(place, `${place.at}[]`)) };
    }
    const entry = met ?? { symbol: null, done: null };
    this.#met.set(type, entry);
    const made = this.#record(type, place) ?? this.#fields(type, place);
    if (entry.symbol === null || entry.symbol === this.#root) {
      if (!isRoot) entry.done = made;
      else if (entry.symbol !== null) entry.done = { kind: "named", symbol: entry.symbol };
      return made;
    }
    entry.symbol.type = made;
    entry.done = { kind: "named", symbol: entry.symbol };
    return entry.done;
  }

  /** What TypeScript knows by an index, or what is no plain record; `null`: it has fields. */
  #record(type: Ts.Type, place: Place): Type | null {
    const { SymbolFlags } = this.#ts;
    const checker = this.#checker;
    const symbol = type.getSymbol();
    if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0)
      return this.#misfit(place.at, "a function", HELP.function);
    if (symbol !== undefined && symbol.flags & (SymbolFlags.Interface | SymbolFlags.Class)) {
      if (isBuiltin(symbol)) return this.#misfit(place.at, `a \`${symbol.name}\``, helpForBuiltin(symbol.name));
      if (symbol.flags & SymbolFlags.Class)
        return this.#misfit(place.at, `an instance of the class \`${symbol.name}\``, HELP.class);
    }
    const [index, ...more] = checker.getIndexInfosOfType(type);
    if (index === undefined) return null;
    const byText = (index.keyType.flags & this.#ts.TypeFlags.String) !== 0;
    if (more.length > 0 || !byText || type.getProperties().length > 0)
      return this.#misfit(place.at, "a record with more than one kind of keys", HELP.keys);
    return { kind: "record", value: this.#convert(index.type, loose(place, `${place.at}[…]`)) };
  }

  #fields(type: Ts.Type, place: Place): Type {
    const holders = new Set([...place.holders, type]);
    const fields = type.getProperties().map((property): FieldType => {
      const at = `${place.at}.${property.name}`;
      const doc = this.#ts.displayPartsToString(property.getDocumentationComment(this.#checker)) || null;
      const field = { name: property.name, secret: false, doc };
      if (property.name.startsWith("__@")) {
        return { ...field, type: this.#misfit(`${place.at}[…]`, "a field whose name is a symbol", HELP.symbol) };
      }
      if (property.name in Object.prototype || HAZARDS.has(property.name))
        return { ...field, type: this.#misfit(at, "a field with a name that every object has", HELP.hazard) };
      const inner = this.#checker.getTypeOfSymbol(property);
      return { ...field, type: this.#convert(inner, { at, depth: place.depth + 1, holders }) };
    });
    return objectType(fields);
  }

  #other(type: Ts.Type, place: Place): Type {
    const { TypeFlags } = this.#ts;
    if ("intrinsicName" in type && type.intrinsicName === "error")
      return this.#misfit(place.at, "a type that cannot be found", HELP.unresolved);
    const text = `\`${this.#text(type)}\``;
    if (type.flags & (TypeFlags.Any | TypeFlags.Unknown | TypeFlags.NonPrimitive)) return this.#misfit(place.at, text, HELP.any);
    if (type.flags & TypeFlags.BigIntLike) return this.#misfit(place.at, "a `bigint`", HELP.bigint);
    if (type.flags & TypeFlags.ESSymbolLike) return this.#misfit(place.at, "a symbol", HELP.symbol);
    if (type.flags & (TypeFlags.Null | TypeFlags.Undefined | TypeFlags.Void | TypeFlags.Never))
      return this.#misfit(place.at, text, HELP.plain);
    return this.#misfit(place.at, text, HELP.plain);
  }

  /** A symbol for a type that is met within itself. Its name begins with that of the imported one, so that it is its own. */
  #nested(type: Ts.Type): TypeSymbol {
    const own = (type.aliasSymbol ?? type.getSymbol())?.name ?? "";
    const base = `${this.#root.name}${/^\w+$/.test(own) && !own.startsWith("__") ? own : "Part"}`;
    let name = base;
    for (let n = 2; this.#names.has(name); n++) name = `${base}${n}`;
    this.#names.add(name);
    return { name, node: null, module: null, type: UNKNOWN };
  }

  #misfit(at: string, what: string, help: string): Type {
    if (this.misfits.length < MOST_MISFITS) this.misfits.push({ at, what, help });
    return UNKNOWN;
  }

  #text(type: Ts.Type): string {
    const text = this.#checker.typeToString(type).replaceAll("`", "'").replace(/\s+/g, " ");
    return text.length > 60 ? `${text.slice(0, 60)}…` : text;
  }
}

/** Behind a list, a record or what may be absent: a type may hold itself there. */
function loose(place: Place, at: string): Place {
  return { at, depth: place.depth + 1, holders: new Set() };
}

/** Declared by the language itself: no file of the project stands there. */
function isBuiltin(symbol: Ts.Symbol): boolean {
  return (symbol.declarations ?? []).some((node) => node.getSourceFile().fileName.includes("/node_modules/"));
}

/** Compare the names that sources may not give. */
const HAZARDS: ReadonlySet<string> = new Set(["prototype", "then", "toJSON"]);
