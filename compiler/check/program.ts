import type {
  ErrorDecl,
  Expression,
  FileNode,
  Handler,
  Ident,
  Misplaced,
  Node,
  ObjectExpr,
  SagaDecl,
  ServiceDecl,
  StepNode,
} from "../ast/nodes.ts";
import type { Span } from "../source/span.ts";
import type { Findings } from "./findings.ts";
import type { FlowBlock, FlowNode, FlowOutcome, FlowPolicy } from "./flow-nodes.ts";
import type { Binding, Frames, Missing } from "./names.ts";
import type { AnySymbol, ComputeSymbol, ImportedName, SagaSymbol, SignalSymbol } from "./symbols.ts";
import type { FieldType, Type, TypeSymbol } from "./types.ts";

/**
 * All that is known of the sources once names and types are resolved. Rules and lowering read it; nothing of it says whether the
 * sources are sound.
 */
export interface CheckedProgram {
  readonly files: readonly CheckedFile[];
  /** Every saga, by file and place. */
  readonly sagas: readonly CheckedSaga[];
  /** What an expression is; those that were not looked at (in constructs not available yet) are missing. */
  readonly typed: ReadonlyMap<Expression, TypedExpr>;
  /** Every name that a file gives to something, by the space in which it must be the only one. */
  readonly spaces: readonly NameSpace[];
  /** The clauses of each construct as they were written. */
  readonly clauseLists: readonly ClauseList[];
  /** What stands where its kind has no place. */
  readonly misplaced: readonly { readonly owner: string; readonly node: Misplaced }[];
  readonly findings: Findings;
}

export interface CheckedFile {
  readonly path: string;
  readonly node: FileNode;
  readonly types: ReadonlyMap<string, TypeSymbol>;
  readonly errors: ReadonlyMap<string, ErrorSymbol>;
  readonly services: ReadonlyMap<string, ServiceSymbol>;
  readonly signals: ReadonlyMap<string, SignalSymbol>;
  readonly computes: ReadonlyMap<string, ComputeSymbol>;
  readonly sagas: ReadonlyMap<string, SagaSymbol>;
  readonly imported: readonly ImportedName[];
  /** What something refers to, of its own and of what it imports. */
  readonly used: ReadonlySet<AnySymbol>;
}

export interface ErrorSymbol {
  readonly name: string;
  readonly node: ErrorDecl;
  readonly fields: readonly FieldType[];
}

export interface ServiceSymbol {
  readonly name: string;
  readonly node: ServiceDecl;
  readonly idempotentFor: Setting<number> | null;
  readonly fenced: boolean;
  readonly timeout: Setting<Duration> | null;
  readonly retry: WrittenRetry | null;
  /** `null`: none are said. */
  readonly limits: ServiceLimits | null;
}

/** How many calls a service takes from each worker; what is not said is left out. */
export interface ServiceLimits {
  /** At once. */
  readonly max?: number;
  readonly rate?: { readonly calls: number; readonly perMs: number };
}

// ---- sagas

export interface CheckedSaga {
  readonly file: CheckedFile;
  readonly node: SagaDecl;
  readonly name: Ident;
  /** 1 unless said. */
  readonly version: number;
  /** `null`: not said, or not readable. */
  readonly timeout: Setting<Duration> | null;
  /** How long undoing may take before it counts as overdue; `null`: as long as the saga. */
  readonly undoWithin: Setting<Duration> | null;
  readonly tags: Mapping | null;
  readonly input: readonly FieldType[];
  readonly output: Mapping | null;
  readonly flow: readonly FlowNode[];
  readonly endings: { readonly completed: FlowBlock | null; readonly compensated: FlowBlock | null };
  /** In source order; those in constructs that are not available yet are left out. */
  readonly steps: readonly CheckedStep[];
  /** In source order; more than one on one way is an error. */
  readonly pivots: readonly CheckedStep[];
  /** Whether it has a point of no return, its own or that of a saga which it calls. */
  readonly final: boolean;
  /** Errors that it can fail with, by name. */
  readonly failures: ReadonlyMap<string, ErrorSymbol>;
  /** The first of each name that a statement gives. */
  readonly bindings: ReadonlyMap<string, Binding>;
  /** Pivots that stand behind another one, which is the second of each pair. */
  readonly laterPivots: readonly (readonly [later: StepHead, first: StepHead])[];
}

/** Where something stands on the way. `unknown`: the pivot stands where it cannot, or in something that is not available yet. */
export type Zone = "before" | "pivot" | "maybe" | "after" | "ending" | "unknown";

