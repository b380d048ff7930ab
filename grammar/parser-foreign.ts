import type { IToken, TokenType } from "chevrotain";
import { clip } from "./lexer.ts";
import { expectedMessage, unexpectedMessage } from "./messages.ts";
import { isEnd } from "./parser-base.ts";
import { BodyParser } from "./parser-bodies.ts";
import { Name, sign, word } from "./token-types.ts";

/**
 * What people write who come from other languages: each method stands where such a thing may come, reports it once, and leaves it out, so
 * that nothing follows from it. What to do about it is in `hints.ts` where nothing is said here.
 */
export abstract class ForeignParser extends BodyParser {
  /** `.map(…)`: values have no methods. What stands in the brackets is left out. */
  protected methodCall(): void {
    if (!this.nextIs(sign("LeftParen")) || this.beginsLine()) return;
    const { image } = this.LA(0);
    const help = METHODS.get(image) ?? ELSEWHERE;
    this.report("unexpected", `Values have no methods, so \`${clip(image)}\` cannot be called.`, help, this.LA(0));
    this.breakCurrent();
    this.skipBrackets(OPENERS, CLOSERS);
  }

  /** `list?.length`: the lexer has said how it is written. */
  protected optionalLength(dot: IToken): void {
    if (dot.image === "?." && this.LA(0).image === "length") this.breakCurrent();
  }

  /** `T | null`, as TypeScript has it: the one alternative that is written otherwise. */
  protected nullMember(): void {
    if (!this.nextIs(sign("Bar")) || !(this.secondIs(word("null")) || this.LA(2).image === "undefined")) return;
    this.SKIP_TOKEN();
    this.report("unexpected", `\`${this.LA(1).image}\` is no type.`, "What may be absent has a `?` behind its type: `string?`.");
    this.breakCurrent();
    this.SKIP_TOKEN();
  }

  /** `compensate step release on inventory { … }`: written as if it were a step. */
  protected compensatingStep(): void {
    if (!this.nextIs(word("step")) || !this.secondIs(Name) || this.beginsLine()) return;
    this.reportStrange(unexpectedMessage(this.LA(1), "the name of the operation that undoes the step"), null);
    this.breakCurrent();
    this.SKIP_TOKEN();
  }

  protected compensatingService(): void {
    if (!this.nextIs(word("on")) || !this.secondIs(Name) || this.LA(3).tokenType !== sign("LeftBrace") || this.beginsLine())
      return;
    this.reportStrange(unexpectedMessage(this.LA(1), "a clause of the step, or `}`"), null);
    this.SKIP_TOKEN();
    this.SKIP_TOKEN();
  }

  /** `let x: int = 1`, as TypeScript has it: the type is left out. */
  protected typeOfLet(): void {
    if (!this.nextIs(sign("Colon"))) return;
    for (let n = 3; n <= LONGEST_TYPE; n++) {
      if (isEnd(this.LA(n)) || this.beginsLine(n)) return;
      if (this.LA(n).tokenType !== sign("Assign")) continue;
      this.report("unexpected", "A `let` says no type: it has that of its value.", "Leave the `:` and the type out.");
      for (let skipped = 1; skipped < n; skipped++) this.SKIP_TOKEN();
      return;
    }
  }

  /** `repeat until condition max 3 { … }`: read where it stands. `until`: reads the condition, `clause` one of the head. */
  protected earlyUntil(until: () => unknown, clause: () => unknown): boolean {
    if (!this.nextIs(word("until")) && this.LA(1).image !== "while") return false;
    const help = "The condition stands behind the block: `repeat max 10 { … } until condition`.";
    this.breakCurrent();
    this.report("expected", expectedMessage("`{`", this.LA(0)), help);
    this.SKIP_TOKEN();
    until();
    while (this.isRoundsClause()) clause();
    return true;
  }

  /** `repeat { … } until condition max 3` */
  protected lateClauses(clause: () => unknown): void {
    if (!this.isRoundsClause() || this.beginsLine()) return;
    const { image } = this.LA(1);
    this.report("unexpected", `\`${image}\` stands before the block of its \`repeat\`.`, LATE[image] ?? null);
    while (this.isRoundsClause() && !this.beginsLine()) clause();
  }

  private isRoundsClause(): boolean {
    return this.nextIs(word("every")) || (this.nextIs(word("max")) && this.secondIs(sign("Int")));
  }

  /** `on approved as a { … }`, `repeat max 3 as x { … }`: read, for its name is used. `signal`: of the case; `as`: reads it. */
  protected strayAs(signal: IToken | null, as: () => unknown): void {
    if (!this.nextIs(word("as")) || !this.secondIs(Name)) return;
    const help =
      signal === null
        ? "Leave it out: behind the `repeat` the names of its block stand for the last round."
        : `Leave it out: in its case the signal is called by its own name, \`${clip(signal.image)}\`.`;
    this.report("unexpected", unexpectedMessage(this.LA(1), "a block"), help);
    as();
  }

