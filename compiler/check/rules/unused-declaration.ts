import type { Ident } from "../../ast/nodes.ts";
import { hasBroken } from "../opaque.ts";
import { defineRule } from "../rule.ts";
import type { AnySymbol } from "../symbols.ts";

/** A declaration or an import that nothing in the file refers to. */
export const unusedDeclaration = defineRule(
  {
    code: "SAGA2016",
    slug: "unused-declaration",
    severity: "warning",
    message: "The {what} `{name}` is not used.",
    note: null,
    help: "Remove it, or use it.",
  },
  (program, report) => {
    for (const { node, types, errors, services, signals, computes, imported, used } of program.files) {
      // In a file that could not be read whole, a use may be in the unread part.
      if (hasBroken(node)) continue;
      const tell = (what: string, name: Ident | null | undefined): void => {
        if (name) report(name.span, { what, name: name.name });
      };
      const taken = new Set(imported.map(({ symbol }) => symbol));
      const isIdle = (symbol: AnySymbol): boolean => !used.has(symbol) && !taken.has(symbol);
      for (const { ident, symbol } of imported) if (symbol !== null && !used.has(symbol)) tell("imported", ident);
      // A file without sagas is there for others.
      if (!node.declarations.some((declaration) => declaration.kind === "saga-decl")) continue;
      for (const symbol of types.values()) if (isIdle(symbol)) tell("type", symbol.node?.name);
      for (const symbol of errors.values()) if (isIdle(symbol)) tell("error", symbol.node.name);
      for (const symbol of services.values()) if (isIdle(symbol)) tell("service", symbol.node.name);
      for (const symbol of signals.values()) if (isIdle(symbol)) tell("signal", symbol.node.name);
      for (const symbol of computes.values()) if (isIdle(symbol)) tell("compute", symbol.node.name);
    }
  },
);
