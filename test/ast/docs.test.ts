import { describe, expect, it } from "vitest";
import type { Node } from "../../compiler/ast/nodes.ts";
import { parseFile } from "../../compiler/ast/parse.ts";
import { walk } from "../../compiler/ast/walk.ts";

/** `kind: doc` of everything documented, and what stands in the comments that belong to nothing. */
function docsOf(text: string): { readonly docs: readonly string[]; readonly stray: readonly string[] } {
  const { file, problems } = parseFile(text, "test.saga");
  expect(problems).toEqual([]);
  const docs: string[] = [];
  walk(file, (node: Node) => {
    if ("doc" in node && node.doc !== null) docs.push(`${node.kind}: ${node.doc}`);
    return true;
  });
  return { docs, stray: file.docs.stray.map(({ start, end }) => text.slice(start, end)) };
}

describe("Doc comments", () => {
  it("belong to the declaration, field, statement, branch or case behind them", () => {
    const { docs, stray } = docsOf(`
      /// An amount.
      type Money = {
        /// In cents.
        amount: int
        currency: string
      }
      /// Nothing left.
      error E
      /// Places an order.
      ///
      ///   With care.
      saga S {
        /// Tells.
        signal s
        /// The way out.
        pivot step a on b { }
        parallel {
          /// One.
          branch x {
            /// Inner.
            undo a
          }
        }
        await any {
          /// Comes.
          on s { }
        }
      }`);
    expect(docs).toEqual([
      "type-decl: An amount.",
      "field: In cents.",
      "error-decl: Nothing left.",
      "saga-decl: Places an order.\n\n  With care.",
      "signal-decl: Tells.",
      "step: The way out.",
      "branch: One.",
      "undo: Inner.",
      "await-case: Comes.",
    ]);
    expect(stray).toEqual([]);
  });

  it("stay with what they stand before when other comments stand between", () => {
    expect(docsOf("/// One.\n// not this\n/// Two.\n/* nor this */\nerror E").docs).toEqual(["error-decl: One.\nTwo."]);
  });

  it("are stray before anything else, behind something on its line, and at the end", () => {
    const { docs, stray } = docsOf(
      "type T = { a: int /// about a\n b: int }\nsaga S {\n /// of the version\n version 1\n /// at the end\n}\n/// behind all",
    );
    expect(docs).toEqual([]);
    expect(stray).toEqual(["/// about a", "/// of the version", "/// at the end", "/// behind all"]);
  });

  it("have three slashes, not four", () => {
    expect(docsOf("//// ruler\nerror E")).toEqual({ docs: [], stray: [] });
  });
});
