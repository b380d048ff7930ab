import { type CstNode, CstParser, EOF, type IToken, type ParserMethod, type TokenType, tokenMatcher } from "chevrotain";
import { insertedToken } from "./braces.ts";
import { type Finding, Findings, type Found } from "./findings.ts";
import { clip, isKeyword } from "./lexer.ts";
import { LIMITS } from "./limits.ts";
import { expectation, expectedMessage, messageProvider, unpack } from "./messages.ts";
import { STARTERS } from "./recovery-words.ts";
import type { SyntaxSlug } from "./syntax-codes.ts";
import { ALL_TOKEN_TYPES, FieldName, Identifier, Member, Name, sign, Text, word } from "./token-types.ts";

/** A rule of the grammar without arguments. */
export type Rule = ParserMethod<[], CstNode>;

/** One of the ways of a choice. */
export interface Alternative {
  readonly ALT: () => unknown;
  readonly GATE?: () => boolean;
  readonly IGNORE_AMBIGUITIES?: boolean;
}

/** Label of everything that stands in a body, so that the tree keeps its order. */
export const ITEM = { LABEL: "item" } as const;

/** The nesting of expressions or types is beyond the limit: thrown through the parser, caught by `parse`. */
export class TooDeep extends Error {
  readonly token: IToken;

  constructor(token: IToken) {
    super("nested too deeply");
    this.token = token;
  }
}

/** What Chevrotain's parser has and does not declare; the version is pinned, and the recovery tests hold us to it. */
interface Internals {
  getCurrRuleFullName(): string;
  getNextPossibleTokenTypes(path: {
    ruleStack: string[];
    occurrenceStack: number[];
    lastTok: TokenType;
    lastTokOccurrence: number;
  }): TokenType[];
  RULE_STACK_IDX: number;
  recoveryEnabled: boolean;
}

/**
 * What all rules stand on: reports, looks ahead, the limit of nesting, and recovery within a rule: a token that stands for
 * another, is missing or is one too many, if what follows then fits. The rest of recovery is in `parser-bodies.ts`.
 */
export abstract class ParserBase extends CstParser {
  private text = "";
  private findings = new Findings("");
  private readonly instead = new Map<IToken, Pick<Finding, "slug" | "message" | "help">>();
  private depth = 0;
  private readonly follows = new Map<string, TokenType[]>();

  constructor(validate: boolean) {
    super([...ALL_TOKEN_TYPES], {
      recoveryEnabled: true,
      maxLookahead: 2,
      nodeLocationTracking: "onlyOffset",
      errorMessageProvider: messageProvider,
      skipValidations: !validate,
    });
  }

  /** Makes ready for the tokens of `text`, the whole file also when only a part is parsed. */
  begin(text: string, tokens: IToken[]): void {
    this.input = tokens;
    this.text = text;
    this.findings = new Findings(text);
    this.instead.clear();
    this.depth = 0;
  }

  /** What was found since `begin`; see `Findings.settle`. */
  finish(end: number, endName = "the end of the file"): Found[] {
    for (const error of this.errors) {
      const { token } = error;
      const previous = "previousToken" in error ? (error.previousToken as IToken | undefined) : undefined;
      this.findings.add({ ...(this.instead.get(token) ?? unpack(error.message)), token, behind: endOf(previous) });
    }
    return this.findings.settle(this.input, end, endName);
  }

  // ---- reporting

  /** Reports at the next token, without giving up. */
  protected report(slug: SyntaxSlug, message: string, help: string | null = null, token: IToken = this.LA(1)): void {
    this.findings.add({ slug, message, help, token, behind: endOf(this.LA(0)) });
  }

  /** Reports what cannot stand at the next token; `otherwise`: what to do where nothing better is known. */
  protected reportStrange(message: string, otherwise: string | null): void {
    const finding = { slug: "unexpected", message, help: null, token: this.LA(1), behind: endOf(this.LA(0)) } as const;
    this.findings.add(otherwise === null ? finding : { ...finding, otherwise });
  }

  /** Reports that another word was probably meant at the next token, without giving up. `how`: what else there is to say of it. */
  protected reportMeant(message: string, replacement: string, how = ""): void {
    const help = `Did you mean \`${replacement}\`?${how}`;
    this.findings.add({ slug: "unexpected", message, help, token: this.LA(1), behind: endOf(this.LA(0)), replacement });
  }

  /** Reports that something is missing before the next token. */
  protected expected(what: string): void {
    this.breakCurrent();
    this.report("expected", expectedMessage(what, this.LA(0)));
  }

  /** Notes that reading goes on at the next token after a mistake. */
  protected resumed(sure = false): void {
    this.findings.resume(this.LA(1), sure);
  }

