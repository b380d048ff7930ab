import type { SourceFile } from "../../source/source-set.ts";
import type { Report } from "../collect.ts";

/**
 * A report as workflow commands of GitHub Actions: one line each, which it shows beside the line of the source. What could end a value
 * early is percent-encoded, as the commands want it.
 */
export function renderGithub(report: Report, source: (path: string) => SourceFile | null): string {
  return report.diagnostics
    .map(({ code, slug, severity, span, message, help }) => {
      const lines = source(span.file)?.lines;
      const [start, end] = [lines?.positionAt(span.start), lines?.positionAt(span.end)];
      const place = { file: span.file, line: start?.line, col: start?.column, endLine: end?.line, endColumn: end?.column };
      const values = Object.entries({ ...place, title: `${code} ${slug}` })
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name}=${property(String(value))}`);
      return `::${severity} ${values.join(",")}::${data(help === null ? message : `${message}\n${help}`)}\n`;
    })
    .join("");
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
