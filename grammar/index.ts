import type { CstNode, IToken, Lexer } from "chevrotain";
import { matchBraces } from "./braces.ts";
import { withBracedBranches } from "./bracketed-branches.ts";
import type { Found } from "./findings.ts";
import { type Comment, createLexer, type LexResult, lex, type TextLiteral } from "./lexer.ts";
import { capProblems, checkCharacters, checkLength, LIMITS, tooDeep } from "./limits.ts";
import { withoutLooseUnits } from "./loose-units.ts";
import { SagaParser } from "./parser.ts";
import { TooDeep } from "./parser-base.ts";
import { withoutStrayColons } from "./stray-colons.ts";
import { SYNTAX_CODES, type SyntaxProblem } from "./syntax-codes.ts";

/** The package `@sagac/grammar`: what is written in a `.saga` file, without its meaning. */

export { type ClauseRow, CONSTRUCTS, type Construct, type ConstructRow, constructRow, homesOf } from "./clauses.ts";
export type { Comment, TextLiteral, TextPart } from "./lexer.ts";
export { capProblems, LIMITS, tooDeep } from "./limits.ts";
export { endsOperand } from "./operand.ts";
export { problem, SYNTAX_CODES, type SyntaxCode, type SyntaxProblem, type SyntaxSlug } from "./syntax-codes.ts";
export {
  COMMENTS,
  HABITS,
  IDENTIFIER,
  LITERALS,
  SCALAR_TYPES,
  SIGNS,
  STRING,
  WORDS,
  type WordClass,
  type WordRow,
} from "./tokens.ts";

export interface ParseResult {
  /** The path that was given, as it was given. */
  readonly file: string;
  /** The concrete tree, whole or recovered; `null`: a limit was met and nothing was parsed. */
  readonly cst: CstNode | null;
  /** The file's tokens as they stand in it. */
  readonly tokens: readonly IToken[];
  readonly comments: readonly Comment[];
  /** What is in each text token: characters and holes. */
  readonly texts: ReadonlyMap<IToken, TextLiteral>;
  /** The tree of each hole's expression, by the hole's start. */
  readonly holes: ReadonlyMap<number, CstNode>;
  /** Sorted by place; one a cause. */
  readonly errors: readonly SyntaxProblem[];
}

/**
 * Parses a file. Never throws, whatever the text; what cannot be read is in `errors`, and the tree holds the rest.
 * Pure: the same text gives the same result.
 */
export function parse(text: string, file: string): ParseResult {
  const length = checkLength(text);
  if (length !== null) return refused(file, [length]);
  const { lexer, parser } = tools();
  const lexed = lex(lexer, text);
  const hidden = checkCharacters(text);
  if (lexed.refused) return { ...refused(file, sorted([...hidden, ...lexed.problems])), comments: lexed.comments };
  const colons = withoutStrayColons(lexed.tokens);
  const units = withoutLooseUnits(text, colons.tokens);
  const branches = withBracedBranches(units.tokens);
  const braces = matchBraces(text, branches.tokens);
  const found = [...hidden, ...lexed.problems, ...colons.problems, ...units.problems, ...branches.problems, ...braces.problems];
  try {
    const cst = parser.parseFile(text, braces.tokens);
    const parsed = parser.finish(text.length);
    const holes = new Map<number, CstNode>();
    for (const hole of holesOf(lexed)) {
      holes.set(hole.start, parser.parseHole(text, hole.tokens));
      parsed.push(...parser.finish(hole.end, "`}`"));
    }
    const errors = merged(text, sorted(found), parsed);
    return { file, cst, tokens: lexed.tokens, comments: lexed.comments, texts: lexed.texts, holes, errors };
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    const { startOffset } = error.token;
    return { ...refused(file, sorted([...found, tooDeep(startOffset, startOffset + 1)])), comments: lexed.comments };
  }
}

interface Tools {
  readonly lexer: Lexer;
  readonly parser: SagaParser;
}

/** Built when first needed: building costs more than parsing most files. Both are reset for each file. */
let builtTools: Tools | null = null;

function tools(): Tools {
  builtTools ??= { lexer: createLexer(), parser: new SagaParser() };
  return builtTools;
}

function* holesOf(lexed: LexResult): Iterable<{ readonly tokens: IToken[]; readonly start: number; readonly end: number }> {
  for (const { parts } of lexed.texts.values()) for (const part of parts) if (part.kind === "hole") yield part;
}

/** What the lexer and the parser found, without what comes of something else. Beyond the limit nothing is compared. */
function merged(text: string, found: readonly SyntaxProblem[], parsed: readonly Found[]): readonly SyntaxProblem[] {
  const most = LIMITS.problems * 4;
  const early = found.slice(0, most);
  const own = parsed.slice(0, most).flatMap(({ problem, behind }) => (follows(problem, behind, early) ? [] : [problem]));
  return capProblems(sorted([...early.filter((each) => !isEcho(text, each, own)), ...own]));
}

/** Whether a problem of the parser comes of what was reported before: of the same token, or of junk right before it. */
function follows(late: SyntaxProblem, behind: number, earlier: readonly SyntaxProblem[]): boolean {
  return earlier.some(({ start }) => start === late.start || (start >= behind && start < late.start && behind > 0));
}

/**
 * Whether a brace that closes nothing is the other end of a mistake on its line, where the one it should close is missing; or a brace is
 * missing right behind a word that stands in its place, which the parser says better.
 */
function isEcho(text: string, brace: SyntaxProblem, own: readonly SyntaxProblem[]): boolean {
  const { slug } = SYNTAX_CODES[brace.code];
  if (slug === "expected") return own.some(({ start, end }) => start < brace.start && end === brace.start);
  if (slug !== "extra-brace") return false;
  return own.some(({ start }) => start < brace.start && !/[\r\n]/.test(text.slice(start, brace.start)));
}

function refused(file: string, errors: readonly SyntaxProblem[]): ParseResult {
  return { file, cst: null, tokens: [], comments: [], texts: new Map(), holes: new Map(), errors: capProblems(errors) };
}

/** In the order of the text; of two that begin at the same place only the first. */
function sorted(problems: readonly SyntaxProblem[]): SyntaxProblem[] {
  const inOrder = [...problems].sort((a, b) => a.start - b.start);
  return inOrder.filter((one, at) => inOrder[at - 1]?.start !== one.start);
}
