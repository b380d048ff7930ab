/**
 * THE contract between the front half of the compiler and everything that is made of a saga.
 *
 * A plan is one saga with every default filled in and every name resolved. It is plain JSON (`generated/<saga>.plan.json`),
 * carries a schema version, and is the only thing that emitters, `sagac diff`, the simulator and other back ends read: none of
 * them looks at the AST. All times are in milliseconds. Arrays are in source order unless said otherwise.
 */
export const PLAN_SCHEMA = 1;

export interface Plan {
  readonly schema: typeof PLAN_SCHEMA;
  /** The saga's name as written: `PlaceOrder`. Its file stem is the same in kebab case, its variable in camel case. */
  readonly saga: string;
  readonly version: number;
  /** Path of the source, relative to the generated folder's parent, with `/`; for headers only. */
  readonly source: string;
  readonly doc: string | null;
  readonly timeoutMs: number;
  readonly input: readonly PlanField[];
  /** `null`: the saga has no output clause. */
  readonly output: PlanOutput | null;
  /** Named types that input, outputs, errors or the output reach, by name. */
  readonly types: readonly PlanTypeDecl[];
  /** Errors that some step throws, by name. */
  readonly errors: readonly PlanError[];
  /** Services that some step calls, by name; those without a declaration have only defaults. */
  readonly services: readonly PlanService[];
  /** Every step, in source order. */
  readonly steps: readonly PlanStep[];
  /** The way forward. */
  readonly forward: PlanSequence;
  /** The way back: the mirror of `forward`, steps that have nothing to undo left out. */
  readonly backward: UndoSequence;
  /** The step that is the point of no return, or `null`. */
  readonly pivot: string | null;
}

// ---- types

export type ScalarName = "string" | "boolean" | "int" | "number" | "uuid" | "datetime" | "date" | "duration" | "json";

export type PlanType =
  | { readonly kind: "scalar"; readonly name: ScalarName }
  /** A union of string literals. */
  | { readonly kind: "literals"; readonly values: readonly string[] }
  | { readonly kind: "array"; readonly element: PlanType }
  | { readonly kind: "optional"; readonly type: PlanType }
  | { readonly kind: "record"; readonly value: PlanType }
  | { readonly kind: "object"; readonly fields: readonly PlanField[] }
  /** One of `Plan.types`. */
  | { readonly kind: "named"; readonly name: string };

export interface PlanField {
  readonly name: string;
  readonly type: PlanType;
  readonly secret: boolean;
  readonly doc: string | null;
}

export interface PlanTypeDecl {
  readonly name: string;
  readonly doc: string | null;
  readonly type: PlanType;
}

export interface PlanError {
  readonly name: string;
  readonly doc: string | null;
  readonly fields: readonly PlanField[];
}

export interface PlanService {
  readonly name: string;
  readonly doc: string | null;
  /** How long it answers a repeated key from its record; `null`: it gives no such promise. */
  readonly idempotentForMs: number | null;
  readonly fenced: boolean;
}

export interface PlanOutput {
  readonly type: readonly PlanField[];
  readonly value: PlanExpr;
}

// ---- expressions: total and pure

/**
 * What is absent is `null` or `undefined`, and both are the same. A value is there wherever a kind does not say that it may be absent: the
 * checker has seen to it. A `let` has no kind of its own: its value stands where it is named.
 */