/** What is known of a step before its expressions are looked at. */
export interface StepHead {
  readonly node: StepNode;
  readonly name: Ident;
  readonly kind: "normal" | "pivot" | "readonly" | "best-effort";
  /** Position among the saga's steps. */
  readonly order: number;
  readonly frames: Frames;
  readonly output: readonly FieldType[];
}

export interface CheckedStep extends StepHead {
  readonly zone: Zone;
  /** Whether the block of a `try` is around it: what fails there, even behind the pivot, is caught. */
  readonly tried: boolean;
  /** One for each error that it throws. */
  readonly policies: readonly FlowPolicy[];
  /** What a retry that is spent leads to, as it is written; `null`: nothing is. */
  readonly spent: FlowOutcome | null;
  readonly call: CheckedCall;
  readonly throws: readonly { readonly ident: Ident; readonly symbol: ErrorSymbol | null }[];
  readonly inquire: CheckedCall | null;
  readonly undo: CheckedUndo;
  /** What cannot be judged, because something that bears on it is not available yet or could not be read. */
  readonly unsettled: ReadonlySet<"undo" | "retry" | "throws">;
}

export type CheckedUndo =
  | { readonly kind: "compensate"; readonly call: CheckedCall; readonly span: Span }
  | { readonly kind: "none"; readonly because: string; readonly span: Span }
  /** Nothing is said. */
  | { readonly kind: "unsaid" };

/** One operation that a step calls: forward, to undo, or to inquire. */
export interface CheckedCall {
  readonly role: "forward" | "undo" | "inquire";
  /** `local`: a step without a service. */
  readonly service: string;
  readonly serviceIdent: Ident | null;
  readonly serviceSymbol: ServiceSymbol | null;
  readonly operation: Ident;
  /** The step's own where a handler has none. */
  readonly input: Mapping;
  /** Its own idempotency key; the step's where a handler has none. */
  readonly key: Expression | null;
  readonly timeout: Setting<Duration>;
  readonly retry: Setting<CheckedRetry>;
  readonly node: StepNode | Handler;
}

/** An object expression that becomes an input or output; `node` is `null` where nothing is written: `{}`. */
export interface Mapping {
  readonly node: ObjectExpr | null;
  readonly fields: readonly FieldType[];
}

/** Milliseconds, or an expression of type `duration`. */
export type Duration = number | Expression;

/** A retry with all that is left open filled in. */
export interface CheckedRetry {
  /** `null`: forever. */
  readonly attempts: number | null;
  readonly backoffMinMs: Duration;
  readonly backoffMaxMs: Duration;
}

/** A value, and where it comes from: its own clause, its service's, or nobody said it (`span` is `null`). */
export interface Setting<Value> {
  readonly value: Value;
  readonly origin: "own" | "service" | "default";
  readonly span: Span | null;
}

/** A `retry` as written; what it leaves open is filled in by the step's place. */
export interface WrittenRetry {
  /** `null`: forever. */
  readonly attempts: number | null;
  readonly backoff: { readonly minMs: Duration; readonly maxMs: Duration; readonly span: Span } | null;
  readonly none: boolean;
  readonly span: Span;
}

// ---- expressions

export interface TypedExpr {
  readonly type: Type;
  /** Whether its value is, or is made of, a secret. */
  readonly secret: boolean;
  /** What a name stands for. */
  readonly output?: NameUse;
  /** It stands for every item of a list: a member of it is the list of the members. */
  readonly each?: true;
  /** A condition around it has found it absent. */
  readonly absent?: true;
}

export interface NameUse {
  readonly binding: Binding;
  /** Around the place where it is read. */
  readonly frames: Frames;
  /** Whether it may have no value there. */
  readonly optional: boolean;
  /** Why not, where that is for the way that was taken: then it must be asked for. */
  readonly missing: Missing | null;
  /** A condition has found that it has one there; elsewhere it may have none. */
  readonly found?: true;
}

// ---- what rules of structure read

/** Names that must differ. */
export interface NameSpace {
  /** `use`: a single name that is declared nowhere, an operation or a service without a declaration. */
  readonly kind: "file" | "saga" | "fields" | "entries" | "throws" | "use";
  readonly names: readonly NamedThing[];
}

export interface NamedThing {
  readonly ident: Ident;
  /** `type`, `step` … as people say it. */
  readonly what:
    | "type"
    | "error"
    | "service"
    | "signal"
    | "compute"
    | "saga"
    | "import"
    | "step"
    | "branch"
    | "let"
    | "item"
    | "result"
    | "field"
    | "parameter"
    | "operation";
}

export interface ClauseList {
  /** "step `x`" */
  readonly owner: string;
  readonly clauses: readonly (Node & { readonly span: Span })[];
}
