import type { Ident } from "../../ast/nodes.ts";
import { hasBroken } from "../opaque.ts";
import { defineRule } from "../rule.ts";

/** A type, error or service that nothing in the file refers to. */
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
    for (const { node, types, errors, services, used } of program.files) {
      // A file without sagas is there for others; in one that could not be read whole, a use may be in the unread part.
      if (!node.declarations.some((declaration) => declaration.kind === "saga-decl") || hasBroken(node)) continue;
      const tell = (what: string, name: Ident | null | undefined): void => {
        if (name) report(name.span, { what, name: name.name });
      };
      for (const symbol of types.values()) if (!used.has(symbol)) tell("type", symbol.node?.name);
      for (const symbol of errors.values()) if (!used.has(symbol)) tell("error", symbol.node.name);
      for (const symbol of services.values()) if (!used.has(symbol)) tell("service", symbol.node.name);
    }
  },
);
