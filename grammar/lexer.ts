import { type IToken, Lexer } from "chevrotain";
import { isAllHidden, LIMITS, tooDeep, tooManyTokens } from "./limits.ts";
import { endsOperand } from "./operand.ts";
import { scanText } from "./strings.ts";
import { problem, type SyntaxProblem } from "./syntax-codes.ts";
import { ALL_TOKEN_TYPES, HABIT_BY_TYPE, Identifier, isWord, Junk, sign, Text, wordOrSign } from "./token-types.ts";
import type { HabitRow } from "./tokens.ts";

/** A comment, kept aside from the tokens. Offsets in UTF-16 units; `text` as written, slashes included. */
export interface Comment {
  readonly kind: "doc" | "line" | "block";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A part of a text with `${ }`: characters as written (escapes not decoded), or the tokens of an expression. */
export type TextPart =
  | { readonly kind: "characters"; readonly raw: string; readonly start: number; readonly end: number }
  | { readonly kind: "hole"; readonly tokens: IToken[]; readonly start: number; readonly end: number };

/** A text literal read: whether it has holes is whether a part is one. */
export interface TextLiteral {
  readonly parts: readonly TextPart[];
  /** It was not closed, or not in our quotes: its characters are not to be trusted, and it was reported. */
  readonly broken: boolean;
}

export interface LexResult {
  /** In order; both offsets set (`endOffset` is that of the last character, as Chevrotain has it). */
  readonly tokens: IToken[];
  /** In order. */
  readonly comments: readonly Comment[];
  /** For every text token, also within holes. */
  readonly texts: ReadonlyMap<IToken, TextLiteral>;
  readonly problems: readonly SyntaxProblem[];
  /** A limit was met: there is nothing to parse. */
  readonly refused: boolean;
}

/** The lexer, made once a process, when first needed. `validate`: let Chevrotain look for mistakes in the patterns too; a test does. */
export function createLexer(validate = false): Lexer {
  return new Lexer([...ALL_TOKEN_TYPES], {
    positionTracking: "onlyOffset",
    ensureOptimizations: true,
    skipValidations: !validate,
    lineTerminatorCharacters: ["\n", "\r"],
    lineTerminatorsPattern: /\n|\r\n?/g,
  });
}

/** Splits a text whose length has been checked. Never throws; takes time in proportion to the text. */
export function lex(lexer: Lexer, text: string): LexResult {
  const pass = new LexPass(lexer);
  const tokens = pass.read(text, 0, 0);
  return {
    tokens,
    comments: pass.comments.sort((a, b) => a.start - b.start),
    texts: pass.texts,
    problems: pass.problems,
    refused: pass.refused,
  };
}

/** `!` before a bracket or a dot is left out behind a value; all else it denies what follows. `text` stands at `base`. */
function habitOf(token: IToken, text: string, base: number): HabitRow | undefined {
  const habit = HABIT_BY_TYPE.get(token.tokenType);
  return habit?.name === "NonNull" && !endsOperand(text, token.startOffset - base) ? BANG : habit;
}

const BANG = [...HABIT_BY_TYPE.values()].find(({ name }) => name === "Bang");

class LexPass {
  readonly comments: Comment[] = [];
  readonly texts = new Map<IToken, TextLiteral>();
  readonly problems: SyntaxProblem[] = [];
  refused = false;
  private count = 0;
  private readonly lexer: Lexer;

  constructor(lexer: Lexer) {
    this.lexer = lexer;
  }

  /** Reads `text`, which stands at `base` in the file, within `depth` brackets. */
  read(text: string, base: number, depth: number): IToken[] {
    const result = this.lexer.tokenize(text);
    for (const token of result.groups.comments ?? []) this.comment(token, base);

    const tokens: IToken[] = [];
    let nesting = depth;
    for (const token of result.tokens) {
      token.startOffset += base;
      token.endOffset = token.startOffset + token.image.length - 1;
      if (token.tokenType === Junk) {
        this.unexpected(token.image, token.startOffset);
        continue;
      }
      const habit = habitOf(token, text, base);
      if (habit !== undefined && !this.habit(token, habit)) continue;
      tokens.push(token);

      if (OPENING.has(token.tokenType)) nesting++;
      else if (CLOSING.has(token.tokenType)) nesting = Math.max(depth, nesting - 1);
      if (nesting > LIMITS.nesting) return this.refuse(tooDeep(token.startOffset, token.startOffset + 1));
      if (++this.count > LIMITS.tokens) return this.refuse(tooManyTokens(token.startOffset));

      if (token.tokenType === Identifier) this.name(token);
      else if (token.tokenType === Text && habit === undefined) this.text(token, nesting);
      if (this.refused) return [];
    }
    return tokens;
  }

  private refuse(reason: SyntaxProblem): IToken[] {
    this.problems.push(reason);
    this.refused = true;
    return [];
  }

  private comment(token: IToken, base: number): void {
    const start = token.startOffset + base;
    const kind = token.tokenType.name === "DocComment" ? "doc" : token.tokenType.name === "BlockComment" ? "block" : "line";
    this.comments.push({ kind, text: token.image, start, end: start + token.image.length });
  }

