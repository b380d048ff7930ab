import { CodeActionKind, type Connection, ResponseError, type ServerCapabilities } from "vscode-languageserver/node";
import { completion } from "../service/completion.ts";
import { definition } from "../service/definition.ts";
import { folding } from "../service/folding.ts";
import { formatting } from "../service/formatting.ts";
import { hover } from "../service/hover.ts";
import { references } from "../service/references.ts";
import { rename, renameable } from "../service/rename.ts";
import { symbols } from "../service/symbols.ts";
import { FIX_ALL, lspCodeActions, textEdits } from "./code-actions.ts";
import { FOLD_KINDS, locationOf, lspCompletion, lspSymbol, rangeOf } from "./convert.ts";
import type { FolderFile, OpenFolders } from "./folders.ts";

/** What an editor can ask, beside what is wrong: what the client is told of it, and how it is answered. */
interface Feature {
  readonly capabilities: ServerCapabilities;
  answer(connection: Connection, asked: Asked): void;
}

export const FEATURES: readonly Feature[] = [
  {
    capabilities: { hoverProvider: true },
    answer: (connection, { at }) =>
      connection.onHover((params) =>
        at(params, ({ workspace, document }, offset) => {
          const found = hover(workspace, document, offset);
          if (found === null) return null;
          return { contents: { kind: "markdown" as const, value: found.markdown }, range: rangeOf(document, found) };
        }),
      ),
  },
  {
    capabilities: { completionProvider: { triggerCharacters: ["."] } },
    answer: (connection, { at }) =>
      connection.onCompletion(
        (params) =>
          at(params, ({ workspace, document }, offset) => completion(workspace, document, offset).map(lspCompletion)) ?? [],
      ),
  },
  {
    capabilities: { definitionProvider: true },
    answer: (connection, { at }) =>
      connection.onDefinition((params) =>
        at(params, ({ workspace, document }, offset) => {
          const place = definition(workspace, document, offset);
          return place === null ? null : locationOf(workspace, place);
        }),
      ),
  },
  {
    capabilities: { referencesProvider: true },
    answer: (connection, { at }) =>
      connection.onReferences(
        (params) =>
          at(params, ({ workspace, document }, offset) => {
            const places = references(workspace, document, offset, { withDeclaration: params.context.includeDeclaration });
            return places.flatMap((place) => locationOf(workspace, place) ?? []);
          }) ?? [],
      ),
  },
  {
    capabilities: { renameProvider: { prepareProvider: true } },
    answer(connection, { at }) {
      connection.onPrepareRename((params) =>
        at(params, ({ workspace, document }, offset) => {
          const place = renameable(workspace, document, offset);
          return place === null ? null : rangeOf(document, place);
        }),
      );
      connection.onRenameRequest((params) =>
        at(params, ({ workspace, document }, offset) => {
          const result = rename(workspace, document, offset, params.newName);
          if (!result.ok) throw new ResponseError(REQUEST_FAILED, result.why);
          return { changes: textEdits(workspace, result.changes) };
        }),
      );
    },
  },
  {
    capabilities: { documentSymbolProvider: true },
    answer: (connection, { of }) =>
      connection.onDocumentSymbol(
        (params) => of(params, ({ document }) => symbols(document).map((each) => lspSymbol(document, each))) ?? [],
      ),
  },
  {
    capabilities: { foldingRangeProvider: true },
    answer: (connection, { of }) =>
      connection.onFoldingRanges(
        (params) =>
          of(params, ({ document }) =>
            folding(document).map(({ startLine, endLine, kind }) => ({
              startLine: startLine - 1,
              endLine: endLine - 1,
              kind: FOLD_KINDS[kind],
            })),
          ) ?? [],
      ),
  },
  {
    capabilities: { documentFormattingProvider: true },
    answer: (connection, { of }) =>
      connection.onDocumentFormatting(
        (params) =>
          of(params, ({ document }) => {
            const change = formatting(document);
            return change === null ? [] : [{ range: rangeOf(document, change), newText: change.text }];
          }) ?? [],
      ),
  },
  {
    capabilities: { codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] } },
    answer: (connection, { of }) =>
      connection.onCodeAction((params) => of(params, (file) => lspCodeActions(file, params.range, params.context)) ?? []),
  },
];

/** Of the protocol: the request was fine, and cannot be done. */
const REQUEST_FAILED = -32803;

interface InFile {
  readonly textDocument: { readonly uri: string };
}

interface InPlace extends InFile {
  readonly position: { readonly line: number; readonly character: number };
}

/** Finds what a request speaks of, on the disk as it is now; the answer is `null` where there is no such file. */
interface Asked {
  of<Answer>(params: InFile, answer: (file: FolderFile) => Answer): Answer | null;
  /** The same, and an offset in it. */
  at<Answer>(params: InPlace, answer: (file: FolderFile, offset: number) => Answer): Answer | null;
}

export function askedOf(folders: OpenFolders): Asked {
  const of: Asked["of"] = ({ textDocument: { uri } }, answer) => {
    folders.refresh();
    const file = folders.document(uri);
    return file === null ? null : answer(file);
  };
  return {
    of,
    at: (params, answer) =>
      of(params, (file) => {
        const { line, character } = params.position;
        return answer(file, file.document.lines.offsetAt({ line: line + 1, column: character + 1 }));
      }),
  };
}
