import {
  CompletionItemKind,
  DiagnosticSeverity,
  type DocumentSymbol,
  FoldingRangeKind,
  InsertTextFormat,
  type Location,
  type CompletionItem as LspCompletionItem,
  type Diagnostic as LspDiagnostic,
  type Range,
  SymbolKind,
} from "vscode-languageserver/node";
import type { CompletionItem } from "../service/completion.ts";
import type { FileDiagnostic } from "../service/diagnostics.ts";
import type { Document, Place } from "../service/document.ts";
import type { OutlineSymbol } from "../service/symbols.ts";
import type { EditorWorkspace } from "./workspace.ts";

// What features answer, in the words of the protocol: offsets become lines and characters that count from 0.

export const FOLD_KINDS = {
  region: FoldingRangeKind.Region,
  comment: FoldingRangeKind.Comment,
  imports: FoldingRangeKind.Imports,
} as const;

export function rangeOf({ lines }: Document, { start, end }: { readonly start: number; readonly end: number }): Range {
  const position = (offset: number) => {
    const { line, column } = lines.positionAt(offset);
    return { line: line - 1, character: column - 1 };
  };
  return { start: position(start), end: position(end) };
}

export function locationOf(workspace: EditorWorkspace, place: Place): Location | null {
  const document = workspace.document(place.path);
  return document === null ? null : { uri: workspace.uriOf(place.path), range: rangeOf(document, place) };
}

export function lspDiagnostic(workspace: EditorWorkspace, document: Document, diagnostic: FileDiagnostic): LspDiagnostic {
  const { code, severity, span, labels, message, note, help } = diagnostic;
  const related = labels.flatMap((label) => {
    const location = locationOf(workspace, { path: label.span.file, start: label.span.start, end: label.span.end });
    return location === null ? [] : [{ location, message: label.message }];
  });
  return {
    range: rangeOf(document, span),
    severity: severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    code,
    source: "sagac",
    message: [message, note, help].filter((text) => text !== null).join("\n"),
    relatedInformation: related,
  };
}

export function lspCompletion({ label, kind, detail, documentation, snippet }: CompletionItem): LspCompletionItem {
  const text = snippet === null ? {} : { insertText: snippet, insertTextFormat: InsertTextFormat.Snippet };
  return { label, kind: COMPLETION_KINDS[kind], detail, ...(documentation === "" ? {} : { documentation }), ...text };
}

const COMPLETION_KINDS = {
  keyword: CompletionItemKind.Keyword,
  field: CompletionItemKind.Field,
  type: CompletionItemKind.Class,
  error: CompletionItemKind.Event,
  service: CompletionItemKind.Module,
  signal: CompletionItemKind.Event,
  compute: CompletionItemKind.Function,
  saga: CompletionItemKind.Class,
  import: CompletionItemKind.Reference,
  step: CompletionItemKind.Method,
  branch: CompletionItemKind.Struct,
  let: CompletionItemKind.Variable,
  result: CompletionItemKind.Variable,
  item: CompletionItemKind.Variable,
} as const satisfies Record<CompletionItem["kind"], CompletionItemKind>;

export function lspSymbol(document: Document, symbol: OutlineSymbol): DocumentSymbol {
  const { name, detail, kind, children } = symbol;
  return {
    name,
    detail,
    kind: SYMBOL_KINDS[kind],
    range: rangeOf(document, symbol),
    selectionRange: rangeOf(document, { start: symbol.nameStart, end: symbol.nameEnd }),
    children: children.map((child) => lspSymbol(document, child)),
  };
}

const SYMBOL_KINDS = {
  saga: SymbolKind.Class,
  step: SymbolKind.Method,
  type: SymbolKind.Struct,
  error: SymbolKind.Event,
  service: SymbolKind.Module,
  signal: SymbolKind.Event,
  compute: SymbolKind.Function,
  group: SymbolKind.Namespace,
  value: SymbolKind.Variable,
} as const satisfies Record<OutlineSymbol["kind"], SymbolKind>;
