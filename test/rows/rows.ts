import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CONSTRUCTS } from "@sagac/grammar";
import { marked } from "marked";
import { ROOT } from "../kit/scratch.ts";

/** Every row that something of the product answers to, by name. */

/** The questions that docs/semantics.md answers, each with the heading it stands under: `Failure and undoing: Cancel`. */
export function semanticsRows(): readonly string[] {
  return tableRows("semantics.md");
}

/** What language.md has tables of, each row by its heading and first cell: declarations, types, clauses, expressions. */
export function languageRows(): readonly string[] {
  return tableRows("language.md");
}

/** The clauses of each construct, from the table that the parser, completion and the reference read: `a step: compensate`. */
export function clauseRows(): readonly string[] {
  const rows = CONSTRUCTS.flatMap(({ label, clauses }) => clauses.map(({ keyword }) => `${label}: ${keyword}`));
  return [...new Set(rows)];
}

function tableRows(page: string): readonly string[] {
  const rows: string[] = [];
  let heading = "";
  for (const token of marked.lexer(readFileSync(join(ROOT, "docs", page), "utf8"))) {
    if (token.type === "heading") heading = token.text;
    if (token.type === "table") for (const row of token.rows) rows.push(`${heading}: ${plain(row[0]?.text ?? "")}`);
  }
  return rows;
}

function plain(text: string): string {
  return text.replaceAll("`", "").replaceAll(/\s+/g, " ").trim();
}
