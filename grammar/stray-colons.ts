import { type IToken, tokenMatcher } from "chevrotain";
import { problem, type SyntaxProblem } from "./syntax-codes.ts";
import { BinaryOperator, Identifier, Name, PrefixOperator, sign, word } from "./token-types.ts";

/**
 * Leaves out a `:` or `=` behind the word of a clause, as configuration files have it: `timeout: 5s`. In a record such a word is a field's
 * name, so the braces around it decide.
 */
export function withoutStrayColons(tokens: readonly IToken[]): { tokens: readonly IToken[]; problems: SyntaxProblem[] } {
  const problems: SyntaxProblem[] = [];
  const stray = new Set<IToken>();
  const isRecord: boolean[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.tokenType === OPEN) isRecord.push(isRecord.at(-1) === true || opensRecord(tokens, at, stray));
    else if (token.tokenType === PAREN || token.tokenType === BRACKET) isRecord.push(true);
    else if (CLOSERS.has(token.tokenType)) isRecord.pop();
    const next = tokens[at + 1];
    if (next === undefined || (next.tokenType !== COLON && next.tokenType !== ASSIGN)) continue;
    if (!CLAUSE_WORDS.has(token.tokenType) || isRecord.at(-1) === true) continue;
    if (isName(tokens[at - 1]) || isOperand(tokens[at - 1], stray)) continue;
    stray.add(next);
    const message = `A clause has no \`${next.image}\` behind its word.`;
    const { startOffset: start } = next;
    problems.push(problem("stray-colon", message, start, start + 1, `Write \`${token.image} …\`.`));
  }
  return stray.size === 0 ? { tokens, problems } : { tokens: tokens.filter((token) => !stray.has(token)), problems };
}

/** Whether fields or entries stand in the brace at `at`, not clauses or statements. */
function opensRecord(tokens: readonly IToken[], at: number, stray: ReadonlySet<IToken>): boolean {
  const [last, before] = tokens
    .slice(Math.max(0, at - 4), at)
    .filter((token) => !stray.has(token))
    .reverse();
  if (last === undefined) return false;
  if (BEFORE_RECORD.has(last.tokenType)) return true;
  return tokenMatcher(last, Name) && before !== undefined && NAMED_RECORDS.has(before.tokenType) && last.tokenType === Identifier;
}

/** Behind such a word stands a name, also one that nothing may be called. */
function isName(before: IToken | undefined): boolean {
  return before !== undefined && BEFORE_NAME.has(before.tokenType);
}

/** Behind such a token an expression goes on: `input.fast ? input.timeout : 5s`. A stray colon is none. */
function isOperand(before: IToken | undefined, stray: ReadonlySet<IToken>): boolean {
  if (before === undefined || stray.has(before)) return false;
  return BEFORE_OPERAND.has(before.tokenType) || tokenMatcher(before, BinaryOperator) || tokenMatcher(before, PrefixOperator);
}

const OPEN = sign("LeftBrace");
const PAREN = sign("LeftParen");
const BRACKET = sign("LeftBracket");
const CLOSERS = new Set(["RightBrace", "RightParen", "RightBracket"].map(sign));
const BEFORE_NAME = new Set("let as step saga type error service signal compute branch foreach publish".split(" ").map(word));
const BEFORE_OPERAND = new Set(["Dot", "Question", "Colon"].map(sign));
const COLON = sign("Colon");
const ASSIGN = sign("Assign");
const CLAUSE_WORDS = new Set(
  "version timeout input output tags retry throws compensate confirm inquire key emits".split(" ").map(word),
);
const BEFORE_RECORD = new Set([
  ...["input", "output", "tags", "import", "type"].map(word),
  ...["Colon", "Assign", "Bar", "Comma", "LeftParen", "LeftBracket", "Less", "Coalesce", "Question"].map(sign),
]);
/** Words whose name fields or entries follow. */
const NAMED_RECORDS = new Set(["error", "signal", "fail"].map(word));
