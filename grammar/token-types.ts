import { createToken, type ICustomPattern, Lexer, type TokenType } from "chevrotain";
import { ANY_START, matchJunk, matchName, NAME_STARTS } from "./names.ts";
import { matchText } from "./strings.ts";
import { COMMENTS, HABITS, type HabitRow, IDENTIFIER, LITERALS, SIGNS, STRING, WORDS } from "./tokens.ts";

/** Chevrotain's token types, made of the table in `tokens.ts`. */

/** Behind a dot: any word. */
export const Member = createToken({ name: "Member", pattern: Lexer.NA, label: "the name of a member" });
/** The name of a field: any word but operators and literals. */
export const FieldName = createToken({
  name: "FieldName",
  pattern: Lexer.NA,
  categories: [Member],
  label: "the name of a field",
});
/** A name: an identifier or a contextual word. */
export const Name = createToken({ name: "Name", pattern: Lexer.NA, categories: [FieldName], label: "a name" });

/** Stands between two operands. */
export const BinaryOperator = createToken({ name: "BinaryOperator", pattern: Lexer.NA, label: "an operator" });
/** Stands before an operand. */
export const PrefixOperator = createToken({ name: "PrefixOperator", pattern: Lexer.NA, label: "`not` or `-`" });

const BINARY = new Set([
  "and",
  "or",
  "Coalesce",
  "Equal",
  "NotEqual",
  "LessEqual",
  "GreaterEqual",
  "Less",
  "Greater",
  "Plus",
  "Minus",
  "Star",
  "Slash",
  "Percent",
]);
const PREFIX = new Set(["not", "Minus"]);

const namePattern: ICustomPattern = { exec: matchName };
const textPattern: ICustomPattern = { exec: matchText };

export const Identifier = createToken({
  name: IDENTIFIER.name,
  pattern: namePattern,
  start_chars_hint: [...NAME_STARTS],
  line_breaks: false,
  categories: [Name],
  label: IDENTIFIER.label,
});

export const Text = createToken({
  name: STRING.name,
  pattern: textPattern,
  start_chars_hint: ['"'],
  line_breaks: false,
  label: STRING.label,
});

const CATEGORY = { reserved: FieldName, contextual: Name, operator: Member } as const;

/** Keyword -> its token type. The type's name has quotes, `"step"`, as a rule may be called `step`. */
const wordTypes: ReadonlyMap<string, TokenType> = new Map(
  WORDS.map((row) => [
    row.word,
    createToken({
      name: `"${row.word}"`,
      pattern: row.word,
      longer_alt: Identifier,
      categories: [CATEGORY[row.class], ...operatorCategories(row.word)],
      label: `\`${row.word}\``,
    }),
  ]),
);

const KEYWORDS: ReadonlySet<TokenType> = new Set(wordTypes.values());

const signTypes: ReadonlyMap<string, TokenType> = new Map(
  [...LITERALS, ...SIGNS].map((row) => [
    row.name,
    createToken({ name: row.name, pattern: row.pattern, label: row.label, categories: operatorCategories(row.name) }),
  ]),
);

/** Habit's token type -> its row. */
export const HABIT_BY_TYPE: ReadonlyMap<TokenType, HabitRow> = new Map(
  HABITS.map((row) => [
    createToken({ name: row.name, pattern: row.pattern, label: row.name, line_breaks: row.name === "UnclosedComment" }),
    row,
  ]),
);

const commentTypes = COMMENTS.map((row) =>
  createToken({
    name: row.name,
    pattern: row.pattern,
    group: "comments",
    label: row.label,
    line_breaks: row.name === "BlockComment",
  }),
);

const junkPattern: ICustomPattern = { exec: matchJunk };

/** What begins nothing; the lexer reports it and leaves it out. */
export const Junk = createToken({
  name: "Junk",
  pattern: junkPattern,
  start_chars_hint: [...ANY_START],
  line_breaks: false,
  label: "junk",
});

const Blank = createToken({ name: "Blank", pattern: /[ \t\r\n\ufeff]+/, group: Lexer.SKIPPED, line_breaks: true });

/** The token type of a keyword. Only for words of the table: any other is a mistake of ours. */
export function word(name: string): TokenType {
  return known(wordTypes, name);
}

/** The token type of a sign or literal by its name in the table. */
export function sign(name: string): TokenType {
  return name === STRING.name ? Text : known(signTypes, name);
}

/** The token type of a word or sign. */
export function wordOrSign(name: string): TokenType {
  return wordTypes.get(name) ?? sign(name);
}

/** Whether a type is a keyword's. */
export function isWord(type: TokenType): boolean {
  return KEYWORDS.has(type);
}

/** All types in the order in which the lexer tries them: what is longer or more special first. */
export const ALL_TOKEN_TYPES: readonly TokenType[] = [
  Blank,
  ...commentTypes,
  Text,
  known(signTypes, "Duration"),
  ...HABIT_BY_TYPE.keys(),
  ...[...signTypes.entries()].filter(([name]) => name !== "Duration").map(([, type]) => type),
  ...[...wordTypes.entries()].sort(([a], [b]) => b.length - a.length).map(([, type]) => type),
  Identifier,
  Junk,
  Name,
  FieldName,
  Member,
  BinaryOperator,
  PrefixOperator,
];

function operatorCategories(name: string): TokenType[] {
  return [...(BINARY.has(name) ? [BinaryOperator] : []), ...(PREFIX.has(name) ? [PrefixOperator] : [])];
}

function known(types: ReadonlyMap<string, TokenType>, name: string): TokenType {
  const type = types.get(name);
  if (type === undefined) throw new Error(`The token table has no ${name}.`);
  return type;
}
