import type { ChildSite, MachineTables, SagaContext, SagaDefinition, SignalSite } from "../../runtime/engine/definition.ts";

/**
 * Sagas written by hand, for what an engine must do whatever the compiler emits: a sequence of nodes as a machine of the contract's shape, with
 * its tables. No retries and no time-outs: a step that breaks off is unknown, an undo that breaks off parks.
 */
export type Node =
  /** `impatient`: when the saga goes back its answer is not waited for. */
  | { readonly kind: "step"; readonly name: string; readonly undo?: false; readonly impatient?: true }
  | { readonly kind: "children"; readonly name: string; readonly runs: Pick<ChildSite, "inputs"> & Partial<ChildSite> }
  | { readonly kind: "await"; readonly name: string; readonly signals: readonly SignalSite[]; readonly limitMs?: number }
  | { readonly kind: "sleep"; readonly name: string; readonly untilMs: (context: SagaContext) => number }
  | { readonly kind: "compute"; readonly name: string; readonly args: (context: SagaContext) => readonly unknown[] };

export interface HandMade {
  readonly saga: string;
  readonly nodes: readonly Node[];
  readonly output?: (context: SagaContext) => unknown;
  readonly bodies?: Readonly<Record<string, MachineTables>>;
  /** After the end a step `tell` is called. */
  readonly ending?: boolean;
  readonly signals?: readonly string[];
}

export type Handlers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export type HandSaga = SagaDefinition<unknown, unknown, Handlers, Record<string, unknown>>;

/** Nodes that the way back passes. */
export function undone(nodes: readonly Node[]): readonly Node[] {
  return nodes.filter((node) => (node.kind === "step" && node.undo !== false) || node.kind === "children");
}

/** The event of a wait's timer. */
export function limitEvent(saga: string, name: string): string {
  return `xstate.after.${name}.limit.${saga}.forward.${name}.waiting`;
}
