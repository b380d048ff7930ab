import { createTokenInstance, type IToken } from "chevrotain";
import { expectedMessage, foundMessage } from "./messages.ts";
import { problem, type SyntaxProblem } from "./syntax-codes.ts";
import { sign, word } from "./token-types.ts";

/**
 * Reads the branches of a group that stand in square or round brackets, as a list of promises does in TypeScript, as if they stood in braces,
 * and reports it once: commas between them, and braces around each, belong to the mistake.
 */
export function withBracedBranches(tokens: readonly IToken[]): { tokens: readonly IToken[]; problems: SyntaxProblem[] } {
  const problems: SyntaxProblem[] = [];
  const instead = new Map<IToken, IToken | null>();
  for (const [at, group] of tokens.entries()) {
    const open = tokens[at + 1];
    if (!GROUPS.has(group.tokenType) || tokens[at - 1]?.tokenType === DOT) continue;
    if (open === undefined || !OPENERS.has(open.tokenType)) continue;
    const close = brace(tokens, at + 1, instead);
    if (close === null) continue;
    const message = expectedMessage("`{`", group) + foundMessage(open, true, "");
    const help = `Its branches stand in braces: \`${group.image} { step … step … }\`.`;
    problems.push(problem("expected", message, open.startOffset, open.startOffset + 1, help));
    instead.set(open, as(sign("LeftBrace"), open)).set(close, as(sign("RightBrace"), close));
  }
  if (problems.length === 0) return { tokens, problems };
  return { tokens: tokens.flatMap((token) => instead.get(token) ?? (instead.has(token) ? [] : token)), problems };
}

/** The bracket that closes the one at `at`; what separates branches in it is left out. `null`: nothing closes it. */
function brace(tokens: readonly IToken[], at: number, instead: Map<IToken, IToken | null>): IToken | null {
  const left: IToken[] = [];
  const open: { readonly token: IToken; readonly wraps: boolean }[] = [];
  for (let next = at; next < tokens.length; next++) {
    const [token, before] = [tokens[next], tokens[next - 1]];
    if (token === undefined || before === undefined) return null;
    if (token.tokenType === COMMA && open.length === 1) left.push(token);
    else if (OPENERS.has(token.tokenType) || token.tokenType === OPEN) {
      const wraps = open.length === 1 && token.tokenType === OPEN && (next === at + 1 || before.tokenType === COMMA);
      open.push({ token, wraps });
    } else if (CLOSERS.has(token.tokenType)) {
      const last = open.pop();
      if (last === undefined || CLOSERS.get(token.tokenType) !== last.token.tokenType) return null;
      if (last.wraps) left.push(last.token, token);
      if (open.length > 0) continue;
      for (const each of left) instead.set(each, null);
      return token;
    }
  }
  return null;
}

function as(type: IToken["tokenType"], { image, startOffset, endOffset }: IToken): IToken {
  return createTokenInstance(type, image, startOffset, endOffset ?? startOffset, 0, 0, 0, 0);
}

const GROUPS = new Set(["parallel", "race"].map(word));
const OPEN = sign("LeftBrace");
const COMMA = sign("Comma");
const DOT = sign("Dot");
const OPENERS = new Set(["LeftBracket", "LeftParen"].map(sign));
/** With what each closes. */
const CLOSERS = new Map([
  [sign("RightBracket"), sign("LeftBracket")],
  [sign("RightParen"), sign("LeftParen")],
  [sign("RightBrace"), OPEN],
]);
