import type { PlanField, PlanRetry, PlanSpan, PlanType } from "./plan.ts";
import type { PlanExpr } from "./plan-expr.ts";

/**
 * A scope is what fails as one: the saga (`saga`), the body of a `try` (its id), a branch of a race or of a group that waits (`<group>.<branch>`).
 * `stops`: the scopes whose failure ends a node early, innermost last, `saga` first where it is one of them.
 */
export type PlanNode =
  | PlanStepNode
  | PlanParallel
  | PlanRace
  | PlanIf
  | PlanTry
  | PlanAwait
  | PlanSleep
  | PlanForeach
  | PlanRepeat
  | PlanSubSaga
  | PlanComputeNode
  | PlanFail;

export interface PlanSequence {
  readonly kind: "sequence";
  readonly nodes: readonly PlanNode[];
}

export interface PlanStepNode {
  readonly kind: "step";
  readonly step: string;
  readonly stops: readonly string[];
  /** One for each error that the step throws, in its order. */
  readonly policies: readonly PlanPolicy[];
}

/** What is done about a declared error. */
export interface PlanPolicy {
  readonly error: string;
  /** Attempts in all when answered with this error, and their pauses; `null`: at once `then`. */
  readonly retry: PlanRetry | null;
  /** `fail` without a failure: with the error itself. */
  readonly outcome: PlanOutcome;
}

export type PlanOutcome =
  | { readonly kind: "fail"; readonly failure: PlanFailure | null }
  | { readonly kind: "continue" }
  | { readonly kind: "park" }
  | { readonly kind: "block"; readonly block: PlanBlock };

/** The other path. */
export interface PlanBlock {
  /** `$block1` … in source order. */
  readonly id: string;
  /** Path of its records. */
  readonly place: readonly string[];
  readonly body: PlanSequence;
}

export interface PlanFailure {
  /** A declared error, or a reserved name: `SignalTimeout`, `RoundsExhausted`, `ScopeTimeout` … */
  readonly name: string;
  readonly data: PlanExpr | null;
  readonly summary: string;
}

export interface PlanParallel {
  readonly kind: "parallel";
  /** `$group1`, `$group2` … in source order: `$` can stand in no name of the language. */
  readonly id: string;
  readonly stops: readonly string[];
  /** `wait`: each branch is a scope; those that failed fail the group when all have ended. */
  readonly onFailure: "cancel" | "wait";
  readonly failsTo: string | null;
  readonly place: readonly string[];
  readonly branches: readonly PlanBranch[];
}

export interface PlanBranch {
  /** `$branch1` … in source order. */
  readonly id: string;
  /** As written; `null`: a statement on its own. */
  readonly name: string | null;
  /** `$race1.$branch1`, where the branch is a scope. */
  readonly scope: string | null;
  readonly body: PlanSequence;
}

/** The first branch that ends wins; the others stop, settle, and are undone before what follows. */
export interface PlanRace {
  readonly kind: "race";
  /** `$race1` … */
  readonly id: string;
  readonly stops: readonly string[];
  readonly failsTo: string | null;
  /** Of its record, and of those below it. */
  readonly place: readonly string[];
  readonly branches: readonly PlanBranch[];
  /** The mirror of its branches: what the losers did. */
  readonly undo: UndoSequence;
}

export interface PlanIf {
  readonly kind: "if";
  /** `$if1` … */
  readonly id: string;
  readonly stops: readonly string[];
  /** The first whose condition holds is taken. */
  readonly arms: readonly { readonly id: string; readonly condition: PlanExpr; readonly body: PlanSequence }[];
  /** `$else`; empty where nothing is written. */
  readonly otherwise: PlanSequence;
  readonly span: PlanSpan;
}

/** A scope: if its body fails, what the body did is undone, then `otherwise`. */
export interface PlanTry {
  readonly kind: "try";
  /** `$try1` …: also the scope's id. */
  readonly id: string;
  readonly stops: readonly string[];
  readonly failsTo: string | null;
  /** Of its record, and of those below it. */
  readonly place: readonly string[];
  readonly timeoutMs: PlanExpr | null;
  readonly body: PlanSequence;
  readonly undo: UndoSequence;
  readonly otherwise: PlanOutcome;
  readonly span: PlanSpan;
}

