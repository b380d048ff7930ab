import type { Ident } from "../../ast/nodes.ts";
import type { Span } from "../../source/span.ts";
import type { CheckedFile } from "../program.ts";
import { defineRule } from "../rule.ts";
import type { AnySymbol } from "../symbols.ts";
import type { Type, TypeSymbol } from "../types.ts";

/** Two declarations of one name, from different files, meet in one: `as` tells them apart where they are read, but not in what is generated. */
export const namesMeet = defineRule(
  {
    code: "SAGA2043",
    slug: "names-meet",
    severity: "error",
    message: "Two different declarations called `{name}` meet in this file.",
    note: "Outside of the file a thing has the name under which it was declared: in generated code, in stores and in messages.",
    help: "Rename one of the two where it is declared.",
  },
  (program, report) => {
    for (const file of program.files) {
      if (!file.node.declarations.some((node) => node.kind === "saga-decl")) continue;
      const walked = new Set<TypeSymbol>();
      const known = new Map<string, { readonly symbol: unknown; readonly span: Span }>();
      for (const node of file.node.declarations)
        if (node.kind === "saga-decl" && node.name !== null)
          known.set(`${node.kind} ${node.name.name}`, { symbol: node, span: node.name.span });
      for (const { ident, symbol } of rootsOf(file)) {
        for (const reached of [symbol, ...typesOf(symbol, walked)]) {
          const key = `${kindOf(reached)} ${reached.name}`;
          const first = known.get(key);
          if (first === undefined) known.set(key, { symbol: reached, span: ident.span });
          else if (first.symbol !== reached && first.span !== ident.span) {
            const labels = [{ span: first.span, message: `through this there is a \`${reached.name}\` already` }];
            report(ident.span, { name: reached.name }, { labels });
          }
        }
      }
    }
  },
);

/** What a file uses: its own first. */
function rootsOf(file: CheckedFile): { readonly ident: Ident; readonly symbol: AnySymbol }[] {
  const foreign = new Set(file.imported.map(({ symbol }) => symbol));
  const all: AnySymbol[] = [...file.types.values(), ...file.errors.values(), ...file.services.values()];
  const own = [...all, ...file.signals.values(), ...file.computes.values()].flatMap((symbol) => {
    const ident = symbol.node?.name ?? null;
    return ident === null || foreign.has(symbol) ? [] : [{ ident, symbol }];
  });
  const imported = file.imported.flatMap(({ ident, symbol }) => (symbol === null ? [] : [{ ident, symbol }]));
  return [...own, ...imported].filter(({ symbol }) => file.used.has(symbol));
}

/** Errors, services, signals, computes and sagas each have names of their own. */
function kindOf(symbol: AnySymbol): string {
  return symbol.node?.kind ?? "type-decl";
}

/** The named types that it is made of, through each other, without those that were met before. */
function typesOf(symbol: AnySymbol, walked: Set<TypeSymbol>): TypeSymbol[] {
  const found: TypeSymbol[] = [];
  const pending: Type[] = partsOf(symbol);
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    if (type.kind === "named") {
      if (walked.has(type.symbol)) continue;
      walked.add(type.symbol);
      found.push(type.symbol);
      pending.push(type.symbol.type);
    } else if (type.kind === "array") pending.push(type.element);
    else if (type.kind === "optional") pending.push(type.type);
    else if (type.kind === "record") pending.push(type.value);
    else if (type.kind === "object") for (const field of type.fields) pending.push(field.type);
  }
  return found;
}

function partsOf(symbol: AnySymbol): Type[] {
  if ("fields" in symbol) return symbol.fields.map(({ type }) => type);
  if ("parameters" in symbol) return [...symbol.parameters.map(({ type }) => type), symbol.result];
  return "type" in symbol ? [symbol.type] : [];
}
