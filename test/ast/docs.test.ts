import { describe, expect, it } from "vitest";
import { docComments, foreignDocs } from "../../compiler/ast/docs.ts";
import type { Node } from "../../compiler/ast/nodes.ts";
import { parseFile } from "../../compiler/ast/parse.ts";
import { walk } from "../../compiler/ast/walk.ts";
import { parse } from "../../grammar/index.ts";

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

  it.each([
    ["each before a declaration", "/* x */\ntype T = int\n".repeat(20_000)],
    ["all on one line", `${"/* x */ ".repeat(100_000)}\ntype T = int`],
    ["all before one declaration", `${"/// x\n".repeat(100_000)}type T = int`],
    ["behind one declaration", `type T = int\n${"/** x */\n".repeat(100_000)}`],
  ])("thousands of comments, %s, are sorted in well under a second", (_, text) => {
    const parsed = parse(text, "test.saga");
    expect(parsed.errors).toEqual([]);
    const begin = performance.now();
    foreignDocs(parsed, text);
    docComments(parsed, text).stray();
    // Generous: the machine may be busy; what is to be noticed is a square.
    expect(performance.now() - begin).toBeLessThan(1500);
  });
});

describe("Comments that document elsewhere", () => {
  it.each<[title: string, text: string, told: readonly string[]]>([
    ["on lines of its own", "/** One. */\nerror E", ["/** One. */"]],
    ["behind blanks", "type T = int\n \t/** One. */\nerror E", ["/** One. */"]],
    ["at the end of a line of Windows", "type T = int\r\n/** One. */\r\nerror E", ["/** One. */"]],
    ["the last of two", "/** One. */\n/** Two. */\nerror E", ["/** Two. */"]],
    ["a line between two of a doc comment", "/// One.\n// Two.\n/// Three.\nerror E", ["// Two."]],
    ["not behind something", "type T = int /** One. */\nerror E", []],
    ["not behind another comment on its line", "/* Nought. */ /** One. */\nerror E", []],
    ["not before something on its line", "/** One. */ error E", []],
    ["not with an empty line behind it", "/** One. */\n\nerror E", []],
    ["not at the end", "error E\n/** One. */\n", []],
  ])("%s", (_, text, told) => {
    expect(parseFile(text, "test.saga").file.docs.foreign.map(({ start, end }) => text.slice(start, end))).toEqual(told);
  });
});