  /** Marks the construct that is being read as one that was not read whole. */
  protected breakCurrent(): void {
    Object.assign(this.currCSTNode, { recoveredNode: true });
  }

  // ---- looking ahead

  protected nextIs(type: TokenType): boolean {
    return tokenMatcher(this.LA(1), type);
  }

  protected secondIs(...types: TokenType[]): boolean {
    const second = this.LA(2);
    return types.some((type) => tokenMatcher(second, type));
  }

  /** Whether the `n`-th next token begins a line. */
  protected beginsLine(n = 1): boolean {
    const token = this.LA(n);
    if (isEnd(token)) return true;
    const before = this.LA(n - 1);
    return /[\r\n]/.test(this.text.slice(isEnd(before) ? 0 : endOf(before), token.startOffset));
  }

  /** At a reserved word that begins a declaration, statement or clause somewhere. */
  protected beginsStatementOrClause(): boolean {
    return STARTERS.has(this.LA(1).tokenType);
  }

  /** At a `{`: whether statements or clauses stand in it, not the entries of a record. */
  protected looksLikeBlock(): boolean {
    const first = this.LA(2);
    if (!isKeyword(first) || !STARTERS.has(first.tokenType)) return false;
    if (tokenMatcher(this.LA(3), COLON)) return false;
    return first.tokenType !== INPUT || tokenMatcher(this.LA(3), OPEN);
  }

  // ---- nesting

  /** Runs the inside of something that can stand in itself without brackets. */
  protected nested<T>(inside: () => T): T {
    if (++this.depth > LIMITS.nesting && !this.RECORDING_PHASE) throw new TooDeep(this.LA(1));
    try {
      return inside();
    } finally {
      this.depth--;
    }
  }

  /** How many tokens stand before a `{` that opens a block, on this line; `null`: there is none. */
  protected distanceToBlock(): number | null {
    for (let n = 1; n <= HEAD_REACH; n++) {
      const token = this.LA(n);
      if (isEnd(token) || tokenMatcher(token, CLOSE)) return null;
      if (tokenMatcher(token, OPEN)) return n - 1;
      if (n > 1 && this.beginsLine(n)) return null;
      if (n === 1 && token.tokenType === this.LA(0).tokenType) continue;
      if (
        isKeyword(token) &&
        STARTERS.has(token.tokenType) &&
        token.tokenType !== ON &&
        token.tokenType !== INPUT &&
        token.tokenType !== TIMEOUT
      )
        return null;
    }
    return null;
  }

  // ---- recovery: single tokens (Chevrotain calls these)

  /** What may follow a token in its rule: Chevrotain's own answer walks the whole stack of rules, ours the current one. */
  protected getFollowsForInRuleRecovery(expected: TokenType, occurrence: number): TokenType[] {
    const internals = this.internals();
    const rule = internals.getCurrRuleFullName();
    const key = `${rule} ${expected.name} ${occurrence}`;
    const known = this.follows.get(key);
    if (known !== undefined) return known;
    const path = { ruleStack: [rule], occurrenceStack: [0], lastTok: expected, lastTokOccurrence: occurrence };
    const follows = internals.getNextPossibleTokenTypes(path);
    this.follows.set(key, follows);
    return follows;
  }

  protected tryInRuleRecovery(expected: TokenType, follows: TokenType[]): IToken {
    const next = this.LA(1);
    const second = this.LA(2);
    const follow = (token: IToken): boolean => follows.some((type) => tokenMatcher(token, type));
    const wantsName = expected === Name || expected === FieldName || expected === Member;

    if (CLOSERS.has(expected)) return insertedToken(expected, this.LA(0));
    if ((expected === COLON && next.tokenType === ASSIGN) || (expected === ASSIGN && next.tokenType === COLON)) {
      return this.swap(expected);
    }
    if (wantsName && next.tokenType === Text && this.internals().getCurrRuleFullName() !== "fail") return this.quotedName();
    if (expected === OPEN) {
      const distance = this.distanceToBlock();
      if (distance === null) throw new NoRecovery();
      if (distance > 0) this.breakCurrent();
      for (let skipped = 0; skipped < distance; skipped++) this.SKIP_TOKEN();
      const open = this.LA(1);
      this.SKIP_TOKEN();
      return open;
    }
    if (
      wantsName &&
      isKeyword(next) &&
      !follow(next) &&
      !this.beginsLine() &&
      (follow(second) || (follows.length === 0 && !STARTERS.has(next.tokenType)))
    ) {
      return this.reservedName(expected);
    }
    if (follow(next)) return insertedToken(expected, this.LA(0));
    const isDoubled = isKeyword(next) && next.tokenType === this.LA(0).tokenType && !this.beginsLine();
    if (isDoubled && tokenMatcher(second, expected)) {
      this.SKIP_TOKEN();
      this.SKIP_TOKEN();
      return second;
    }
    const begins = isKeyword(next) && (this.beginsLine() || STARTERS.has(next.tokenType) || SERVICE_WORDS.has(next.tokenType));
    const expendable = !begins && !isEnd(next) && !STRUCTURE.has(next.tokenType);
    if (expendable && tokenMatcher(second, expected)) {
      this.SKIP_TOKEN();
      this.SKIP_TOKEN();
      return second;
    }
    if (expendable && follow(second)) {
      this.SKIP_TOKEN();
      return insertedToken(expected, next);
    }
    throw new NoRecovery();
  }

