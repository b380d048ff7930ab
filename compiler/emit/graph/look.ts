import type { GraphNode } from "./model.ts";

/** What the three drawers have in common: what a node says, and its colours. Nothing here is escaped. */

/** The first line is the name, the second, if any, who does it. Ends are told in words; junctions say nothing. */
export function nodeLines(node: GraphNode, saga: string): readonly string[] {
  switch (node.kind) {
    case "start":
      return [saga];
    case "completed":
    case "compensated":
      return [node.kind];
    case "step":
      return [node.step, ...byWhom(node.service, node.operation, node.step)];
    case "compensation":
      return [node.operation, ...(node.service === LOCAL ? [] : [`on ${node.service}`])];
    case "fork":
    case "join":
      return [];
  }
}

/** How a node looks, by the part that it plays. */
export type Look = "end" | "completed" | "compensated" | "step" | "pivot" | "readonly" | "after" | "compensation" | "junction";

export function lookOf(node: GraphNode): Look {
  switch (node.kind) {
    case "start":
      return "end";
    case "completed":
    case "compensated":
    case "compensation":
      return node.kind;
    case "step":
      if (node.role === "pivot" || node.role === "readonly") return node.role;
      return node.zone === "after" ? "after" : "step";
    case "fork":
    case "join":
      return "junction";
  }
}

export type Way = "forward" | "undo";

/** The way that a node stands on. */
export function wayOf(node: GraphNode): Way {
  switch (node.kind) {
    case "start":
    case "completed":
    case "step":
      return "forward";
    case "compensated":
    case "compensation":
      return "undo";
    case "fork":
    case "join":
      return node.direction;
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
  compensation: { fill: "#ffedd5", stroke: "#ea580c", text: "#7c2d12" },
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

export const PIVOT_LABEL = "point of no return";

const LOCAL = "local";

function byWhom(service: string, operation: string, step: string): string[] {
  if (service === LOCAL) return operation === step ? [] : [operation];
  return [`on ${operation === step ? service : `${service}.${operation}`}`];
}