  /** Reads a habit of another language as what it stands for, and says so. `false`: it stands for nothing. */
  private habit(token: IToken, habit: HabitRow): boolean {
    const start = token.startOffset;
    const end = start + token.image.length;
    this.problems.push(
      problem(habit.problem, habitMessage(habit, token.image), start, Math.min(end, start + 60), habitHelp(habit, token.image)),
    );
    if (habit.readAs === null) return false;
    const type = wordOrSign(habit.readAs);
    token.tokenType = type;
    if (type.tokenTypeIdx !== undefined) token.tokenTypeIdx = type.tokenTypeIdx;
    if (type === Text) {
      const raw = token.image.slice(1, token.image.length > 1 && token.image.endsWith(token.image.charAt(0)) ? -1 : undefined);
      this.texts.set(token, {
        parts: [{ kind: "characters", raw, start: start + 1, end: start + 1 + raw.length }],
        broken: true,
      });
    }
    return true;
  }

  private name(token: IToken): void {
    const { image, startOffset: start } = token;
    const end = start + image.length;
    if (image.length > LIMITS.nameLength) {
      this.problems.push(
        problem("name-too-long", `A name may have ${LIMITS.nameLength} characters; this one has ${image.length}.`, start, end),
      );
    }
    if (image.normalize("NFC") !== image) {
      const help =
        "Write it with composed characters (Unicode's normal form C): editors and tools do so when asked to normalize.";
      this.problems.push(
        problem("not-normalized", `The name \`${clip(image)}\` is written with separate accents.`, start, end, help),
      );
    }
  }

  private text(token: IToken, nesting: number): void {
    const { image, startOffset: start } = token;
    const scanned = scanText(image, 0);
    if (scanned.unclosed !== null) {
      const end = start + image.length;
      const message =
        scanned.unclosed === "quote"
          ? "This text is not closed on its line."
          : "The `${` in this text is not closed on its line.";
      const help =
        scanned.unclosed === "quote"
          ? 'Close it with `"`; for a line break in a text write `\\n`.'
          : "Close it with `}`; for a plain `$` write `\\$`.";
      this.problems.push(problem("unterminated-text", message, start, end, help));
      this.texts.set(token, { parts: [{ kind: "characters", raw: image.slice(1), start: start + 1, end }], broken: true });
      return;
    }
    const parts: TextPart[] = [];
    for (const stretch of scanned.stretches) {
      const at = { start: start + stretch.start, end: start + stretch.end };
      const raw = image.slice(stretch.start, stretch.end);
      if (stretch.kind === "characters") {
        if (raw.length > 0 || scanned.stretches.length === 1) parts.push({ kind: "characters", raw, ...at });
      } else if (nesting >= LIMITS.nesting) {
        this.refuse(tooDeep(at.start, at.end));
        return;
      } else {
        parts.push({ kind: "hole", tokens: this.read(raw, at.start, nesting + 1), ...at });
      }
    }
    this.texts.set(token, { parts, broken: false });
  }

  private unexpected(image: string, start: number): void {
    if (isAllHidden(image)) return; // told by the check of characters, for the whole file
    const what = [...image].length === 1 ? `The character \`${image}\`` : `\`${clip(image)}\``;
    this.problems.push(
      problem("unexpected-character", `${what} begins nothing in this language.`, start, start + image.length, "Remove it."),
    );
  }
}

const OPENING = new Set([sign("LeftBrace"), sign("LeftParen"), sign("LeftBracket")]);
const CLOSING = new Set([sign("RightBrace"), sign("RightParen"), sign("RightBracket")]);

function habitMessage(habit: HabitRow, image: string): string {
  switch (habit.problem) {
    case "semicolon":
      return "There is no `;` in this language.";
    case "single-quotes":
      return `A text is written in double quotes, not in ${image.startsWith("'") ? "single ones" : "backquotes"}.`;
    case "bad-number":
      return `\`${clip(image)}\` is neither a number nor a duration.`;
    case "unterminated-comment":
      return "This comment is never closed.";
    case "foreign-comment":
      return "A comment begins with `//`, not with `#`.";
    case "foreign-operator":
      return `\`${image}\` is not an operator of this language.`;
  }
}

function habitHelp({ problem, help }: HabitRow, image: string): string {
  if (problem !== "bad-number") return help;
  const base = /^0[xXbBoO]/.test(image);
  if (!base && !/^[0-9][0-9_.]*[eE][+-]?[0-9]*$/.test(image)) return help;
  const value = Number(image.replaceAll("_", ""));
  // What is written out must be a number of ours.
  const isOurs = /^[0-9]+(?:\.[0-9]+)?$/.test(String(value)) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  const why = base ? "Numbers have the digits 0 to 9." : "Numbers have no exponents.";
  return isOurs ? `${why} Write \`${value}\`.` : `${why} Write it out.`;
}

/** A short form of what was written, for messages. */
export function clip(image: string): string {
  const line = image.replace(/\s+/g, " ");
  return line.length <= 30 ? line : `${line.slice(0, 27)}…`;
}

/** Whether the token is a keyword of any class. */
export function isKeyword(token: IToken): boolean {
  return isWord(token.tokenType);
}
