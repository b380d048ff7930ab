import { mermaidId, mermaidText } from "../lib/escape.ts";
import { clusterLabel, edgeLines, LINES, type Look, lookOf, nodeLines, PALETTE, type Way, wayOf } from "./look.ts";
import type { Graph, GraphCluster, GraphEdge, GraphNode } from "./model.ts";

/**
 * A Mermaid flowchart, as GitHub and others draw it in Markdown. Ends in one line break. The way back stands in subgraphs of its own, so that
 * all links go down: Mermaid's layout cannot set a compensation beside its step, and links that go up get it muddled.
 */
export function mermaid(graph: Graph): string {
  const lines = [
    "flowchart TD",
    `  accTitle: ${mermaidText(`The saga ${graph.saga}`)}`,
    ...(graph.doc === null ? [] : [`  accDescr: ${mermaidText(graph.doc)}`]),
    ...contents(graph, "forward", null, "  "),
    ...contents(graph, "undo", null, "  "),
    ...graph.edges.map((edge) => `  ${mermaidId(edge.from)} ${arrow(edge)} ${mermaidId(edge.to)}`),
    ...classes(graph),
    ...linkStyles(graph.edges),
  ];
  return `${lines.join("\n")}\n`;
}

function contents(graph: Graph, way: Way, cluster: string | null, indent: string): string[] {
  const nodes = graph.nodes.filter((node) => node.cluster === cluster && wayOf(node) === way);
  const lines = nodes.map((node) => indent + nodeText(node, graph));
  for (const inner of graph.clusters.filter(({ parent }) => parent === cluster)) {
    const within = contents(graph, way, inner.id, `${indent}  `);
    if (within.length === 0) continue;
    const title = way === "forward" ? clusterLabel(inner) : `undo, ${inner.kind}`;
    lines.push(`${indent}subgraph ${clusterId(way, inner)}["${mermaidText(title)}"]`, ...within, `${indent}end`);
  }
  return lines;
}

function nodeText(node: GraphNode, graph: Graph): string {
  const [open, close] = SHAPES[lookOf(node)];
  const text = nodeLines(node, graph.saga).map(mermaidText).join("<br/>");
  return `${mermaidId(node.id)}${open}"${text === "" ? " " : text}"${close}`;
}

function arrow(edge: GraphEdge): string {
  const line = edge.crossesPivot ? "==>" : edge.kind === "failure" || edge.kind === "again" ? "-.->" : "-->";
  const lines = edgeLines(edge);
  return lines.length === 0 ? line : `${line}|"${lines.map(mermaidText).join("<br/>")}"|`;
}

function classes(graph: Graph): string[] {
  const byLook = new Map<Look, string[]>();
  for (const node of graph.nodes) byLook.set(lookOf(node), [...(byLook.get(lookOf(node)) ?? []), mermaidId(node.id)]);
  const lines = [...byLook].flatMap(([look, ids]) => {
    const { fill, stroke, text } = PALETTE[look];
    const dashes = look === "compensation" ? ",stroke-dasharray:5 3" : look === "pivot" ? ",stroke-width:3px" : "";
    return [
      `  classDef ${look}Look fill:${fill},stroke:${stroke},color:${text}${dashes}`,
      `  class ${ids.join(",")} ${look}Look`,
    ];
  });
  const groups = graph.clusters.flatMap((cluster) => {
    const ways = new Set(graph.nodes.filter((node) => node.cluster === cluster.id).map(wayOf));
    return [...ways].map((way) => clusterId(way, cluster));
  });
  if (groups.length === 0) return lines;
  return [
    ...lines,
    `  classDef groupLook fill:none,stroke:${LINES.cluster},stroke-dasharray:2 4`,
    `  class ${groups.join(",")} groupLook`,
  ];
}

/** Links have no names, only numbers. */
function linkStyles(edges: readonly GraphEdge[]): string[] {
  const style = (color: string, wanted: (edge: GraphEdge) => boolean): string[] => {
    const numbers = edges.flatMap((edge, index) => (wanted(edge) ? [index] : []));
    return numbers.length === 0 ? [] : [`  linkStyle ${numbers.join(",")} stroke:${color}`];
  };
  return [
    ...style(LINES.forward, ({ kind, crossesPivot }) => (kind === "forward" || kind === "again") && !crossesPivot),
    ...style(LINES.failure, ({ kind }) => kind === "failure"),
    ...style(LINES.undo, ({ kind }) => kind === "undo"),
    ...style(LINES.pivot, ({ crossesPivot }) => crossesPivot),
  ];
}

function clusterId(way: Way, { kind, id }: GraphCluster): string {
  return mermaidId(`${way === "undo" ? "undo:" : ""}${kind}:${id}`);
}

const SHAPES: Readonly<Record<Look, readonly [open: string, close: string]>> = {
  end: ["([", "])"],
  completed: ["([", "])"],
  compensated: ["([", "])"],
  step: ["[", "]"],
  readonly: ["[", "]"],
  pivot: ["{{", "}}"],
  after: ["[", "]"],
  ending: ["[", "]"],
  call: ["[[", "]]"],
  decision: ["{", "}"],
  wait: ["[/", "/]"],
  fail: ["[", "]"],
  otherwise: ["(", ")"],
  compensation: ["(", ")"],
  junction: ["((", "))"],
};
