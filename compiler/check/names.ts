import type { EndingClause, Ident, Statement } from "../ast/nodes.ts";
import type { Span } from "../source/span.ts";
import type { StepHead } from "./program.ts";
import type { Type } from "./types.ts";

/** A construct around a place, and in which part of it the place stands. */
export interface Frame {
  readonly node: Statement | EndingClause;
  /**
   * `branch` of a group or race, `arm` of an `if`, `item` of a foreach, `round` of a repeat, `body` of a try, `otherwise` of it or of a repeat,
   * `policy` of a step or call, `case` of a wait, `expired`: its time has passed.
   */
  readonly part: "branch" | "arm" | "item" | "round" | "body" | "otherwise" | "policy" | "case" | "expired" | "ending";
  /** Which of them, in source order. */
  readonly index: number;
}

/** What stands around a place, outermost first. */
export type Frames = readonly Frame[];

/** A name that a statement gives. All of a saga share one space. */
export interface Binding {
  /** `result`: by `as`; `signal`: what a wait received, by its own name or by `as`; `candidate`: the one that its `where` looks at; `data`: that of an error, in the block of its policy. */
  readonly what: "step" | "branch" | "let" | "item" | "result" | "signal" | "candidate" | "data";
  readonly ident: Ident;
  /** Which statement gives it; of a branch the group. */
  readonly node: Statement;
  /** Around the place where it is given. */
  readonly frames: Frames;
  /** Position among all names of the saga. */
  readonly order: number;
  /** Of a step. */
  readonly step: StepHead | null;
}

/** Why a name may have no value at some place: what says which way was taken there, and what happened on it. */
export interface Missing {
  readonly span: Span;
  /** A sentence's end: "when the condition of this `if` does not hold". */
  readonly when: string;
}

/** A name that has been given at some place. */
export interface Presence {
  readonly binding: Binding;
  readonly type: Type;
  readonly secret: boolean;
  /** `null`: it surely has a value. */
  readonly missing: Missing | null;
}

/** The innermost construct that is around both places, and that they stand in different parts of; `null`: one is around the other. */
export function parting(a: Frames, b: Frames): { readonly a: Frame; readonly b: Frame } | null {
  for (const [index, one] of a.entries()) {
    const other = b[index];
    if (other === undefined || other.node !== one.node) return null;
    if (other.part !== one.part || other.index !== one.index) return { a: one, b: other };
  }
  return null;
}

/** What is around `of` and not around `from`, outermost first. */
export function beyond(of: Frames, from: Frames): Frames {
  let shared = 0;
  while (shared < of.length && sameFrame(of[shared], from[shared])) shared += 1;
  return of.slice(shared);
}

function sameFrame(a: Frame | undefined, b: Frame | undefined): boolean {
  return a !== undefined && b !== undefined && a.node === b.node && a.part === b.part && a.index === b.index;
}
