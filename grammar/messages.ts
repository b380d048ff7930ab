import type { IParserErrorMessageProvider, IToken, TokenType } from "chevrotain";
import { EOF, tokenLabel, tokenMatcher } from "chevrotain";
import { clip, isKeyword } from "./lexer.ts";
import type { SyntaxSlug } from "./syntax-codes.ts";
import { FieldName, Identifier, Member, Name, Text, wordOrSign } from "./token-types.ts";

/** What the parser says, in the words of the language. The names of rules and token types never reach a user. */

/** What a rule wants where it wants a name. */
const NAMES: Readonly<Record<string, string>> = {
  importName: "the name of what is imported",
  typeDecl: "the name of the type",
  errorDecl: "the name of the error",
  serviceDecl: "the name of the service",
  signalDecl: "the name of the signal",
  computeDecl: "the name of the function",
  parameter: "the name of a parameter",
  sagaDecl: "the name of the saga",
  step: "the name of the step",
  operation: "the name of a service or operation",
  branch: "the name of the branch",
  foreach: "the name of the item",
  first: "the name of the candidate",
  await: "the name of a signal",
  awaitCase: "the name of a signal",
  collect: "the name of a signal",
  call: "the name of a saga",
  start: "the name of a saga",
  undo: "the name of a step, branch or call",
  publish: "the name of the value",
  let: "the name of the value",
  fail: "the name of an error",
  throwsClause: "the name of an error",
  onErrorClause: "the name of an error",
  emitsClause: "the name of an event",
  asClause: "a name for the result",
  rateClause: "`s`, `m`, `h` or `d`",
  suffix: "the name of a member",
};

/** What a rule wants where several forms are possible. */
const CHOICES: Readonly<Record<string, string>> = {
  primary: "an expression",
  typePrimary: "a type",
  retry: "a number of attempts, `none` or `forever`",
  outcome: "`fail`, `continue`, `park` or a block",
  onErrorClause: "`fail`, `continue`, `park`, `retry` or a block",
  onFailureClause: "`cancel` or `wait`",
  endingClause: "`completed` or `compensated`",
  await: "the name of a signal, or `any`",
  compensateClause: "an operation, or `none because`",
  fieldName: "the name of a field",
  entry: "an entry (`name: value`, or the path of a value)",
  importDecl: "`type` or `{`",
  ifElse: "`if` or a block",
};

/** What is wanted, for "Expected …". */
export function expectation(rule: string, expected: TokenType): string {
  if (expected === Name || expected === Member || expected === FieldName || expected === Identifier)
    return NAMES[rule] ?? tokenLabel(expected);
  return tokenLabel(expected);
}

/** What a choice wants. */
export function choice(rule: string): string {
  return CHOICES[rule] ?? "something else";
}

/** "Expected the name of the step after `step`": `foundMessage` adds what was found instead. */
export function expectedMessage(what: string, previous: IToken | undefined): string {
  return `Expected ${what}${previous === undefined || isEnd(previous) || previous.image === "" ? "" : ` after ${quote(previous)}`}`;
}

/** "`hello` cannot stand here: expected a statement, or `}`." */
export function unexpectedMessage(found: IToken, what: string): string {
  return `${quote(found)} cannot stand here: expected ${what}.`;
}

/** The rest of the sentence: ", found `{`.", or nothing if what was found stands elsewhere; `endName` is what the end is called. */
export function foundMessage(found: IToken, isHere: boolean, endName: string): string {
  if (isEnd(found)) return `, found ${endName}.`;
  return isHere ? `, found ${quote(found)}.` : ".";
}

function isEnd(token: IToken): boolean {
  return tokenMatcher(token, EOF);
}

function quote(token: IToken): string {
  return token.tokenType === Text ? clip(token.image) : `\`${clip(token.image)}\``;
}

/** A problem on its way through Chevrotain's exceptions, which carry text only. */
export interface Carried {
  readonly slug: SyntaxSlug;
  readonly message: string;
  readonly help: string | null;
}

export function unpack(message: string): Carried {
  return JSON.parse(message) as Carried;
}

function pack(message: string, help: string | null = null, slug: SyntaxSlug = "expected"): string {
  return JSON.stringify({ slug, message, help } satisfies Carried);
}

/** Chevrotain's hook for messages. */
export const messageProvider: IParserErrorMessageProvider = {
  buildMismatchTokenMessage({ expected, previous, ruleName }) {
    return pack(expectedMessage(expectation(ruleName, expected), previous), helpFor(expected));
  },
  buildNotAllInputParsedMessage() {
    return pack(expectedMessage("an operator or the end of the expression", undefined));
  },
  buildNoViableAltMessage({ actual, previous, ruleName }) {
    const [found] = actual;
    const isWord = ruleName === "entry" && found !== undefined && isKeyword(found);
    const help = isWord
      ? `\`${found.image}\` is a word of the language; write \`${found.image}: value\` for an entry of that name.`
      : null;
    return pack(expectedMessage(choice(ruleName), previous), help);
  },
  buildEarlyExitMessage({ previous, ruleName }) {
    return pack(expectedMessage(choice(ruleName), previous), null);
  },
};

function helpFor(expected: TokenType): string | null {
  if (expected === wordOrSign("Duration")) return "Durations are written like `200ms`, `5s`, `10m`, `2h`, `7d` or `1h30m`.";
  return null;
}
