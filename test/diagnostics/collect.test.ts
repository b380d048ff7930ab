import { describe, expect, it } from "vitest";
import { collectDiagnostics } from "../../compiler/diagnostics/collect.ts";
import type { Diagnostic, DiagnosticCode, Severity } from "../../compiler/diagnostics/diagnostic.ts";

function at(start: number, code: DiagnosticCode = "SAGA9001", file = "a.saga", severity: Severity = "error"): Diagnostic {
  const span = { file, start, end: start + 1 };
  return { code, slug: "x", severity, message: "m", span, labels: [], note: null, help: null, fixes: [], docs: "" };
}

describe("collecting diagnostics", () => {
  it("sorts by file, then by place, whatever the order they come in", () => {
    const sorted = [at(1), at(5), at(2, "SAGA9001", "b.saga")];
    expect(collectDiagnostics([...sorted].reverse()).diagnostics).toEqual(sorted);
  });

  it("says one thing of one place once, and two things twice", () => {
    const report = collectDiagnostics([at(1), at(1), at(1, "SAGA9002"), at(1, "SAGA9001", "b.saga")]);
    expect(report.diagnostics.map(({ code, span }) => [span.file, code])).toEqual([
      ["a.saga", "SAGA9001"],
      ["a.saga", "SAGA9002"],
      ["b.saga", "SAGA9001"],
    ]);
    expect(report).toMatchObject({ errors: 3, warnings: 0, omitted: 0 });
  });

  it("keeps errors before warnings when there are too many, and counts all", () => {
    const warnings = [1, 2, 3].map((start) => at(start, "SAGA9001", "a.saga", "warning"));
    const errors = [7, 8].map((start) => at(start));
    const report = collectDiagnostics([...warnings, ...errors], 3);
    expect(report.diagnostics.map(({ span }) => span.start)).toEqual([1, 7, 8]);
    expect(report).toMatchObject({ errors: 2, warnings: 3, omitted: 2 });
  });

  it("leaves its argument as it was", () => {
    const all = [at(2), at(1)];
    collectDiagnostics(all);
    expect(all.map(({ span }) => span.start)).toEqual([2, 1]);
  });
});