export interface PlanAwait {
  readonly kind: "await";
  /** `$await1` … */
  readonly id: string;
  readonly stops: readonly string[];
  readonly failsTo: string | null;
  readonly place: readonly string[];
  readonly cases: readonly PlanAwaitCase[];
  /** A duration in ms, or an instant in ms since 1970; `null`: without a limit. */
  readonly limit: { readonly kind: "for" | "by"; readonly ms: PlanExpr } | null;
  readonly onTimeout: PlanOutcome;
  readonly span: PlanSpan;
}

export interface PlanAwaitCase {
  /** The `as` name, or the signal's. */
  readonly name: string;
  readonly signal: string;
  readonly where: PlanExpr | null;
  /** Whether anything later reads what was received. */
  readonly live: boolean;
  readonly body: PlanSequence;
}

export interface PlanSleep {
  readonly kind: "sleep";
  /** `$sleep1` … */
  readonly id: string;
  readonly stops: readonly string[];
  readonly place: readonly string[];
  readonly limit: { readonly kind: "for" | "by"; readonly ms: PlanExpr };
  readonly span: PlanSpan;
}

/** What runs as instances of their own, each with its own machine, record in the store and history; undone as a whole. */
export interface PlanChild {
  /** Unique like a step's: the `as` name, else the id without its `$`. */
  readonly name: string;
  /** `$foreach1`, `$repeat1`, `$call1` …: of a foreach and a repeat also the body's. */
  readonly id: string;
  readonly stops: readonly string[];
  readonly failsTo: string | null;
  readonly zone: "before" | "maybe" | "after";
  /** Of its record, which is a step's record. */
  readonly place: readonly string[];
  /** The type of what it brings, and whether anything reads it. */
  readonly output: PlanType;
  readonly outputLive: boolean;
  readonly span: PlanSpan;
}

export interface PlanForeach extends PlanChild {
  readonly kind: "foreach";
  readonly list: PlanExpr;
  /** Of `item`: only the items for which it holds. */
  readonly where: PlanExpr | null;
  /** At once; `null`: all. */
  readonly max: number | null;
  readonly onFailure: "cancel" | "wait" | "continue";
}

export interface PlanRepeat extends PlanChild {
  readonly kind: "repeat";
  /** Rounds, at most; `null`: without end. */
  readonly max: number | null;
  /** The pause between two rounds; `null`: none. */
  readonly everyMs: PlanExpr | null;
  readonly until: PlanExpr;
  readonly otherwise: PlanOutcome;
}

export interface PlanSubSaga extends PlanChild {
  readonly kind: "call";
  readonly saga: string;
  readonly version: number;
  readonly input: PlanExpr;
  readonly inputType: readonly PlanField[];
  /** `null`: called once. */
  readonly retry: PlanRetry | null;
  readonly policies: readonly PlanPolicy[];
  /** Any other end but success. */
  readonly onFailure: PlanOutcome;
}

/** A call of a compute: its result is recorded, so that a replay needs no user code. */
export interface PlanComputeNode {
  readonly kind: "compute";
  /** `$compute1` … */
  readonly id: string;
  readonly stops: readonly string[];
  /** Of its record, which is a step's record. */
  readonly place: readonly string[];
  readonly compute: string;
  /** By parameter. */
  readonly input: PlanExpr;
  readonly span: PlanSpan;
}

export interface PlanFail {
  readonly kind: "fail";
  /** `$fail1` … */
  readonly id: string;
  readonly failsTo: string;
  readonly failure: PlanFailure;
  readonly span: PlanSpan;
}

export type UndoNode = UndoStepNode | UndoChildNode | UndoParallel;

export interface UndoSequence {
  readonly kind: "sequence";
  readonly nodes: readonly UndoNode[];
}

export interface UndoStepNode {
  readonly kind: "step";
  readonly step: string;
}

/** Every instance of a child that has completed is undone, the last first, as many at once as went forward at once. */
export interface UndoChildNode {
  readonly kind: "child";
  readonly child: string;
}

export interface UndoParallel {
  readonly kind: "parallel";
  /** The id of the group or race that it mirrors. */
  readonly id: string;
  readonly branches: readonly { readonly id: string; readonly body: UndoSequence }[];
}
