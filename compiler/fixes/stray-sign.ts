import { type FixMaker, removal } from "./fix.ts";

/** A `,` between clauses or statements, a `:` behind a clause's word: they are left out. */
export const straySign: FixMaker = {
  codes: ["SAGA1011", "SAGA1013"],
  make: (diagnostic, text) =>
    removal(diagnostic, `Remove the \`${text.slice(diagnostic.span.start, diagnostic.span.end)}\``, text, { safe: true }),
};
