import { describe, expect, it } from "vitest";
import { CODES } from "../../compiler/diagnostics/codes.ts";
import { collectDiagnostics } from "../../compiler/diagnostics/collect.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { renderGithub } from "../../compiler/diagnostics/render/github.ts";
import { renderSarif } from "../../compiler/diagnostics/render/sarif.ts";
import { memorySources, type SourceFile } from "../../compiler/source/source-set.ts";

const TEXT = "saga Pay {\n  step charge on payments { }\n}\n";
const PATH = "sagas, 100%/pay.saga";

function source(path: string): SourceFile | null {
  const result = memorySources({ [PATH]: TEXT }).read(path);
  return result.ok ? result.file : null;
}

const OPTIONS = { version: "1.2.3", source, codes: CODES };

function diagnostic(more: Partial<Diagnostic> = {}): Diagnostic {
  const start = TEXT.indexOf("charge");
  return {
    code: "SAGA4003",
    slug: "missing-compensation",
    severity: "error",
    message: "Step `charge` does not say\nhow it is 100% undone.",
    span: { file: PATH, start, end: start + 6 },
    labels: [{ span: { file: PATH, start: 0, end: 4 }, message: "in this saga" }],
    note: "Why.",
    help: "Say it.",
    fixes: [],
    docs: "docs/errors/SAGA4003.md",
    ...more,
  };
}

describe("SARIF", () => {
  it("is one document with the codes that it names, places, and what belongs to them", () => {
    const report = collectDiagnostics([
      diagnostic(),
      diagnostic({ severity: "warning", code: "SAGA4012", slug: "outlives-undo" }),
    ]);
    const document = JSON.parse(renderSarif(report, OPTIONS));
    expect(document.version).toBe("2.1.0");
    const [run] = document.runs;
    expect(run.tool.driver).toMatchObject({ name: "sagac", version: "1.2.3" });
    expect(run.tool.driver.rules.map(({ id, name }: { id: string; name: string }) => [id, name])).toEqual([
      ["SAGA4003", "missing-compensation"],
      ["SAGA4012", "outlives-undo"],
    ]);
    const uri = "sagas,%20100%25/pay.saga";
    const region = { startLine: 2, startColumn: 8, endLine: 2, endColumn: 14 };
    expect(run.results[0]).toMatchObject({
      ruleId: "SAGA4003",
      ruleIndex: 0,
      level: "error",
      message: { text: "Step `charge` does not say\nhow it is 100% undone.\nWhy.\nSay it." },
      locations: [{ physicalLocation: { artifactLocation: { uri }, region } }],
      relatedLocations: [{ id: 0, message: { text: "in this saga" } }],
    });
    expect(run.results[1]).toMatchObject({ ruleIndex: 1, level: "warning" });
  });

  it("is a document also where nothing is wrong", () => {
    const { runs } = JSON.parse(renderSarif(collectDiagnostics([]), OPTIONS));
    expect(runs[0].results).toEqual([]);
    expect(runs[0].tool.driver.rules).toEqual([]);
  });
});

describe("GitHub's workflow commands", () => {
  it("are a line each, whatever a text or a path holds", () => {
    expect(renderGithub(collectDiagnostics([diagnostic()]), source)).toBe(
      "::error file=sagas%2C 100%25/pay.saga,line=2,col=8,endLine=2,endColumn=14,title=SAGA4003 missing-compensation" +
        "::Step `charge` does not say%0Ahow it is 100%25 undone.%0ASay it.\n",
    );
  });

  it("have no place where the source is gone", () => {
    const gone = diagnostic({ span: { file: "gone.saga", start: 0, end: 1 }, severity: "warning", help: null, message: "x" });
    expect(renderGithub(collectDiagnostics([gone]), source)).toBe(
      "::warning file=gone.saga,title=SAGA4003 missing-compensation::x\n",
    );
  });
});
