import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withChanges } from "../../compiler/lsp/changes.ts";
import { createLineTable } from "../../compiler/source/line-table.ts";

const text = fc.string({ unit: fc.constantFrom("a", "{", "\n", "\r\n", "\r", "é", "😀", "\u2028"), maxLength: 30 });

describe("changes of an editor", () => {
  it("give the text that it has", () => {
    const edit = fc.record({ from: fc.nat(40), length: fc.nat(10), text });
    fc.assert(
      fc.property(text, fc.array(edit, { maxLength: 5 }), (before, edits) => {
        let expected = before;
        const changes = edits.map(({ from, length, text: put }) => {
          const lines = createLineTable(expected);
          const position = (offset: number) => {
            const { line, column } = lines.positionAt(offset);
            return { line: line - 1, character: column - 1 };
          };
          const [start, end] = [position(from), position(from + length)];
          // An editor puts no cursor between the two characters of a line's end.
          const [a, b] = [start, end].map(({ line, character }) => lines.offsetAt({ line: line + 1, column: character + 1 }));
          expected = expected.slice(0, a) + put + expected.slice(b);
          return { range: { start, end }, text: put };
        });
        expect(withChanges(before, changes)).toBe(expected);
      }),
    );
  });

  const rows: readonly (readonly [what: string, before: string, changes: Parameters<typeof withChanges>[1], after: string])[] = [
    ["the whole text", "old", [{ text: "new" }], "new"],
    ["two, the second in what the first left", "ab", [insert(0, 0, "x\n"), insert(1, 1, "y")], "x\nayb"],
    ["behind the end", "a", [insert(7, 3, "z")], "az"],
    ["behind the end of a line", "a\nb", [insert(0, 9, "z")], "az\nb"],
    ["characters of two units", "😀b", [insert(0, 2, "z")], "😀zb"],
  ];
  it.each(rows)("%s", (_, before, changes, after) => {
    expect(withChanges(before, changes)).toBe(after);
  });
});

function insert(line: number, character: number, text: string) {
  return { range: { start: { line, character }, end: { line, character } }, text };
}
