/**
 * THE contract between the front half of the compiler and everything that is made of a saga.
 *
 * A plan is one saga with every default filled in and every name resolved. It is plain JSON (`generated/<saga>.plan.json`),
 * carries a schema version, and is the only thing that emitters, `sagac diff`, the simulator and other back ends read: none of
 * them looks at the AST. All times are in milliseconds. Arrays are in source order unless said otherwise.
 */
export const PLAN_SCHEMA = 2;

/** A saga. */
export interface Plan extends PlanUnit {
  readonly schema: typeof PLAN_SCHEMA;
  /** The saga's name as written: `PlaceOrder`. Its file stem is the same in kebab case, its variable in camel case. */
  readonly saga: string;
  readonly version: number;
  /** Path of the source, relative to the generated folder's parent, with `/`; for headers only. */
  readonly source: string;
  readonly doc: string | null;
  /** How long undoing may take before it counts as overdue. */
  readonly undoWithinMs: number;
  /** What operators search by: each value reads the saga's input alone. */
  readonly tags: readonly PlanEntry[];
  /** Signals that some wait of the saga takes, its bodies included, by name. */
  readonly signals: readonly PlanSignal[];
  /** Computes that the saga calls, by name. */
  readonly computes: readonly PlanComputeDecl[];
  /** Sagas that it calls, by name. */
  readonly callees: readonly PlanCallee[];
  /** Named types that input, outputs, errors or the output reach, by name. */
  readonly types: readonly PlanTypeDecl[];
  /** Errors that some step throws or some `fail` names, by name. */
  readonly errors: readonly PlanError[];
  /** Services that some step calls, by name; those without a declaration have only defaults. */
  readonly services: readonly PlanService[];
  /** What happens after the end; `null`: nothing. */
  readonly endings: { readonly completed: PlanSequence | null; readonly compensated: PlanSequence | null };
  /** The blocks that run as instances of their own, wherever they stand in the saga, outer ones first. */
  readonly bodies: readonly PlanBody[];
}

/**
 * What one machine is made of: a saga, or the block of a `foreach` or `repeat`, which runs once for each item or round as an instance of its
 * own. Names of steps, waits and all other nodes are unique in the saga, its bodies included.
 */
export interface PlanUnit {
  /** From its start to its deadline; `null`: a body, which is stopped from outside. */
  readonly timeoutMs: number | null;
  /** Of a body: `item` (of a foreach) and what it captures. */
  readonly input: readonly PlanField[];
  /** `null`: no output clause. */
  readonly output: PlanOutput | null;
  /** Every step of this machine, in source order. */
  readonly steps: readonly PlanStep[];
  readonly lets: readonly PlanLet[];
  /** The way forward. */
  readonly forward: PlanSequence;
  /** The way back: the mirror of `forward`, what has nothing to undo left out. */
  readonly backward: UndoSequence;
  /** Steps that are the point of no return: none, one, or one on each of several paths that exclude each other. */
  readonly pivots: readonly string[];
}

export interface PlanBody extends PlanUnit {
  /** The id of its node: `$foreach1`, `$repeat1`. */
  readonly id: string;
  /** For people and file names: the `as` name, else `foreach1`, `repeat1`. */
  readonly name: string;
  readonly kind: "item" | "round";
  /** The unit that it stands in: a body's id, `null`: the saga itself. */
  readonly parent: string | null;
  /** Of its node. After the pivot nothing in it fails or is undone. */
  readonly zone: "before" | "maybe" | "after";
  /** What it reads of the unit around it: a field of its input each, filled in when an instance is made. */
  readonly captures: readonly PlanEntry[];
  readonly span: PlanSpan;
}

export interface PlanLet {
  readonly name: string;
  readonly type: PlanType;
  readonly value: PlanExpr;
}

export interface PlanSignal {
  readonly name: string;
  readonly doc: string | null;
  readonly fields: readonly PlanField[];
}

export interface PlanComputeDecl {
  readonly name: string;
  readonly doc: string | null;
  readonly parameters: readonly PlanField[];
  readonly result: PlanType;
}

export interface PlanCallee {
  readonly saga: string;
  readonly version: number;
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
  /** A type of TypeScript: the file as the source names it (`./types.ts`), relative to the source; `type` is what it was found to be. */
  readonly from: string | null;
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

/** What a unit answers. */
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
  /** The unit's input. */
  | { readonly kind: "input" }
  /** A step's output. `optional`: it may be absent where this stands (it may not have run, or its outcome can be unknown). */
  | { readonly kind: "stepOutput"; readonly step: string; readonly optional: boolean }
  /**
   * What a child brought: the list of a foreach's results, the output of a called saga, the output of a repeat's last round.
   * `optional`: it may not have run where this stands.
   */
  | { readonly kind: "childOutput"; readonly child: string; readonly optional: boolean }
  /** The signal that a wait received; absent unless it came by this case. */
  | { readonly kind: "received"; readonly wait: string; readonly case: string; readonly optional: boolean }
  /** The signal that the `where` around it looks at. */
  | { readonly kind: "candidate" }
  /** The recorded result of a compute node. `optional`: it may not have run where this stands. */
  | { readonly kind: "computed"; readonly compute: string; readonly optional: boolean }
  /** The data of the error that a step or called saga answered with: in the block of its policy only. */
  | { readonly kind: "caught"; readonly of: string }
  /** `{ name, step, summary, at }`: why a scope failed, `null`: the saga. */
  | { readonly kind: "failure"; readonly scope: string | null }
  /** A truth value: a try took `body` or `otherwise` to its end, a race was won by this branch, a block of a policy ran to its end. */
  | { readonly kind: "took"; readonly node: string; readonly path: string }
  /** One of `lets`. */
  | { readonly kind: "let"; readonly name: string }
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
  readonly kind: "normal" | "pivot" | "readonly" | "best-effort";
  /**
   * Where it stands relative to the pivot. The pivot itself is in zone `pivot`; a saga without one has only `before`. `maybe`: some path to it
   * has passed a pivot, and what happened decides; nothing there fails. `ending`: it changes no outcome.
   */
  readonly zone: "before" | "pivot" | "maybe" | "after" | "ending";
  /** Where its failure goes: the id of a scope, `saga`, or `null`: it never fails, but is retried, parks, or is gone on without. */
  readonly failsTo: string | null;
  /** Path of its record below `context.steps`: groups and branches it stands in, then its name. */
  readonly place: readonly string[];
  readonly call: PlanCall;
  readonly output: readonly PlanField[];
  /** Names of `Plan.errors` it may answer with; its node says what then. */
  readonly throws: readonly string[];
  /** What a retry that is spent leads to. Before the pivot `fail` unless said; else `park`; of best effort and in an ending `continue`. */
  readonly exhausted: "fail" | "park" | "continue";
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
  /** A text: who makes the call again makes it under this key of its own. `null`: the key is made of where it stands in the saga. */
  readonly key: PlanExpr | null;
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

/** Where it stands in the source: 1-based line and column. */
export interface PlanSpan {
  readonly line: number;
  readonly column: number;
}