export type PlanExpr =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "array"; readonly items: readonly PlanExpr[] }
  | { readonly kind: "object"; readonly entries: readonly PlanEntry[] }
  /** The saga's input. */
  | { readonly kind: "input" }
  /** A step's output. `optional`: it may be absent where this stands (its outcome can be unknown). */
  | { readonly kind: "stepOutput"; readonly step: string; readonly optional: boolean }
  /** A member; `optional`: the object may be absent, then so is the member. */
  | { readonly kind: "member"; readonly object: PlanExpr; readonly name: string; readonly optional: boolean }
  /** One item; absent outside of the list. `optional`: the list may be absent, then so is the item. */
  | { readonly kind: "index"; readonly list: PlanExpr; readonly index: PlanExpr; readonly optional: boolean }
  /** `select` of every item, in order. `flatten`: it is a list, and the result is the items of all of them. */
  | { readonly kind: "every"; readonly list: PlanExpr; readonly select: PlanExpr; readonly flatten: boolean }
  /** The item that `select` of the `every` around it speaks of. */
  | { readonly kind: "item" }
  /** The items of a list that are there. */
  | { readonly kind: "present"; readonly list: PlanExpr }
  /** The parts as texts, one after the other: strings, numbers and truth values as JavaScript writes them. */
  | { readonly kind: "template"; readonly parts: readonly PlanExpr[] }
  /** Only the chosen side is looked at. */
  | { readonly kind: "conditional"; readonly condition: PlanExpr; readonly whenTrue: PlanExpr; readonly whenFalse: PlanExpr }
  /** `left`, or `right` where that is absent. */
  | { readonly kind: "coalesce"; readonly left: PlanExpr; readonly right: PlanExpr }
  | { readonly kind: "not"; readonly operand: PlanExpr }
  /** The right side is only looked at where the left one does not decide. */
  | { readonly kind: "logic"; readonly operator: "and" | "or"; readonly left: PlanExpr; readonly right: PlanExpr }
  /** Whether it is absent. */
  | { readonly kind: "absent"; readonly value: PlanExpr }
  /** Of scalars; both may be absent, and then are equal. */
  | { readonly kind: "equal"; readonly left: PlanExpr; readonly right: PlanExpr }
  /** Of two numbers, or of two dates by their text. */
  | { readonly kind: "order"; readonly operator: "<" | "<=" | ">" | ">="; readonly left: PlanExpr; readonly right: PlanExpr }
  /** `%` has the sign of its left side. No right side of `/` and `%` is zero. The result is held within `result`. */
  | {
      readonly kind: "arithmetic";
      readonly operator: "+" | "-" | "*" | "/" | "%";
      readonly result: NumberRange;
      readonly left: PlanExpr;
      readonly right: PlanExpr;
    }
  /** A datetime as milliseconds since 1970-01-01T00:00:00Z; `optional`: it may be absent, then so is this. 0 for what is no datetime. */
  | { readonly kind: "instant"; readonly value: PlanExpr; readonly optional: boolean }
  /** Such milliseconds as a datetime in UTC, held within the years 0 to 9999. */
  | { readonly kind: "datetime"; readonly ms: PlanExpr }
  | { readonly kind: "length"; readonly list: PlanExpr }
  /** Item by item from the first one on, each sum held within `result`; 0 of an empty list. */
  | { readonly kind: "sum"; readonly list: PlanExpr; readonly result: NumberRange }
  /** Of two numbers or more. */
  | { readonly kind: "extreme"; readonly which: "min" | "max"; readonly items: readonly PlanExpr[] }
  /** Whether an item of the list equals `item`, as `equal` has it. */
  | { readonly kind: "contains"; readonly list: PlanExpr; readonly item: PlanExpr };

/**
 * What a number is held within, so that arithmetic is total: `int` between -(2^53 - 1) and 2^53 - 1; `number` within what a double
 * can hold, never infinite; `duration` rounded to whole milliseconds between 0 and 2^53 - 1. There is no negative zero.
 */
export type NumberRange = "int" | "number" | "duration";

export interface PlanEntry {
  readonly name: string;
  readonly value: PlanExpr;
}

// ---- steps

export interface PlanStep {
  /** Unique in its saga. */
  readonly name: string;
  readonly doc: string | null;
  readonly kind: "normal" | "pivot" | "readonly";
  /** Where it stands relative to the pivot. The pivot itself is in zone `pivot`; a saga without one has only `before`. */
  readonly zone: "before" | "pivot" | "after";
  /** Path of its record below `context.steps`: groups and branches it stands in, then its name. */
  readonly place: readonly string[];
  readonly call: PlanCall;
  readonly output: readonly PlanField[];
  /** Names of `Plan.errors` it may answer with. */
  readonly throws: readonly string[];
  /** Whether anything later reads the output; if not, snapshots do not keep it. */
  readonly outputLive: boolean;
  readonly inquire: PlanCall | null;
  readonly undo: PlanUndo;
  readonly span: PlanSpan;
}

/** One operation of a participant with its policy. */
export interface PlanCall {
  /** `local` for a step without a service. */
  readonly service: string;
  readonly operation: string;
  readonly input: PlanExpr;
  readonly inputType: readonly PlanField[];
  /** Of one attempt. */
  readonly timeoutMs: number;
  readonly retry: PlanRetry;
  readonly span: PlanSpan;
}

export interface PlanRetry {
  /** Attempts in all; `null`: forever. 1: `retry none`. */
  readonly attempts: number | null;
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
}

export type PlanUndo =
  | { readonly kind: "compensate"; readonly call: PlanCall }
  /** Nothing to undo: the author's reason, or the kind of step that needs none. */
  | { readonly kind: "none"; readonly because: string };

// ---- the way forward and back

export type PlanNode = PlanStepNode | PlanParallel;

export interface PlanSequence {
  readonly kind: "sequence";
  readonly nodes: readonly PlanNode[];
}

export interface PlanStepNode {
  readonly kind: "step";
  readonly step: string;
}

export interface PlanParallel {
  readonly kind: "parallel";
  /** `$group1`, `$group2` … in source order: `$` can stand in no name of the language. */
  readonly id: string;
  readonly branches: readonly PlanBranch[];
}

export interface PlanBranch {
  /** `$branch1` … in source order. */
  readonly id: string;
  readonly body: PlanSequence;
}

export type UndoNode = UndoStepNode | UndoParallel;

export interface UndoSequence {
  readonly kind: "sequence";
  readonly nodes: readonly UndoNode[];
}

export interface UndoStepNode {
  readonly kind: "step";
  readonly step: string;
}

export interface UndoParallel {
  readonly kind: "parallel";
  /** The id of the group that it mirrors. */
  readonly id: string;
  readonly branches: readonly { readonly id: string; readonly body: UndoSequence }[];
}

/** Where it stands in the source: 1-based line and column. */
export interface PlanSpan {
  readonly line: number;
  readonly column: number;
}
