/**
 * The codes of what the lexer, the parser and the decoding of literals report. Codes are stable: a code never changes its
 * meaning and is never given twice.
 */
export const SYNTAX_CODES = {
  SAGA1001: { slug: "expected", summary: "Something that must stand here is missing." },
  SAGA1002: { slug: "missing-brace", summary: "A `{` is never closed." },
  SAGA1003: { slug: "extra-brace", summary: "A brace closes or opens nothing." },
  SAGA1004: { slug: "reserved-word", summary: "A word of the language is used as a name." },
  SAGA1005: { slug: "quoted-name", summary: "A name is written in quotes." },
  SAGA1006: { slug: "equals-for-colon", summary: "An `=` stands where a `:` belongs." },
  SAGA1007: { slug: "chained-comparison", summary: "Comparisons are chained: `a < b < c`." },
  SAGA1008: { slug: "unnamed-entry", summary: "An entry of a record has no name." },
  SAGA1009: { slug: "misused-not", summary: "`not` stands behind an operator that binds tighter." },
  SAGA1010: { slug: "template-here", summary: "A text with a hole stands where a plain text is needed." },
  SAGA1011: { slug: "stray-comma", summary: "A comma between declarations, statements or clauses." },
  SAGA1012: { slug: "unexpected", summary: "Something stands where nothing of its kind can." },
  SAGA1013: { slug: "stray-colon", summary: "A `:` or `=` behind the word of a clause." },
  SAGA1020: { slug: "unexpected-character", summary: "A character that begins nothing in this language." },
  SAGA1021: { slug: "unterminated-text", summary: "A text, or a hole in it, is not closed on its line." },
  SAGA1022: { slug: "unterminated-comment", summary: "A `/*` is never closed." },
  SAGA1023: { slug: "bad-escape", summary: "An escape that texts do not have." },
  SAGA1024: { slug: "bad-number", summary: "A number or duration that is written wrongly or is too large." },
  SAGA1025: { slug: "not-normalized", summary: "A name is not in Unicode's normal form C." },
  SAGA1026: { slug: "semicolon", summary: "A `;`: this language has none." },
  SAGA1027: { slug: "single-quotes", summary: 'A text in other quotes than `"`.' },
  SAGA1028: { slug: "foreign-operator", summary: "An operator of another language." },
  SAGA1029: {
    slug: "hidden-character",
    summary: "A control character, a lone surrogate or a mark that changes the direction of text.",
  },
  SAGA1030: { slug: "foreign-comment", summary: "A comment as other languages write it." },
  SAGA1040: { slug: "file-too-large", summary: "The file is larger than can be read." },
  SAGA1041: { slug: "too-deep", summary: "Something is nested too deeply." },
  SAGA1042: { slug: "too-many-tokens", summary: "The file has more words and signs than can be read." },
  SAGA1043: { slug: "too-many-problems", summary: "So many mistakes that reading stopped." },
  SAGA1044: { slug: "name-too-long", summary: "A name is longer than names may be." },
} as const satisfies Record<string, { slug: string; summary: string }>;

export type SyntaxCode = keyof typeof SYNTAX_CODES;

/** The short name of a code: `expected`. */
export type SyntaxSlug = (typeof SYNTAX_CODES)[SyntaxCode]["slug"];

/** One mistake in the text. Offsets are in UTF-16 units, `end` exclusive. */
export interface SyntaxProblem {
  readonly code: SyntaxCode;
  /** What is wrong, one sentence in the language's own words. */
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** What to do; `null` where the message says it. */
  readonly help: string | null;
  /** What was probably meant in place of the stretch. */
  readonly replacement?: string;
}

const CODE_BY_SLUG: ReadonlyMap<string, SyntaxCode> = new Map(
  (Object.keys(SYNTAX_CODES) as SyntaxCode[]).map((code) => [SYNTAX_CODES[code].slug, code]),
);

/** A problem by the short name of its code. */
export function problem(
  slug: SyntaxSlug,
  message: string,
  start: number,
  end: number,
  help: string | null = null,
): SyntaxProblem {
  const code = CODE_BY_SLUG.get(slug);
  if (code === undefined) throw new Error(`No syntax code has the name ${slug}.`);
  return { code, message, start, end, help };
}
