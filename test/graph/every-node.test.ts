import { describe, expect, it } from "vitest";
import { nodeLines } from "../../compiler/emit/graph/look.ts";
import { graphOf } from "../../compiler/emit/graph/model.ts";
import { everyNode } from "./every-node.ts";

const graph = graphOf(everyNode());

/** Edges out of a node: `-> to`, with what is said at them. */
function out(from: string): string[] {
  return graph.edges
    .filter((edge) => edge.from === from)
    .map(({ kind, to, label, errors }) => [kind, to, ...(label === null ? [] : [label]), ...errors].join(" "));
}

function lines(id: string): readonly string[] {
  const node = graph.nodes.find((each) => each.id === id);
  return node === undefined ? ["none"] : nodeLines(node, "Sample");
}

describe("a saga with a node of every kind", () => {
  it("holds together: ids are given once, edges and clusters lead to what is there, all is reached", () => {
    const ids = new Set(graph.nodes.map(({ id }) => id));
    expect(ids.size).toBe(graph.nodes.length);
    const clusters = new Set<string | null>([null]);
    for (const { id, parent } of graph.clusters) {
      expect(clusters).toContain(parent);
      clusters.add(id);
    }
    for (const { cluster } of graph.nodes) expect(clusters).toContain(cluster);
    for (const { from, to } of graph.edges) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
    const entered = new Set(graph.edges.map(({ to }) => to));
    expect(graph.nodes.map(({ id }) => id).filter((id) => !entered.has(id))).toEqual(
      ["start", "undo-fork:$race1", "undo:trip"].slice(0, 1),
    );
  });

  it("decides with diamonds, and goes back to all that may have run", () => {
    expect(lines("if:$if1:$arm2")).toEqual(['input.kind != "text"']);
    expect(out("if:$if1:$arm1")).toEqual(["forward step:cheap yes", "forward if:$if1:$arm2 no"]);
    expect(out("undo:mail")).toEqual(["undo undo:cheap", "undo undo:dear"]);
    expect(out("fail:$fail1")).toEqual(["failure undo:open"]);
  });

  it("leads each declared error where its policy says", () => {
    expect(out("step:mail")).toEqual([
      "failure undo:mail Refused",
      "forward step:letter Gone",
      "forward fork:$race1",
      "forward fork:$race1 Slow",
    ]);
    expect(lines("step:mail")).toEqual(["mail", "Odd: park"]);
    expect(out("step:letter")).toContain("failure undo:cheap");
  });

  it("undoes what a try did before the other path, and also when the saga goes back past it", () => {
    expect(out("undo:hold")).toEqual(["undo otherwise:$try1", "undo undo-fork:$race1"]);
    expect(out("otherwise:$try1")).toEqual(["forward step:queue"]);
    expect(out("step:queue")).toContain("forward await:$await1");
  });

  it("waits by what for how long", () => {
    expect(lines("await:$await1")).toEqual(["await any", 'approved where approved.by == "text"', "remarked", "timeout 2d"]);
    expect(out("await:$await1")).toContain("forward step:remind remarked");
    expect(out("await:$await1")).toContain("forward sleep:$sleep1 approved");
    expect(out("await:$await1")).toContain("failure undo:hold timeout SignalTimeout");
    expect(lines("sleep:$sleep1")).toEqual(["sleep until input.departure"]);
  });

  it("holds the blocks of a foreach and a repeat, and the other saga as one", () => {
    expect(graph.clusters.map(({ id, label }) => [id, label])).toEqual([
      ["$race1", "race: the first to end wins"],
      ["$race1.$branch1", "text"],
      ["$try1", "try, timeout 5m"],
      ["$foreach1", "foreach in input.items, max 10, on failure continue"],
      ["$repeat1", "repeat max 3 every 1m until found"],
      ["ending:completed", "on completed"],
      ["ending:compensated", "on compensated"],
    ]);
    expect(out("undo-join:$foreach1")).toContain("forward join:$foreach1 continue");
    expect(out("join:$repeat1")).toEqual([
      "again fork:$repeat1 again",
      "failure undo-fork:$foreach1 otherwise RoundsExhausted",
      "forward call:trip",
    ]);
    expect(lines("call:trip")).toEqual(["trip", "call BookTrip"]);
    expect(lines("undo:trip")).toEqual(["undo trip", "of BookTrip"]);
  });

  it("has a line behind each pivot, and what happens after an end behind it", () => {
    expect(graph.pivots).toEqual(["pay", "transfer"]);
    expect(graph.edges.filter(({ crossesPivot }) => crossesPivot).map(({ from }) => from)).toEqual(["step:pay", "step:transfer"]);
    expect([out("completed"), out("compensated")]).toEqual([["forward step:thank"], ["forward step:sorry"]]);
  });
});
