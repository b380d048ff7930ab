import type { PlanEntry, PlanExpr } from "./plan-expr.ts";
import type { PlanFailure, PlanSequence, UndoSequence } from "./plan-nodes.ts";

/**
 * THE contract between the front half of the compiler and everything that is made of a saga.
 *
 * A plan is one saga with every default filled in and every name resolved. It is plain JSON (`generated/<saga>.plan.json`),
 * carries a schema version, and is the only thing that emitters, `sagac diff`, the simulator and other back ends read: none of
 * them looks at the AST. All times are in milliseconds. Arrays are in source order unless said otherwise.
 */
export const PLAN_SCHEMA = 3;

export type { NumberRange, PlanEntry, PlanExpr } from "./plan-expr.ts";
export type * from "./plan-nodes.ts";

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
  readonly undoWithinMs: PlanDuration;
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
  /** From its start to its deadline, of its input alone; `null`: a body, which is stopped from outside. */
  readonly timeoutMs: PlanDuration | null;
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
  /**
   * How many calls it takes from each worker; left out where nothing is said. They decide when a call is made and never what becomes of it: a saga
   * that runs goes on under other ones, and they are no part of the plan's hash.
   */
  readonly limits?: PlanLimits;
}

export interface PlanLimits {
  /** At once, from 1. */
  readonly max?: number;
  readonly rate?: { readonly calls: number; readonly perMs: number };
}

/** What a unit answers. */
export interface PlanOutput {
  readonly type: readonly PlanField[];
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
  /** Of `fail`: with which failure; `null`: `Unknown`. The step's outcome stays unknown, and it is undone. */
  readonly exhaustedWith: PlanFailure | null;
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
  readonly timeoutMs: PlanDuration;
  readonly retry: PlanRetry;
  readonly span: PlanSpan;
}

/** Milliseconds; where they are worked out, an expression of them: held between 0 and 2^53 - 1, as all durations are. */
export type PlanDuration = number | PlanExpr;

export interface PlanRetry {
  /** Attempts in all; `null`: forever. 1: `retry none`. */
  readonly attempts: number | null;
  readonly backoffMinMs: PlanDuration;
  /** Where it turns out shorter than the other one, that counts. */
  readonly backoffMaxMs: PlanDuration;
}

export type PlanUndo =
  | { readonly kind: "compensate"; readonly call: PlanCall }
  /** Nothing to undo: the author's reason, or the kind of step that needs none. */
  | { readonly kind: "none"; readonly because: string };

/** Where it stands in the source: 1-based line and column. */
export interface PlanSpan {
  readonly line: number;
  readonly column: number;
}
