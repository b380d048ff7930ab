import type {
  AwaitAnyNode,
  AwaitNode,
  Block,
  BranchNode,
  CallNode,
  Expression,
  FailNode,
  ForeachNode,
  Ident,
  IfNode,
  LetNode,
  OnErrorClause,
  Outcome,
  ParallelNode,
  RaceNode,
  RepeatNode,
  SleepNode,
  Statement,
  TryNode,
} from "../ast/nodes.ts";
import type { Span } from "../source/span.ts";
import type { Binding, Frames, Presence } from "./names.ts";
import type { CheckedRetry, CheckedSaga, CheckedStep, ErrorSymbol, Mapping, Setting, Zone } from "./program.ts";
import type { SignalSymbol } from "./symbols.ts";
import type { FieldType, Type } from "./types.ts";

/** What runs after what, with all that was found out of each statement. */
export type FlowNode =
  | FlowStep
  | FlowParallel
  | FlowRace
  | FlowIf
  | FlowTry
  | FlowForeach
  | FlowRepeat
  | FlowCall
  | FlowAwait
  | FlowSleep
  | FlowLet
  | FlowFail
  | FlowOpaque;

export interface FlowStep {
  readonly kind: "step";
  readonly step: CheckedStep;
}

/** A block, branch or other part of a statement that holds statements. */
export interface FlowBlock {
  /** What stands for it in the source: a branch may be a statement alone. */
  readonly node: Block | BranchNode | Statement;
  readonly frames: Frames;
  readonly body: readonly FlowNode[];
  /** What it brings; `null`: nothing. */
  readonly result: FlowResult | null;
  /** Whether its end can be reached: not where every way through it fails. */
  readonly ends: boolean;
}

/** The result of a block: its `output`, or the output of its only step. */
export interface FlowResult {
  /** Absent where the step may be gone on without. */
  readonly type: Type;
  readonly fields: readonly FieldType[];
  readonly secret: boolean;
  readonly from: { readonly kind: "output"; readonly mapping: Mapping } | { readonly kind: "step"; readonly binding: Binding };
}

/** `node` of a branch that is a statement alone is that statement. */
export interface FlowBranch extends FlowBlock {
  readonly node: BranchNode | Statement;
}

export interface FlowParallel {
  readonly kind: "parallel";
  readonly node: ParallelNode;
  readonly zone: Zone;
  readonly onFailure: "cancel" | "wait";
  readonly branches: readonly FlowBranch[];
}

export interface FlowRace {
  readonly kind: "race";
  readonly node: RaceNode;
  readonly zone: Zone;
  readonly branches: readonly FlowBranch[];
  /** The winner's result under its name. */
  readonly as: NamedResult | null;
}

/** A name given by `as`. */
export interface NamedResult {
  readonly binding: Binding;
  readonly type: Type;
}

export interface FlowIf {
  readonly kind: "if";
  readonly node: IfNode;
  readonly zone: Zone;
  /** An `else if` is an arm of its own. */
  readonly arms: readonly { readonly condition: Expression; readonly block: FlowBlock }[];
  readonly otherwise: FlowBlock | null;
}

export interface FlowTry {
  readonly kind: "try";
  readonly node: TryNode;
  readonly zone: Zone;
  readonly tried: boolean;
  /** A duration. */
  readonly timeout: Expression | null;
  readonly body: FlowBlock;
  readonly otherwise: FlowOutcome;
  readonly as: NamedResult | null;
}

export interface FlowForeach {
  readonly kind: "foreach";
  readonly node: ForeachNode;
  readonly zone: Zone;
  readonly tried: boolean;
  readonly item: NamedResult | null;
  readonly list: Expression;
  readonly where: Expression | null;
  readonly max: number | null;
  readonly onFailure: "cancel" | "wait" | "continue";
  readonly block: FlowBlock;
  /** The list of the results. */
  readonly type: Type;
  readonly as: NamedResult | null;
}

export interface FlowRepeat {
  readonly kind: "repeat";
  readonly node: RepeatNode;
  readonly zone: Zone;
  readonly tried: boolean;
  readonly max: number | null;
  /** A duration. */
  readonly every: Expression | null;
  readonly until: Expression;
  readonly block: FlowBlock;
  /** What a round has given when it ends, by name. */
  readonly gives: ReadonlyMap<string, Presence>;
  readonly otherwise: FlowOutcome;
}

export interface FlowCall {
  readonly kind: "call";
  readonly node: CallNode;
  readonly zone: Zone;
  readonly tried: boolean;
  readonly frames: Frames;
  /** `null`: there is none of that name, or it calls in a circle: that was reported. */
  readonly saga: CheckedSaga | null;
  readonly input: Mapping;
  readonly retry: Setting<CheckedRetry> | null;
  readonly policies: readonly FlowPolicy[];
  /** Any other end but success; by default `fail`. */
  readonly onFailure: FlowOutcome;
  readonly as: NamedResult | null;
}

/** `await` and `await any`. */
export interface FlowAwait {
  readonly kind: "await";
  readonly node: AwaitNode | AwaitAnyNode;
  readonly zone: Zone;
  readonly tried: boolean;
  readonly cases: readonly FlowAwaitCase[];
  readonly limit: { readonly kind: "for" | "by"; readonly value: Expression } | null;
  readonly onTimeout: FlowOutcome;
}

export interface FlowAwaitCase {
  readonly signal: Ident | null;
  /** `null`: there is none of that name, which was reported. */
  readonly symbol: SignalSymbol | null;
  /** By which name what it brought is read. */
  readonly binding: Binding | null;
  readonly where: Expression | null;
  /** `null`: an `await` of one signal. */
  readonly block: FlowBlock | null;
}

export interface FlowSleep {
  readonly kind: "sleep";
  readonly node: SleepNode;
  readonly zone: Zone;
  readonly limit: { readonly kind: "for" | "by"; readonly value: Expression };
}

export interface FlowLet {
  readonly kind: "let";
  readonly node: LetNode;
  readonly binding: Binding;
  readonly type: Type;
  readonly secret: boolean;
}

export interface FlowFail {
  readonly kind: "fail";
  readonly node: FailNode;
  readonly zone: Zone;
  readonly tried: boolean;
  readonly failure: FlowFailure;
}

/** A statement that is not available yet: nothing in it was looked at. */
export interface FlowOpaque {
  readonly kind: "opaque";
  readonly node: Statement;
}

// ---- what then

/** A declared error with its data. */
export interface FlowFailure {
  readonly error: Ident;
  readonly symbol: ErrorSymbol | null;
  readonly data: Mapping | null;
}

export type FlowOutcome = {
  /** `null`: nothing is written, it is the default. */
  readonly node: Outcome | null;
  readonly span: Span;
} & (
  | { readonly kind: "fail"; readonly failure: FlowFailure | null }
  | { readonly kind: "continue" }
  | { readonly kind: "park" }
  | { readonly kind: "block"; readonly block: FlowBlock }
  /** Could not be read, which was reported. */
  | { readonly kind: "invalid" }
);

/** What is done about one declared error. */
export interface FlowPolicy {
  readonly error: Ident;
  readonly symbol: ErrorSymbol | null;
  /** `null`: it is the default. */
  readonly clause: OnErrorClause | null;
  readonly retry: Setting<CheckedRetry> | null;
  /** Its data under its name, in what it leads to; `null`: it cannot be read there. */
  readonly data: NamedResult | null;
  readonly outcome: FlowOutcome;
}
