import { type FixMaker, removal } from "./fix.ts";

/** A brace that closes or opens nothing; where it belongs, if anywhere, is a guess. */
export const extraBrace: FixMaker = {
  codes: ["SAGA1003"],
  make: (diagnostic, text) => removal(diagnostic, "Remove the brace", text, { safe: false }),
};
