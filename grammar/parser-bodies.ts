import { type IToken, isRecognitionException, type TokenType, tokenMatcher } from "chevrotain";
import { type Construct, homesOf } from "./clauses.ts";
import { isKeyword } from "./lexer.ts";
import { unexpectedMessage } from "./messages.ts";
import { ITEM, isEnd, ParserBase, type Rule, retype } from "./parser-base.ts";
import {
  BODY_ITEMS,
  type Body,
  bodyHelp,
  ERROR_BODIES,
  ITEM_STARTS,
  isConstruct,
  STARTERS,
  STATEMENT_BODIES,
  synonym,
} from "./recovery-words.ts";
import { nearest } from "./suggest.ts";
import { FieldName, Identifier, sign, Text, word } from "./token-types.ts";

/**
 * How the parser recovers where a rule cannot go on. Chevrotain builds the partial trees; where to go on is decided here:
 *
 * - in a head (`if …`, `foreach …`): the block that follows is still read (`head`);
 * - in a body: the rest of the item is left out, to the next word that begins one, or the closing brace (`guard`, `items`).
 *
 * Braces match when the parser sees them (`braces.ts`), so a body always ends.
 */
export abstract class BodyParser extends ParserBase {
  protected abstract readonly misplaced: Rule;

  // ---- bodies

  /** The items of a body, to its closing brace or the end of the file; `many` reads as many as it can. */
  protected items(body: Body, many: () => void): void {
    many();
    if (this.RECORDING_PHASE) return;
    while (!this.nextIs(CLOSE) && !isEnd(this.LA(1))) {
      this.strange(body);
      many();
    }
  }

  /** One item of a body: where it breaks off, the rest of it is left out. */
  protected guard(body: Body, item: () => void): void {
    if (this.RECORDING_PHASE) {
      item();
      return;
    }
    const before = this.LA(1);
    try {
      item();
    } catch (error) {
      if (!isRecovered(error)) throw error;
      this.breakCurrent();
      if (this.LA(1) === before && !isEnd(before)) this.SKIP_TOKEN();
      this.skipRest(body);
    }
  }

  /** What cannot begin an item of the body: another construct's item is read, for the checker to judge; anything else left out. */
  private strange(body: Body): void {
    const token = this.LA(1);
    if (isConstruct(body) && this.strangeWord(body, token)) return;
    if (isConstruct(body) && token.tokenType === COMMA) {
      // One that has broken off what stands before it is told there.
      if (this.errors.at(-1)?.token !== token)
        this.report("stray-comma", "Nothing has to separate declarations, statements and clauses.", "Leave the comma out.");
      this.SKIP_TOKEN();
      return;
    }
    this.breakCurrent();
    this.reportStrange(unexpectedMessage(token, BODY_ITEMS[body]), bodyHelp(body));
    if (!this.nextIs(OPEN)) this.SKIP_TOKEN();
    this.skipRest(body);
  }

  /** A word in a body of clauses or statements that begins none of its own. `false`: nothing to be made of it. */
  private strangeWord(body: Construct, token: IToken): boolean {
    const foreign = isKeyword(token) && !this.secondIs(PAREN) ? this.foreignKeyword(body, token) : null;
    if (foreign !== null) {
      this.reportMeant(unexpectedMessage(token, BODY_ITEMS[body]), foreign);
      retype(token, word(foreign));
      return true;
    }
    // `await s for 2d`: what `for` begins of ours stands elsewhere.
    if (token.tokenType === FOR && STATEMENT_BODIES.has(body)) return false;
    const isStarter = STARTERS.has(token.tokenType) && (token.tokenType !== ON || !this.secondIs(OPEN, CLOSE));
    if (isStarter || (isKeyword(token) && homesOf(token.image).length > 0)) {
      this.guard(body, () => this.SUBRULE9(this.misplaced, ITEM));
      if (!isStarter) this.skipRest(body);
      return true;
    }
    const isVerb = token.tokenType === Identifier && !this.secondIs(DOT, COLON, ASSIGN, COMMA);
    const meant = isVerb ? (synonym(token.image, body) ?? nearest(token.image, ITEM_STARTS[body])) : null;
    if (meant === null) return false;
    const how = meant === "fail" && this.LA(2).image === "new" ? MADE : "";
    this.reportMeant(unexpectedMessage(token, BODY_ITEMS[body]), meant, how);
    retype(token, word(meant));
    return true;
  }

