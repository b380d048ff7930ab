import type { SourceFile } from "../../source/source-set.ts";
import type { Span } from "../../source/span.ts";
import type { Report } from "../collect.ts";
import type { Diagnostic, Fix, Severity } from "../diagnostic.ts";

export interface SarifOptions {
  /** Of sagac. */
  readonly version: string;
  readonly source: (path: string) => SourceFile | null;
  /** What is known of each code. */
  readonly codes: readonly {
    readonly code: string;
    readonly slug: string;
    readonly severity: Severity;
    readonly summary: string;
    readonly docs: string;
  }[];
}

/**
 * A report as SARIF 2.1.0 (OASIS), for code scanning: one document, with what is known of each code that it names. Lines and columns count
 * from 1, columns in UTF-16 units.
 */
export function renderSarif(report: Report, { version, source, codes: all }: SarifOptions): string {
  const codes = [...new Set(report.diagnostics.map(({ code }) => code))].sort();
  const rules = codes.map((id) => {
    const known = all.find(({ code }) => code === id);
    const example = report.diagnostics.find(({ code }) => code === id);
    const name = known?.slug ?? example?.slug ?? id;
    return {
      id,
      name,
      shortDescription: { text: known?.summary ?? name },
      helpUri: known?.docs ?? example?.docs ?? "",
      defaultConfiguration: { level: known?.severity ?? example?.severity ?? "error" },
    };
  });
  const results = report.diagnostics.map((diagnostic) => resultOf(diagnostic, codes, source));
  const document = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "sagac", version, rules } }, columnKind: "utf16CodeUnits", results }],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function resultOf(diagnostic: Diagnostic, codes: readonly string[], source: (path: string) => SourceFile | null): unknown {
  const { code, severity, span, labels } = diagnostic;
  const text = [diagnostic.message, diagnostic.note, diagnostic.help].filter((part) => part !== null).join("\n");
  const related = labels.map((label, id) => ({ id, message: { text: label.message }, ...locationOf(label.span, source) }));
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text },
    locations: [locationOf(span, source)],
    ...(related.length > 0 ? { relatedLocations: related } : {}),
    ...(diagnostic.fixes.length > 0 ? { fixes: diagnostic.fixes.map((fix) => fixOf(fix, source)) } : {}),
  };
}

function fixOf({ title, edits }: Fix, source: (path: string) => SourceFile | null): unknown {
  const files = [...new Set(edits.map(({ span }) => span.file))];
  return {
    description: { text: title },
    artifactChanges: files.map((file) => ({
      artifactLocation: { uri: encodeURI(file) },
      replacements: edits
        .filter(({ span }) => span.file === file)
        .map(({ span, text }) => ({ deletedRegion: regionOf(span, source) ?? {}, insertedContent: { text } })),
    })),
  };
}

function locationOf(span: Span, source: (path: string) => SourceFile | null): { readonly physicalLocation: unknown } {
  const uri = encodeURI(span.file);
  const region = regionOf(span, source);
  return { physicalLocation: { artifactLocation: { uri }, ...(region === null ? {} : { region }) } };
}

function regionOf(span: Span, source: (path: string) => SourceFile | null): Readonly<Record<string, number>> | null {
  const lines = source(span.file)?.lines;
  if (lines === undefined) return null;
  const [start, end] = [lines.positionAt(span.start), lines.positionAt(span.end)];
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}
