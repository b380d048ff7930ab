import { describe, expect, it } from "vitest";
import { collectDiagnostics } from "../../compiler/diagnostics/collect.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { renderJson } from "../../compiler/diagnostics/render/json.ts";
import { type Painter, plainPainter } from "../../compiler/diagnostics/render/painter.ts";
import { markLine } from "../../compiler/diagnostics/render/source-line.ts";
import { renderText } from "../../compiler/diagnostics/render/text.ts";
import { memorySources, type SourceFile } from "../../compiler/source/source-set.ts";

function sourcesOf(files: Record<string, string>): (path: string) => SourceFile | null {
  const set = memorySources(files);
  return (path) => {
    const result = set.read(path);
    return result.ok ? result.file : null;
  };
}

function diagnostic(text: string, mark: string, more: Partial<Diagnostic> = {}): Diagnostic {
  const start = text.indexOf(mark);
  return {
    code: "SAGA4003",
    slug: "missing-compensation",
    severity: "error",
    message: "Step `charge` does not say how it is undone.",
    span: { file: "a.saga", start, end: start + mark.length },
    labels: [],
    note: null,
    help: null,
    fixes: [],
    docs: "docs/errors/SAGA4003.md",
    ...more,
  };
}

describe("the text report", () => {
  it("shows place, line, mark, related places, why and what to do", () => {
    const text = `saga Pay {\n  step charge on payments {\n  }\n\n  pivot step ship on shipping { }\n}\n`;
    const other = "step tell { }\n";
    const pivot = text.indexOf("ship on");
    const all = [
      diagnostic(text, "charge", {
        labels: [
          { span: { file: "a.saga", start: pivot, end: pivot + 4 }, message: "the pivot is here" },
          { span: { file: "b.saga", start: 5, end: 9 }, message: "and this" },
        ],
        note: "What was done is undone.",
        help: "Add `compensate <operation>`.",
      }),
      diagnostic(text, "shipping", { severity: "warning", code: "SAGA4012", slug: "outlives-undo", message: "Late." }),
    ];
    const rendered = renderText(collectDiagnostics(all), { source: sourcesOf({ "a.saga": text, "b.saga": other }) });
    expect(rendered).toBe(
      `a.saga:2:8: error SAGA4003 missing-compensation: Step \`charge\` does not say how it is undone.
2 |   step charge on payments {
  |        ^^^^^^
5 |   pivot step ship on shipping { }
  |              ---- the pivot is here
  ::: b.saga:1:6
1 | step tell { }
  |      ---- and this
  why: What was done is undone.
  help: Add \`compensate <operation>\`.

a.saga:5:22: warning SAGA4012 outlives-undo: Late.
5 |   pivot step ship on shipping { }
  |                      ^^^^^^^^

1 error, 1 warning
`,
    );
  });

  it("says nothing of nothing, and how many are left out", () => {
    const source = sourcesOf({ "a.saga": "ab" });
    expect(renderText(collectDiagnostics([]), { source })).toBe("");
    const many = [diagnostic("ab", "a"), diagnostic("ab", "b")];
    expect(renderText(collectDiagnostics(many, 1), { source })).toMatch(/\n… and 1 more\.\n\n2 errors\n$/);
  });

  it("marks a place over several lines on its first one, and one behind the last line", () => {
    const text = "saga X {\n}";
    const source = sourcesOf({ "a.saga": text });
    expect(renderText(collectDiagnostics([diagnostic(text, "X {\n}")]), { source })).toContain("1 | saga X {\n  |      ^^^\n");
    const end = diagnostic(text, "", { span: { file: "a.saga", start: text.length, end: text.length } });
    expect(renderText(collectDiagnostics([end]), { source })).toContain("a.saga:2:2:");
    expect(renderText(collectDiagnostics([end]), { source })).toContain("2 | }\n  |  ^\n");
  });

  it("lets nothing of the source steer the terminal or break a line", () => {
    const text = "a \u001b[31m\u202e b";
    const report = collectDiagnostics([diagnostic(text, "b", { message: "`x\ny\u001b[0m`" })]);
    const rendered = renderText(report, { source: sourcesOf({ "a.saga": text }) });
    expect(rendered.split("\n")[0]).toMatch(/: `x\ufffdy\ufffd\[0m`$/);
    expect(rendered).toContain("1 | a ␛[31m\ufffd b\n");
    for (const hidden of ["\u001b", "\u202e"]) expect(rendered).not.toContain(hidden);
  });

  it("dresses its parts by the painter it is given", () => {
    const painter: Painter = { ...plainPainter, error: (text) => `<${text}>`, place: (text) => `(${text})` };
    const rendered = renderText(collectDiagnostics([diagnostic("ab", "b")]), { source: sourcesOf({ "a.saga": "ab" }), painter });
    expect(rendered).toContain("(a.saga:1:2): <error SAGA4003 missing-compensation>: ");
    expect(rendered).toContain("  |  <^>\n");
    expect(rendered).toContain("\n<1 error>\n");
  });

  it("does without the text of a file that cannot be read", () => {
    const rendered = renderText(collectDiagnostics([diagnostic("ab", "b")]), { source: () => null });
    expect(rendered).toBe(
      "a.saga: error SAGA4003 missing-compensation: Step `charge` does not say how it is undone.\n\n1 error\n",
    );
  });
});