  /** A word of ours that other languages begin something else with, as `for` does a loop. */
  private foreignKeyword(body: Construct, token: IToken): string | null {
    return this.beginsLine() || this.LA(0).tokenType === OPEN || !STATEMENT_BODIES.has(body) ? synonym(token.image, body) : null;
  }

  /** Leaves tokens out to where the body can go on: a word that begins an item, or its closing brace. */
  private skipRest(body: Body): void {
    let depth = 0;
    let token = this.LA(1);
    while (!isEnd(token)) {
      if (depth === 0 && (tokenMatcher(token, CLOSE) || this.resumes(body))) break;
      if (tokenMatcher(token, OPEN)) depth++;
      else if (tokenMatcher(token, CLOSE)) depth--;
      const isComma = token.tokenType === COMMA;
      token = this.SKIP_TOKEN();
      if (depth > 0 || !isComma || isConstruct(body)) continue;
      if (tokenMatcher(token, FieldName) || token.tokenType === Text) {
        this.resumed(true);
        return;
      }
    }
    this.resumed();
  }

  /** Leaves out the rest of a body whose items are of no interest. */
  protected skipToBrace(): void {
    for (let depth = 0; !isEnd(this.LA(1)) && (depth > 0 || !this.nextIs(CLOSE)); this.SKIP_TOKEN()) {
      if (this.nextIs(OPEN)) depth++;
      else if (this.nextIs(CLOSE)) depth--;
    }
  }

  /** Whether an item can begin at the next token, after a mistake before it. */
  private resumes(body: Body): boolean {
    const token = this.LA(1);
    if (!isConstruct(body)) return this.beginsLine() && (tokenMatcher(token, FieldName) || token.tokenType === Text);
    if (!isKeyword(token) || tokenMatcher(this.LA(0), DOT) || this.secondIs(COLON, DOT)) return false;
    const own = ITEM_STARTS[body].has(token.image);
    if (!own) return this.beginsLine() && STARTERS.has(token.tokenType);
    if (token.tokenType === INPUT) return this.secondIs(OPEN);
    if (token.tokenType === ON && !ERROR_BODIES.has(body)) return this.secondIs(...BEHIND_ON);
    // Clauses share a line with others, statements hardly ever: what follows on the line belongs to the mistake.
    return !STATEMENT_BODIES.has(body) || this.beginsLine() || this.LA(0).tokenType === CLOSE;
  }

  // ---- heads

  /** Something between a construct's first word and its block: where it breaks off, the block is still read. */
  protected head(part: () => void): void {
    if (this.RECORDING_PHASE) {
      part();
      return;
    }
    try {
      part();
      if (this.nextIs(OPEN)) return;
      const rest = this.distanceToBlock();
      if (rest === null) return;
      this.expected("`{`");
      this.skipHead(rest);
    } catch (error) {
      if (!isRecovered(error)) throw error;
      const distance = this.distanceToBlock();
      if (distance === null) throw error;
      this.breakCurrent();
      this.skipHead(distance);
    }
  }

  private skipHead(distance: number): void {
    for (let skipped = 0; skipped < distance; skipped++) this.SKIP_TOKEN();
    this.resumed();
  }

  /** A part that may be left out when what comes next is known to follow it. */
  protected soft(part: () => void, ...next: TokenType[]): void {
    if (this.RECORDING_PHASE) {
      part();
      return;
    }
    try {
      part();
    } catch (error) {
      if (!isRecovered(error) || !next.some((type) => this.nextIs(type))) throw error;
      this.breakCurrent();
    }
  }
}

/** `throw new E(…)` */
const MADE = " Errors are declared, and made without `new`: `fail Name { field: value }`.";
const OPEN = sign("LeftBrace");
const CLOSE = sign("RightBrace");
const COLON = sign("Colon");
const ASSIGN = sign("Assign");
const COMMA = sign("Comma");
const DOT = sign("Dot");
const PAREN = sign("LeftParen");
const FOR = word("for");
const ON = word("on");
const INPUT = word("input");
/** What follows an `on` that begins an item where `on` does not name errors. */
const BEHIND_ON = ["undo", "completed", "compensated", "failure"].map(word);

function isRecovered(error: unknown): boolean {
  return error instanceof Error && isRecognitionException(error);
}