  /** `fail new E(…)` */
  protected newError(): void {
    if (this.LA(1).image !== "new" || !this.secondIs(Name) || this.beginsLine(2)) return;
    // Whether the error is declared is told once it is named as errors are.
    this.breakCurrent();
    this.report("unexpected", "Errors are not made with `new`.", `Write \`fail ${clip(this.LA(2).image)} { … }\`.`);
    this.SKIP_TOKEN();
  }

  /** `fail E(…)` */
  protected dataInBrackets(): void {
    const open = sign("LeftParen");
    if (!this.nextIs(open) || this.beginsLine()) return;
    this.reportStrange(unexpectedMessage(this.LA(1), "the data of the error in braces"), null);
    this.breakCurrent();
    this.skipBrackets(OPENERS, CLOSERS);
  }

  /** `throws [A, B]`: its names are read. */
  protected bracketsOfThrown(): boolean {
    if (!OPENERS.has(this.LA(1).tokenType) || !this.secondIs(Name) || this.beginsLine()) return false;
    this.report("expected", expectedMessage("the name of an error", this.LA(0)));
    this.SKIP_TOKEN();
    return true;
  }

  protected closesThrown(opened: boolean): void {
    if (opened && CLOSERS.has(this.LA(1).tokenType)) this.SKIP_TOKEN();
  }

  /** `throws E { field: type }`: declared where it is named. */
  protected fieldsOfThrown(): void {
    if (!this.nextIs(sign("LeftBrace")) || this.beginsLine()) return;
    const error = clip(this.LA(0).image);
    const help = `Declare it beside the sagas, \`error ${error} { … }\`, and name it alone: \`throws ${error}\`.`;
    this.report("unexpected", unexpectedMessage(this.LA(1), "a clause of the step, or `}`"), help);
    // Whether it is declared is told once it is named as errors are.
    this.breakCurrent();
    this.skipBrackets(OPENERS, CLOSERS);
  }

  /** `await approved { … }` */
  protected bracesOfWait(): void {
    if (!this.nextIs(sign("LeftBrace")) || this.beginsLine()) return;
    const signal = clip(this.LA(0).image);
    const help =
      this.LA(3).tokenType === sign("Colon")
        ? `What a signal brings is declared at the top of the saga: \`signal ${signal} { … }\`.`
        : `What belongs to the wait stands behind it, without braces: \`await ${signal} timeout 2d on timeout fail\`.`;
    this.report("unexpected", unexpectedMessage(this.LA(1), "a clause of the `await`"), help);
    this.breakCurrent();
    this.skipBrackets(OPENERS, CLOSERS);
  }

  /** `Array<T>` */
  protected typeArguments(): void {
    if (!this.nextIs(LESS)) return;
    this.reportStrange(unexpectedMessage(this.LA(1), "the next field, or `}`"), null);
    this.breakCurrent();
    this.skipBrackets(ANGLE_OPENERS, ANGLE_CLOSERS);
  }

  /** Leaves out a bracket and what it holds. */
  private skipBrackets(openers: ReadonlySet<TokenType>, closers: ReadonlySet<TokenType>): void {
    let depth = 0;
    do {
      const token = this.LA(1);
      if (isEnd(token) || (depth === 0 && !openers.has(token.tokenType))) return;
      if (openers.has(token.tokenType)) depth++;
      else if (closers.has(token.tokenType)) depth--;
      this.SKIP_TOKEN();
    } while (depth > 0);
  }
}

/** Tokens that the type of a `let` may have to be known as one. */
const LONGEST_TYPE = 20;
const LESS = sign("Less");
const LATE: Readonly<Record<string, string>> = {
  max: "Write `repeat max 3 { … } until condition`.",
  every: "Write `repeat max 3 every 5s { … } until condition`.",
};
const ANGLE_OPENERS = new Set([LESS]);
const ANGLE_CLOSERS = new Set([sign("Greater")]);
const OPENERS = new Set(["LeftParen", "LeftBracket", "LeftBrace"].map(sign));
const CLOSERS = new Set(["RightParen", "RightBracket", "RightBrace"].map(sign));

/** What stands in place of methods of other languages. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ["map", "`items[].sku` is the list of all `sku`."],
  [
    "filter",
    "Write `foreach item in list where condition { … }`; for a list of some declare a `compute`, and write it in TypeScript.",
  ],
  ["forEach", "Write `foreach item in list { … }`."],
  ["reduce", "Write `sum(items[].amount)`; for more declare a `compute`, and write it in TypeScript."],
  ["includes", "Write `contains(list, value)`."],
  ["some", "Write `contains(list, value)`; for more declare a `compute`, and write it in TypeScript."],
  ["toString", 'Write `"${value}"`.'],
  ["concat", 'Texts are put together in one: `"${first} ${second}"`.'],
  ["join", 'Texts are put together in one: `"${first} ${second}"`; for a list of them declare a `compute`.'],
  ["now", "Expressions ask no clock: hand the time over in the saga's `input`, or let a step answer it."],
]);
const ELSEWHERE =
  "There are `length(x)`, `sum(list)`, `min(a, b)`, `max(a, b)` and `contains(list, x)`; for more declare a `compute`, and write it in TypeScript.";
