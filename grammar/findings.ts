import { EOF, type IToken } from "chevrotain";
import { hintAt } from "./hints.ts";
import { foundMessage } from "./messages.ts";
import { problem, type SyntaxProblem, type SyntaxSlug } from "./syntax-codes.ts";

/** Something wrong at a token, as the parser meets it. */
export interface Finding {
  readonly slug: SyntaxSlug;
  /** Of an "expected", the first half: what was found instead is added when it is told. */
  readonly message: string;
  readonly help: string | null;
  /** What to do where nothing better is known. */
  readonly otherwise?: string;
  readonly token: IToken;
  /** What was probably meant in place of the token. */
  readonly replacement?: string;
  /** Behind the token before it: what was left out in between has been reported already. */
  readonly behind: number;
}

/** A finding with its place in the text. */
export interface Found {
  readonly problem: SyntaxProblem;
  readonly behind: number;
}

/** Where the parser went on after a mistake. */
interface Resumption {
  readonly at: IToken;
  /** At a place where something new begins for certain, as behind a comma. */
  readonly sure: boolean;
}

/**
 * What the parser finds in one text, and which of it is worth telling: what goes wrong right after it has gone on, on the same
 * line, comes of the first mistake and not of another.
 */
export class Findings {
  private readonly text: string;
  private readonly found: Finding[] = [];
  private readonly resumptions: Resumption[] = [];

  constructor(text: string) {
    this.text = text;
  }

  add(finding: Finding): void {
    this.found.push(finding);
  }

  resume(at: IToken, sure: boolean): void {
    this.resumptions.push({ at, sure });
  }

  /**
   * One problem a cause, in source order. `end` is the offset of the end of what was parsed, and `endName` what messages call
   * it. `tokens` are those that were parsed.
   */
  settle(tokens: readonly IToken[], end: number, endName: string): Found[] {
    if (this.found.length === 0) return [];
    const index = new Map(tokens.map((token, at) => [token, at]));
    const indexOf = (token: IToken): number => index.get(token) ?? tokens.length;
    const resumed = this.resumptions.map(({ at, sure }) => ({ at: indexOf(at), sure })).sort((a, b) => a.at - b.at);
    // What was missed at a brace that the text does not hold comes of the brace, which was reported.
    const told = this.found.filter(({ token }) => token.isInsertedInRecovery !== true);
    const inOrder = told.map((finding) => ({ finding, at: indexOf(finding.token) })).sort((a, b) => a.at - b.at);
    const kept: Found[] = [];
    let last: { readonly finding: Finding; readonly at: number } | null = null;
    let next = 0;
    let resumption: { readonly at: number; readonly sure: boolean } | null = null;
    for (const one of inOrder) {
      for (let candidate = resumed[next]; candidate !== undefined && candidate.at <= one.at; candidate = resumed[++next])
        resumption = candidate;
      const from: { readonly at: number; readonly sure: boolean } =
        resumption !== null && last !== null && resumption.at >= last.at ? resumption : { at: last?.at ?? 0, sure: false };
      const isEcho =
        last !== null &&
        !from.sure &&
        one.at - from.at < ECHO_TOKENS &&
        this.onOneLine(last.finding.token, this.placeOf(one.finding, end));
      if (!isEcho) kept.push(this.placed(one.finding, end, endName));
      last = one;
    }
    return kept;
  }

  private placed(finding: Finding, end: number, endName: string): Found {
    const { slug, message, help, token, behind, replacement } = finding;
    const from = startOf(token, end);
    const to = token.tokenType === EOF ? end : token.startOffset + token.image.length;
    if (slug !== "expected") {
      const told = problem(slug, message, from, to, help ?? this.help(finding, message, from));
      return { problem: replacement === undefined ? told : { ...told, replacement }, behind };
    }
    const place = this.placeOf(finding, end);
    const isHere = place === from;
    const text = message + foundMessage(token, isHere, endName);
    return { problem: problem(slug, text, place, isHere ? to : place, help ?? this.help(finding, text, place)), behind };
  }

  /** What to do, by what stands around; else by what is wanted there. */
  private help({ slug, otherwise }: Finding, message: string, place: number): string | null {
    if (slug !== "expected" && slug !== "unexpected") return null;
    return hintAt(message, this.text, place) ?? otherwise ?? null;
  }

  /** What is missing at the end of a line is missing there, and not at the beginning of the next. */
  private placeOf({ slug, token, behind }: Finding, end: number): number {
    const from = startOf(token, end);
    return slug === "expected" && behind !== 0 && /[\r\n]/.test(this.text.slice(behind, from)) ? behind : from;
  }

  private onOneLine(first: IToken, place: number): boolean {
    return first.tokenType === EOF || !/[\r\n]/.test(this.text.slice(first.startOffset, place));
  }
}

function startOf(token: IToken, end: number): number {
  return token.tokenType === EOF ? end : token.startOffset;
}

/** So few tokens after it has gone on, the parser has not found its feet. */
const ECHO_TOKENS = 3;
