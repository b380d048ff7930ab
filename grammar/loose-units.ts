import { createTokenInstance, type IToken } from "chevrotain";
import { problem, type SyntaxProblem } from "./syntax-codes.ts";
import { Identifier, sign, word } from "./token-types.ts";

/** Reads `5 s`, where a duration belongs, as `5s`, and reports it. */
export function withoutLooseUnits(
  text: string,
  tokens: readonly IToken[],
): { tokens: readonly IToken[]; problems: SyntaxProblem[] } {
  const problems: SyntaxProblem[] = [];
  const joined: IToken[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const [token, unit] = [tokens[at], tokens[at + 1]];
    if (token === undefined) break;
    if (unit === undefined || !isLoose(text, joined.at(-1), token, unit)) {
      joined.push(token);
      continue;
    }
    const duration = token.image.replaceAll("_", "") + (UNITS.get(unit.image) ?? "");
    const [start, end] = [token.startOffset, unit.startOffset + unit.image.length];
    problems.push(problem("bad-number", "A duration has no space before its unit.", start, end, `Write \`${duration}\`.`));
    joined.push(createTokenInstance(sign("Duration"), duration, start, end - 1, 0, 0, 0, 0));
    at++;
  }
  return problems.length === 0 ? { tokens, problems } : { tokens: joined, problems };
}

function isLoose(text: string, before: IToken | undefined, token: IToken, unit: IToken): boolean {
  if (token.tokenType !== sign("Int") || unit.tokenType !== Identifier || !UNITS.has(unit.image)) return false;
  if (before === undefined || !BEFORE.has(before.tokenType)) return false;
  return /^[ \t]+$/.test(text.slice(token.startOffset + token.image.length, unit.startOffset));
}

const BEFORE = new Set([...["timeout", "backoff", "sleep", "every", "within", "wait", "for"].map(word), sign("Range")]);

/** Also as people write them out. */
const UNITS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ms: "ms millis milliseconds",
    s: "s sec secs second seconds",
    m: "m min mins minute minutes",
    h: "h hr hour hours",
    d: "d day days",
  }).flatMap(([unit, names]) => names.split(" ").map((name) => [name, unit] as const)),
);
