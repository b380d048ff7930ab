import type { Plan, PlanStep } from "../../plan/plan.ts";
import { Drawing } from "./drawing.ts";

export const GRAPH_SCHEMA = 3;

/**
 * A saga as a picture: the way forward, the way back beside it, where a failure turns from one to the other, and the line of the pivot.
 * Plain JSON (`sagac graph --format json`), and all that the drawers read. Names, conditions and documentation are as in the source: whoever
 * draws them escapes them.
 */
export interface Graph {
  readonly schema: typeof GRAPH_SCHEMA;
  readonly saga: string;
  readonly version: number;
  readonly doc: string | null;
  /** Steps that are the point of no return: none, one, or one on each of several paths. */
  readonly pivots: readonly string[];
  /** In the order of the way forward, each with its compensation behind it; the ends come first and last, then what follows an end. */
  readonly nodes: readonly GraphNode[];
  /** Outer ones before inner ones. */
  readonly clusters: readonly GraphCluster[];
  readonly edges: readonly GraphEdge[];
}

export type GraphNode =
  | GraphEnd
  | GraphStep
  | GraphCall
  | GraphCompensation
  | GraphDecision
  | GraphAwait
  | GraphSleep
  | GraphCompute
  | GraphFail
  | GraphJunction;

export interface GraphEnd {
  readonly kind: "start" | "completed" | "compensated";
  readonly id: string;
  readonly cluster: null;
}

export interface GraphStep {
  readonly kind: "step";
  readonly id: string;
  /** The innermost group that it stands in. */
  readonly cluster: string | null;
  readonly step: string;
  readonly role: PlanStep["kind"];
  readonly zone: PlanStep["zone"];
  readonly doc: string | null;
  /** `local` for a step without a service. */
  readonly service: string;
  readonly operation: string;
  /** What leads nowhere else: `OutOfStock: park`. */
  readonly notes: readonly string[];
}

/** Another saga, as a whole. */
export interface GraphCall {
  readonly kind: "call";
  readonly id: string;
  readonly cluster: string | null;
  readonly name: string;
  readonly saga: string;
  readonly version: number;
  readonly notes: readonly string[];
}

export interface GraphCompensation {
  readonly kind: "compensation";
  readonly id: string;
  readonly cluster: string | null;
  /** The step, or the call of a saga, that it undoes. */
  readonly step: string;
  /** `saga` for a called saga, which is undone as a whole. */
  readonly service: string;
  readonly operation: string;
}

/** An arm of an `if`: its edges say `yes` and `no`. */
export interface GraphDecision {
  readonly kind: "decision";
  readonly id: string;
  readonly cluster: string | null;
  readonly condition: string;
}

export interface GraphAwait {
  readonly kind: "await";
  readonly id: string;
  readonly cluster: string | null;
  readonly signals: readonly { readonly signal: string; readonly where: string | null }[];
  /** `2d`, `by input.departure`; `null`: without a limit. */
  readonly limit: string | null;
  readonly notes: readonly string[];
}

export interface GraphSleep {
  readonly kind: "sleep";
  readonly id: string;
  readonly cluster: string | null;
  readonly limit: string;
}

export interface GraphCompute {
  readonly kind: "compute";
  readonly id: string;
  readonly cluster: string | null;
  readonly compute: string;
}

export interface GraphFail {
  readonly kind: "fail";
  readonly id: string;
  readonly cluster: string | null;
  readonly error: string;
}

/**
 * Where branches, items or rounds begin or have all ended; on the way back the fork is below and the join above. `otherwise`: where a `try`
 * has undone what it did. `either`: on the way back, where it goes on with what ran.
 */
export interface GraphJunction {
  readonly kind: "fork" | "join" | "otherwise" | "either";
  readonly id: string;
  readonly cluster: string | null;
  readonly direction: "forward" | "undo";
  readonly notes: readonly string[];
}

export interface GraphCluster {
  readonly kind: "parallel" | "race" | "branch" | "try" | "foreach" | "repeat" | "ending";
  readonly id: string;
  readonly parent: string | null;
  /** What stands at its head: `parallel`, `foreach in input.items, 10 at once`. */
  readonly label: string;
}

/**
 * `forward` and `undo`: what comes next. `again`: the next round of a repeat. `failure`: where the way back is entered; what definitely did
 * not happen is passed by. The siblings of a failed branch enter it at the same time, each at its own place.
 */
export interface GraphEdge {
  readonly kind: "forward" | "undo" | "failure" | "again";
  readonly from: string;
  readonly to: string;
  /** Which of several ways it is: `yes`, a signal, a declared error that is gone on from. */
  readonly label: string | null;
  /** Declared errors that lead this way; any step before the pivot can also fail without one. Of failures only. */
  readonly errors: readonly string[];
  /** Whether the line of the pivot lies across it: from here on there is no way back. */
  readonly crossesPivot: boolean;
}

export function graphOf(plan: Plan): Graph {
  return new Drawing(plan).graph();
}