  /** Never: where rules go on is for `guard` and `head` to say. Returning the end makes Chevrotain throw on at once. */
  protected findReSyncTokenType(): TokenType {
    return EOF;
  }

  protected isInCurrentRuleReSyncSet(): boolean {
    return this.internals().RULE_STACK_IDX === 0;
  }

  protected shouldInRepetitionRecoveryBeTried(): boolean {
    return false;
  }

  protected internals(): Internals {
    return this as unknown as Internals;
  }

  private swap(expected: TokenType): IToken {
    const token = this.LA(1);
    const [wanted, written] = expected === COLON ? [":", "="] : ["=", ":"];
    const help = expected === COLON ? "Fields and entries are written `name: …`." : "Values and types are named with `=`.";
    const message = `Expected \`${wanted}\`, found \`${written}\`.`;
    this.instead.set(token, { slug: "equals-for-colon", message, help });
    this.SKIP_TOKEN();
    return insertedToken(expected, this.LA(0));
  }

  private quotedName(): IToken {
    const token = this.LA(1);
    this.instead.set(token, quotedNameFinding(token));
    this.SKIP_TOKEN();
    return unquoted(token);
  }

  private reservedName(expected: TokenType): IToken {
    const token = this.LA(1);
    const rule = this.internals().getCurrRuleFullName();
    const message = `\`${token.image}\` is a word of the language and cannot be ${expectation(rule, expected)}.`;
    const free = tokenMatcher(token, FieldName) ? "Take another name; as a field's name it is free." : "Take another name.";
    const help = rule === "onErrorClause" ? ON_ERROR : free;
    this.instead.set(token, { slug: "reserved-word", message, help });
    this.SKIP_TOKEN();
    return token;
  }
}

/** Reads a token as one of another type; its image stays what was written. */
export function retype(token: IToken, type: TokenType): void {
  token.tokenType = type;
  if (type.tokenTypeIdx !== undefined) token.tokenTypeIdx = type.tokenTypeIdx;
}

/** Quotes around what should be a name. */
export function quotedNameFinding(token: IToken): Pick<Finding, "slug" | "message" | "help"> {
  return {
    slug: "quoted-name",
    message: `A name is written without quotes, not as ${clip(token.image)}.`,
    help: "Remove the quotes.",
  };
}

/** The name in quotes, as if it had been written without; a missing one if no name stands in them. */
export function unquoted(token: IToken): IToken {
  const name = token.image.slice(1, -1);
  if (!/^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(name)) return insertedToken(Identifier, token);
  return {
    ...token,
    image: name,
    tokenType: Identifier,
    tokenTypeIdx: Identifier.tokenTypeIdx ?? 0,
    isInsertedInRecovery: false,
  };
}

/** Chevrotain knows it by its name: no way to go on in this rule. */
class NoRecovery extends Error {
  constructor() {
    super("no recovery in this rule");
    this.name = "InRuleRecoveryException";
  }
}

const OPEN = sign("LeftBrace");
const CLOSE = sign("RightBrace");
const COLON = sign("Colon");
const ASSIGN = sign("Assign");
const ON = word("on");
const INPUT = word("input");
const TIMEOUT = word("timeout");
const CLOSERS = new Set([sign("RightParen"), sign("RightBracket"), sign("Greater"), CLOSE]);
/** Contextual words that begin a clause of a service. */
const SERVICE_WORDS = new Set(["idempotent", "fenced", "max", "rate"].map(word));
/** Never one too many: what holds the text together. */
const STRUCTURE = new Set([OPEN, CLOSE, sign("RightParen"), sign("RightBracket"), sign("Comma")]);

/** Where `on timeout` or `on failure` is said of a step. */
const ON_ERROR =
  "`on` names an error that the step `throws`. What is done when its attempts are spent stands behind them: `retry 3 then park`.";

/** How far a head may be skipped to find its block. */
const HEAD_REACH = 40;

export function isEnd(token: IToken): boolean {
  return token.tokenType === EOF;
}

/** Behind the last character of a token. */
function endOf(token: IToken | undefined): number {
  if (token === undefined || isEnd(token)) return 0;
  return (token.endOffset ?? token.startOffset + token.image.length - 1) + 1;
}
