import { CompilerBug } from "../../../bug.ts";
import type { PlanBranch, PlanExpr, PlanNode, PlanSequence, UndoNode, UndoSequence } from "../../../plan/plan.ts";
import type { Layout } from "../../lib/layout.ts";
import type { Entry } from "../config.ts";
import type { MachineModel } from "../model.ts";
import type { Vocabulary } from "../vocabulary.ts";

/** What a kind of node is written with. */
export interface Pen {
  readonly model: MachineModel;
  readonly words: Vocabulary;
  /** The state of a sequence, its nodes below it. */
  forward(sequence: PlanSequence, onDone?: Layout, more?: readonly Entry[]): Layout;
  /** `unless`: a guard; where it holds there is nothing to undo. */
  backward(sequence: UndoSequence, onDone?: Layout, more?: readonly Entry[], unless?: Layout): Layout;
  /** The states of a sequence that want anything. `path`: the id of the state that the sequence is in. */
  wanted(sequence: PlanSequence, path: string): Entry[];
  wantedBack(sequence: UndoSequence, path: string): Entry[];
}

/** How a kind of node becomes part of a machine. */
export interface NodeKind<Node extends PlanNode> {
  /** Its state, then what stands beside it in its sequence. `next`: the state that follows. */
  states(node: Node, next: string, pen: Pen): Entry[];
  /** In the shape of `states`; what wants nothing is left out. `path`: the id of the state around. */
  effects(node: Node, path: string, pen: Pen): Entry[];
  /** What it keeps below `context.steps`; what is inside it is not its own. */
  records(node: Node, model: MachineModel): RecordModel[];
  /** Rows of the tables that an engine reads, beyond those of the steps. */
  tables?(node: Node, pen: Pen): NodeTables;
}

export interface NodeTables {
  readonly calls?: readonly Entry[];
  /** What an actor has to be provided for: its name, the types of its output and input. */
  readonly actors?: readonly { readonly name: string; readonly types: Layout }[];
  readonly waits?: readonly Entry[];
  readonly delays?: readonly DelayModel[];
  /** Conditions of the source, and failures that it names itself. */
  readonly conditions?: readonly Entry[];
  readonly failures?: readonly Entry[];
}

/** A delay that is worked out from an expression of the plan. */
export interface DelayModel {
  readonly name: string;
  /** Milliseconds, or since 1970 where it ends at an instant. */
  readonly ms: PlanExpr;
  readonly isInstant: boolean;
}

/** The same on the way back. */
export interface UndoKind<Node extends UndoNode> {
  states(node: Node, next: string, pen: Pen): Entry[];
  effects(node: Node, path: string, pen: Pen): Entry[];
}

/** A record below `context.steps`. */
export interface RecordModel {
  readonly kind: "step" | "wait" | "scope";
  /** Unique in the machine: a step's or child's name, else an id. */
  readonly name: string;
  readonly place: readonly string[];
  /** The type of the output, or of what was received, that it keeps; `null`: it keeps none. Of a scope always `null`. */
  readonly kept: Layout | null;
}

/** Where a scope's record stands below what the scope is of. */
export const SCOPE = "$scope";

/** The scope that a branch of a race, or of a group that waits, is. */
export function branchScope(of: { readonly id: string }, branch: PlanBranch): string {
  if (branch.scope === null) throw new CompilerBug(`${of.id}.${branch.id} is no scope`);
  return branch.scope;
}
