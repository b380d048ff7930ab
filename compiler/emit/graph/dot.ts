import { dotString } from "../lib/escape.ts";
import { clusterLabel, edgeLines, LINES, type Look, lookOf, nodeLines, PALETTE } from "./look.ts";
import type { Graph, GraphEdge, GraphNode } from "./model.ts";

/** A directed graph for Graphviz: `dot -Tsvg`. Ends in one line break. */
export function dot(graph: Graph): string {
  const lines = [
    `digraph ${dotString(graph.saga)} {`,
    '  graph [bgcolor="transparent", rankdir=TB, nodesep=0.4, ranksep=0.45, fontname="Helvetica", fontsize=11]',
    '  node [shape=box, style="filled,rounded", fontname="Helvetica", fontsize=12, margin="0.16,0.08"]',
    `  edge [color="${LINES.forward}", fontname="Helvetica", fontsize=10, arrowsize=0.7]`,
    ...contents(graph, null, "  "),
    ...graph.edges.map((edge) => `  ${edgeText(edge)}`),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function contents(graph: Graph, cluster: string | null, indent: string): string[] {
  const nodes = graph.nodes.filter((node) => node.cluster === cluster);
  const lines = nodes.map((node) => indent + nodeText(node, graph));
  lines.push(...sideBySide(graph, nodes).map((line) => indent + line));
  for (const inner of graph.clusters.filter(({ parent }) => parent === cluster)) {
    lines.push(
      `${indent}subgraph ${dotString(`cluster ${inner.id}`)} {`,
      `${indent}  label=${dotString(clusterLabel(inner))}; fontcolor="${LINES.label}"; color="${LINES.cluster}"; style="dashed,rounded"`,
      ...contents(graph, inner.id, `${indent}  `),
      `${indent}}`,
    );
  }
  return lines;
}

/** A compensation stands beside its step. */
function sideBySide(graph: Graph, nodes: readonly GraphNode[]): string[] {
  const here = new Set(nodes.filter(({ kind }) => kind === "compensation").map(({ id }) => id));
  const pairs = graph.edges.filter(({ kind, to }) => kind === "failure" && here.has(to));
  return pairs.filter(isOwnUndo(graph)).map(({ from, to }) => `{ rank=same; ${dotString(from)}; ${dotString(to)} }`);
}

function isOwnUndo({ nodes }: Graph): (edge: GraphEdge) => boolean {
  const stepOf = new Map(nodes.flatMap((node) => ("step" in node ? [[node.id, node.step] as const] : [])));
  return ({ from, to }) => stepOf.get(from) === stepOf.get(to);
}

function nodeText(node: GraphNode, graph: Graph): string {
  const look = lookOf(node);
  const { fill, stroke, text } = PALETTE[look];
  // What escapes a line break is ours; the lines themselves are escaped one by one.
  const label = `"${nodeLines(node, graph.saga)
    .map((line) => dotString(line).slice(1, -1))
    .join("\\n")}"`;
  const colors = `fillcolor="${fill}", color="${stroke}", fontcolor="${text}"`;
  return `${dotString(node.id)} [label=${label}, ${colors}${SHAPES[look] ?? ""}]`;
}

/** Links of the way back are told the other way round, so that it stands beside the way forward and not below it. */
function edgeText(edge: GraphEdge): string {
  const { kind, from, to, crossesPivot } = edge;
  if (kind === "undo") return `${dotString(to)} -> ${dotString(from)} [dir=back, color="${LINES.undo}"]`;
  const ends = `${dotString(from)} -> ${dotString(to)}`;
  const lines = edgeLines(edge);
  const said = (color: string): string[] =>
    lines.length === 0 ? [] : [`label=${dotString(lines.join(", "))}, fontcolor="${color}"`];
  if (crossesPivot) return `${ends} [${[...said(LINES.pivot), `color="${LINES.pivot}", penwidth=3`].join(", ")}]`;
  if (kind === "failure")
    return `${ends} [${[`color="${LINES.failure}", style=dashed, constraint=false`, ...said(LINES.failure)].join(", ")}]`;
  if (kind === "again") return `${ends} [${["style=dotted, constraint=false", ...said(LINES.label)].join(", ")}]`;
  return lines.length === 0 ? ends : `${ends} [${said(LINES.label).join()}]`;
}

const SHAPES: Partial<Record<Look, string>> = {
  pivot: ", shape=hexagon, style=filled, penwidth=2",
  call: ", peripheries=2",
  compensation: ', style="filled,rounded,dashed"',
  decision: ', shape=diamond, style=filled, margin="0.02,0.02"',
  wait: ", style=filled",
  junction: ", shape=circle, width=0.12, fixedsize=true",
};
