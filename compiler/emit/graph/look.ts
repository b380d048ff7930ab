import type { GraphAwait, GraphCluster, GraphEdge, GraphNode } from "./model.ts";

/** What the drawers have in common: what a node says, and its colours. Nothing here is escaped. */

/** The first line is the name, the second, if any, who does it. Ends are told in words; junctions say nothing. */
export function nodeLines(node: GraphNode, saga: string): readonly string[] {
  return linesOf(node, saga).map(clipped);
}

/** A label of an edge, a line for each reason; none where it is plain. */
export function edgeLines({ label, errors, crossesPivot }: GraphEdge): readonly string[] {
  if (crossesPivot) return [PIVOT_LABEL];
  return [...(label === null ? [] : [label]), ...errors].map(clipped);
}

export function clusterLabel({ label }: GraphCluster): string {
  return clipped(label);
}

function linesOf(node: GraphNode, saga: string): readonly string[] {
  switch (node.kind) {
    case "start":
      return [saga];
    case "completed":
    case "compensated":
      return [node.kind];
    case "step":
      return [node.step, ...byWhom(node.service, node.operation, node.step), ...node.notes];
    case "call":
      return [node.name, `call ${node.saga}`, ...node.notes];
    case "compensation":
      if (node.service === SAGA) return [`undo ${node.step}`, `of ${node.operation}`];
      return [node.operation, ...(node.service === LOCAL ? [] : [`on ${node.service}`])];
    case "decision":
      return [node.condition];
    case "await":
      return [...awaited(node), ...(node.limit === null ? [] : [`timeout ${node.limit}`]), ...node.notes];
    case "sleep":
      return [`sleep ${node.limit}`];
    case "compute":
      return [`compute ${node.compute}`];
    case "fail":
      return [`fail ${node.error}`];
    case "otherwise":
      return [["otherwise", ...node.notes].join(" ")];
    case "fork":
    case "join":
    case "either":
      return [];
  }
}

function awaited({ signals }: GraphAwait): string[] {
  const told = signals.map(({ signal, where }) => (where === null ? signal : `${signal} where ${where}`));
  return told.length === 1 ? [`await ${told[0]}`] : ["await any", ...told];
}

/** The model has it whole. */
function clipped(line: string): string {
  const characters = [...line];
  return characters.length > LINE_MAX ? `${characters.slice(0, LINE_MAX - 1).join("")}\u2026` : line;
}

const LINE_MAX = 72;

/** How a node looks, by the part that it plays. */
export type Look =
  | "end"
  | "completed"
  | "compensated"
  | "step"
  | "pivot"
  | "readonly"
  | "after"
  | "ending"
  | "call"
  | "compensation"
  | "decision"
  | "wait"
  | "fail"
  | "otherwise"
  | "junction";

export function lookOf(node: GraphNode): Look {
  switch (node.kind) {
    case "start":
      return "end";
    case "completed":
    case "compensated":
    case "compensation":
    case "decision":
    case "call":
    case "fail":
    case "otherwise":
      return node.kind;
    case "step":
      if (node.role === "pivot" || node.role === "readonly") return node.role;
      return node.zone === "after" || node.zone === "ending" ? node.zone : "step";
    case "compute":
      return "readonly";
    case "await":
    case "sleep":
      return "wait";
    case "fork":
    case "join":
    case "either":
      return "junction";
  }
}

export type Way = "forward" | "undo";

/** The way that a node stands on. */
export function wayOf(node: GraphNode): Way {
  switch (node.kind) {
    case "compensated":
    case "compensation":
      return "undo";
    case "fork":
    case "join":
    case "otherwise":
    case "either":
      return node.direction;
    default:
      return "forward";
  }
}

export interface Palette {
  readonly fill: string;
  readonly stroke: string;
  /** Of the text on the fill. */
  readonly text: string;
}

/** Each node brings its own ground for its text; strokes and lines are of a middle tone, so that they show on white and on black. */
export const PALETTE: Readonly<Record<Look, Palette>> = {
  end: { fill: "#e2e8f0", stroke: "#64748b", text: "#1e293b" },
  completed: { fill: "#dcfce7", stroke: "#16a34a", text: "#14532d" },
  compensated: { fill: "#ffedd5", stroke: "#ea580c", text: "#7c2d12" },
  step: { fill: "#dbeafe", stroke: "#3b82f6", text: "#1e3a8a" },
  readonly: { fill: "#f1f5f9", stroke: "#64748b", text: "#334155" },
  pivot: { fill: "#6d28d9", stroke: "#a78bfa", text: "#ffffff" },
  after: { fill: "#dcfce7", stroke: "#16a34a", text: "#14532d" },
  ending: { fill: "#e2e8f0", stroke: "#64748b", text: "#1e293b" },
  call: { fill: "#dbeafe", stroke: "#3b82f6", text: "#1e3a8a" },
  compensation: { fill: "#ffedd5", stroke: "#ea580c", text: "#7c2d12" },
  decision: { fill: "#fef3c7", stroke: "#d97706", text: "#78350f" },
  wait: { fill: "#cffafe", stroke: "#0891b2", text: "#164e63" },
  fail: { fill: "#fee2e2", stroke: "#ef4444", text: "#7f1d1d" },
  otherwise: { fill: "#ffedd5", stroke: "#ea580c", text: "#7c2d12" },
  junction: { fill: "#94a3b8", stroke: "#64748b", text: "#1e293b" },
};

export const LINES = {
  forward: "#7b8794",
  undo: "#ea580c",
  failure: "#ef4444",
  pivot: "#8b5cf6",
  cluster: "#94a3b8",
  /** Of text that stands on the page itself. */
  label: "#717d8a",
} as const;

const PIVOT_LABEL = "point of no return";

const LOCAL = "local";
const SAGA = "saga";

function byWhom(service: string, operation: string, step: string): string[] {
  if (service === LOCAL) return operation === step ? [] : [operation];
  return [`on ${operation === step ? service : `${service}.${operation}`}`];
}