describe("marks under a line", () => {
  const marked = (line: string, mark: string): string => {
    const from = line.indexOf(mark);
    const { text, marks } = markLine(line, from, from + mark.length, "^");
    return `${text}\n${marks}`;
  };

  it.each([
    ["a tab", "\tab", "b", "    ab\n     ^"],
    ["a tab inside", "ab\tcd", "cd", "ab  cd\n    ^^"],
    ["wide characters before", "注文 x", "x", "注文 x\n     ^"],
    ["wide characters in it", "a 注文", "注文", "a 注文\n  ^^^^"],
    ["a character of two units", "😀 x", "x", "😀 x\n   ^"],
    ["joining marks", "e\u0301 x", "x", "e\u0301 x\n  ^"],
  ])("%s", (_, line, mark, expected) => {
    expect(marked(line, mark)).toBe(expected);
  });

  it("stay in sight on a very long line", () => {
    const line = `${"x".repeat(50_000)}HERE${"y".repeat(50_000)}`;
    const { text, marks } = markLine(line, 50_000, 50_004, "^");
    expect(text.length).toBeLessThan(200);
    expect(text.slice(marks.indexOf("^"), marks.lastIndexOf("^") + 1)).toBe("HERE");
    expect([text.at(0), text.at(-1)]).toEqual(["…", "…"]);
  });

  it("are no longer than what is shown", () => {
    const { text, marks } = markLine("z".repeat(5000), 0, 5000, "^");
    expect(marks.length).toBeLessThanOrEqual(text.length);
  });
});

describe("the JSON report", () => {
  it("has the shape of the Language Server Protocol, with places from zero", () => {
    const text = "saga Pay {\n  step charge { }\n}\n";
    const edit = { span: { file: "a.saga", start: 0, end: 4 }, text: "Saga" };
    const one = diagnostic(text, "charge", {
      labels: [{ span: { file: "dir/ü b.saga", start: 0, end: 1 }, message: "here" }],
      note: "Why.",
      help: "Do.",
      fixes: [{ title: "Fix", safe: true, edits: [edit] }],
    });
    const rendered = renderJson(collectDiagnostics([one]), sourcesOf({ "a.saga": text, "dir/ü b.saga": "x" }));
    expect(rendered.endsWith("}\n")).toBe(true);
    expect(JSON.parse(rendered)).toEqual({
      schema: 1,
      diagnostics: [
        {
          file: "a.saga",
          range: { start: { line: 1, character: 7 }, end: { line: 1, character: 13 } },
          severity: 1,
          code: "SAGA4003",
          codeDescription: { href: "docs/errors/SAGA4003.md" },
          source: "sagac",
          slug: "missing-compensation",
          message: "Step `charge` does not say how it is undone.",
          relatedInformation: [
            {
              location: {
                uri: "dir/%C3%BC%20b.saga",
                range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
              },
              message: "here",
            },
          ],
          note: "Why.",
          help: "Do.",
          fixes: [
            {
              title: "Fix",
              safe: true,
              edits: [
                {
                  file: "a.saga",
                  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 4 } },
                  newText: "Saga",
                },
              ],
            },
          ],
        },
      ],
      summary: { errors: 1, warnings: 0, omitted: 0 },
    });
  });

  it("is a whole document when there is nothing to say", () => {
    expect(JSON.parse(renderJson(collectDiagnostics([]), () => null))).toEqual({
      schema: 1,
      diagnostics: [],
      summary: { errors: 0, warnings: 0, omitted: 0 },
    });
  });
});
