import { instance } from "@viz-js/viz";
import { CompilerBug } from "../../bug.ts";
import { dot } from "./dot.ts";
import type { Graph } from "./model.ts";

/** An SVG document, laid out by Graphviz (as WebAssembly, so that nothing has to be installed). Ends in one line break. */
export async function svg(graph: Graph): Promise<string> {
  const viz = await instance();
  const { status, output, errors } = viz.render(dot(graph), { format: "svg" });
  if (status === "failure")
    throw new CompilerBug(`Graphviz does not read what is drawn: ${errors.map(({ message }) => message).join("; ")}`);
  const start = output.indexOf("<svg");
  if (start < 0) throw new CompilerBug("Graphviz has drawn no SVG");
  // What stands before it names the release of Graphviz; inside a page none of it is wanted.
  return `${output.slice(start).replace("<svg ", '<svg role="img" ').trimEnd()}\n`;
}
