import { describe, expect, it } from "vitest";
import { draw, graphFile } from "../../compiler/emit/graph/draw.ts";
import { graphOf } from "../../compiler/emit/graph/model.ts";
import { caseFolders } from "../kit/cases.ts";
import { lastPlanOf } from "./kit.ts";

const ORIGIN = { source: "input.saga", compilerVersion: "0.0.0" };
const FORMATS = ["mermaid", "dot", "svg", "json"] as const;

describe.each(caseFolders("graph").map((folder) => [folder.name, folder] as const))("%s", (_name, folder) => {
  const graph = graphOf(lastPlanOf(folder.need("input.saga")));

  it.each(FORMATS)("is drawn as expected: %s", async (format) => {
    const { path, text } = await graphFile(graph, format, ORIGIN);
    folder.expectFile(path.replace(/^[^.]*/, "graph"), text);
    expect(text).toMatch(/[^\n]\n$/);
  });

  it("is drawn the same a second time", async () => {
    const again = graphOf(lastPlanOf(folder.need("input.saga")));
    for (const format of FORMATS) expect(await draw(again, format)).toBe(await draw(graph, format));
  });
});
