import { fileURLToPath } from "node:url";
import {
  CompletionItemKind,
  type Connection,
  DiagnosticSeverity,
  type DocumentSymbol,
  FoldingRangeKind,
  type InitializeResult,
  InsertTextFormat,
  type Location,
  type CompletionItem as LspCompletionItem,
  type Range,
  ResponseError,
  SymbolKind,
  TextDocumentSyncKind,
  type TextEdit,
} from "vscode-languageserver/node";
import { type CompletionItem, completion } from "../service/completion.ts";
import { definition } from "../service/definition.ts";
import { diagnostics, type FileDiagnostic } from "../service/diagnostics.ts";
import type { Document, Place } from "../service/document.ts";
import { folding } from "../service/folding.ts";
import { formatting } from "../service/formatting.ts";
import { hover } from "../service/hover.ts";
import { references } from "../service/references.ts";
import { rename, renameable } from "../service/rename.ts";
import { type OutlineSymbol, symbols } from "../service/symbols.ts";
import { VERSION } from "../version.ts";
import { EditorWorkspace } from "./workspace.ts";

/** Answers a client until it says exit. `cwd`: the folder, where the client names none. */
export function serve(connection: Connection, cwd: string): void {
  let workspace = new EditorWorkspace(cwd);
  let pending: ReturnType<typeof setTimeout> | null = null;

  connection.onInitialize(({ workspaceFolders, rootUri }): InitializeResult => {
    const root = workspaceFolders?.[0]?.uri ?? rootUri ?? null;
    if (root?.startsWith("file:") === true) workspace = new EditorWorkspace(fileURLToPath(root));
    return {
      serverInfo: { name: "sagac", version: VERSION },
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Full,
        hoverProvider: true,
        completionProvider: { triggerCharacters: ["."] },
        definitionProvider: true,
        referencesProvider: true,
        renameProvider: { prepareProvider: true },
        documentSymbolProvider: true,
        foldingRangeProvider: true,
        documentFormattingProvider: true,
      },
    };
  });

  const publish = (): void => {
    pending = null;
    const sources = workspace.sources();
    const all = diagnostics(
      sources,
      workspace.opened().map(({ path }) => path),
    );
    for (const document of workspace.opened()) {
      const own = all.filter(({ span }) => span.file === document.path);
      const found = own.map((each) => lspDiagnostic(workspace, document, each));
      void connection.sendDiagnostics({ uri: workspace.uriOf(document.path), diagnostics: found });
    }
  };
  const soon = (): void => {
    if (pending !== null) clearTimeout(pending);
    pending = setTimeout(publish, DEBOUNCE_MS);
  };
  connection.onDidOpenTextDocument(({ textDocument }) => {
    workspace.open(textDocument.uri, textDocument.text);
    soon();
  });
  connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => {
    const text = contentChanges.at(-1)?.text;
    if (text !== undefined) workspace.open(textDocument.uri, text);
    soon();
  });
  connection.onDidCloseTextDocument(({ textDocument }) => {
    workspace.close(textDocument.uri);
    void connection.sendDiagnostics({ uri: textDocument.uri, diagnostics: [] });
    soon();
  });

  /** The document and the offset that a request speaks of. */
  const at = <Answer>(
    { textDocument, position }: { textDocument: { uri: string }; position: { line: number; character: number } },
    answer: (document: Document, offset: number) => Answer,
  ): Answer | null => {
    const document = workspace.document(workspace.pathOf(textDocument.uri));
    return document === null
      ? null
      : answer(document, document.lines.offsetAt({ line: position.line + 1, column: position.character + 1 }));
  };
  connection.onHover((params) =>
    at(params, (document, offset) => {
      const found = hover(workspace, document, offset);
      return found === null
        ? null
        : { contents: { kind: "markdown" as const, value: found.markdown }, range: rangeOf(document, found) };
    }),
  );
  connection.onCompletion(
    (params) => at(params, (document, offset) => completion(workspace, document, offset).map(lspCompletion)) ?? [],
  );
  connection.onDefinition((params) =>
    at(params, (document, offset) => {
      const place = definition(workspace, document, offset);
      return place === null ? null : locationOf(workspace, place);
    }),
  );
  connection.onReferences((params) => {
    const withDeclaration = params.context.includeDeclaration;
    const found = at(params, (document, offset) => references(workspace, document, offset, { withDeclaration })) ?? [];
    return found.flatMap((place) => locationOf(workspace, place) ?? []);
  });
  connection.onPrepareRename((params) =>
    at(params, (document, offset) => {
      const place = renameable(workspace, document, offset);
      return place === null ? null : rangeOf(document, place);
    }),
  );
  connection.onRenameRequest((params) =>
    at(params, (document, offset) => {
      const result = rename(workspace, document, offset, params.newName);
      if (!result.ok) throw new ResponseError(REQUEST_FAILED, result.why);
      const changes: Record<string, TextEdit[]> = {};
      for (const change of result.changes) {
        const location = locationOf(workspace, change);
        if (location === null) continue;
        changes[location.uri] = [...(changes[location.uri] ?? []), { range: location.range, newText: change.text }];
      }
      return { changes };
    }),
  );
  connection.onDocumentSymbol(({ textDocument }) => {
    const document = workspace.document(workspace.pathOf(textDocument.uri));
    return document === null ? [] : symbols(document).map((symbol) => lspSymbol(document, symbol));
  });
  connection.onFoldingRanges(({ textDocument }) => {
    const document = workspace.document(workspace.pathOf(textDocument.uri));
    const folds = document === null ? [] : folding(document);
    return folds.map(({ startLine, endLine, kind }) => ({
      startLine: startLine - 1,
      endLine: endLine - 1,
      kind: FOLD_KINDS[kind],
    }));
  });
  connection.onDocumentFormatting(({ textDocument }) => {
    const document = workspace.document(workspace.pathOf(textDocument.uri));
    if (document === null) return [];
    const change = formatting(document);
    return change === null ? [] : [{ range: rangeOf(document, change), newText: change.text }];
  });
  connection.listen();
}

/** Typing goes on: the answer is for who pauses. */
const DEBOUNCE_MS = 80;
/** Of the protocol: the request was fine, and cannot be done. */
const REQUEST_FAILED = -32803;

const FOLD_KINDS = {
  region: FoldingRangeKind.Region,
  comment: FoldingRangeKind.Comment,
  imports: FoldingRangeKind.Imports,
} as const;

function rangeOf({ lines }: Document, { start, end }: { readonly start: number; readonly end: number }): Range {
  const position = (offset: number) => {
    const { line, column } = lines.positionAt(offset);
    return { line: line - 1, character: column - 1 };
  };
  return { start: position(start), end: position(end) };
}

function locationOf(workspace: EditorWorkspace, place: Place): Location | null {
  const document = workspace.document(place.path);
  return document === null ? null : { uri: workspace.uriOf(place.path), range: rangeOf(document, place) };
}

function lspDiagnostic(workspace: EditorWorkspace, document: Document, diagnostic: FileDiagnostic) {
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

function lspCompletion({ label, kind, detail, documentation, snippet }: CompletionItem): LspCompletionItem {
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

function lspSymbol(document: Document, symbol: OutlineSymbol): DocumentSymbol {
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
