import { skeleton } from "../diagnostics/look-alike.ts";
import { edit, type FixMaker } from "./fix.ts";

/** A name or word that is nearly one that there is. */
export const misspelt: FixMaker = {
  codes: [
    "SAGA1012",
    "SAGA2001",
    "SAGA2002",
    "SAGA2003",
    "SAGA2004",
    "SAGA2023",
    "SAGA2042",
    "SAGA2044",
    "SAGA2050",
    "SAGA2054",
    "SAGA3001",
  ],
  make(diagnostic, text) {
    const { replacement, span } = diagnostic;
    if (replacement === undefined) return null;
    const written = text.slice(span.start, span.end);
    // Letter case, underscores and look-alikes leave no doubt about what was meant.
    const same = lower(written) === lower(replacement) || lower(skeleton(written)) === lower(skeleton(replacement));
    return edit(diagnostic, `Write \`${replacement}\` in place of \`${written}\``, replacement, { safe: same });
  },
};

/** A name in composed characters. */
export const normalForm: FixMaker = {
  codes: ["SAGA1025"],
  make(diagnostic, text) {
    const name = text.slice(diagnostic.span.start, diagnostic.span.end).normalize("NFC");
    return edit(diagnostic, "Write it with composed characters", name, { safe: true });
  },
};

function lower(name: string): string {
  return name.toLowerCase().replaceAll("_", "");
}
