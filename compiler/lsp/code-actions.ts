import {
  type CodeActionContext,
  CodeActionKind,
  type CodeAction as LspCodeAction,
  type Range,
  type TextEdit,
} from "vscode-languageserver/node";
import { fixAll, quickFixes } from "../service/code-actions.ts";
import type { TextChange } from "../service/document.ts";
import { lspDiagnostic, rangeOf } from "./convert.ts";
import type { FolderFile } from "./folders.ts";
import type { EditorWorkspace } from "./workspace.ts";

/** Of the protocol, with our name behind it: all safe fixes of a file. Worked out only for who asks for it. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.sagac`;

export function lspCodeActions(
  { workspace, checker, document }: FolderFile,
  range: Range,
  { only }: Pick<CodeActionContext, "only">,
): LspCodeAction[] {
  const [start, end] = [range.start, range.end].map(({ line, character }) =>
    document.lines.offsetAt({ line: line + 1, column: character + 1 }),
  );
  const wantsQuick = only === undefined || only.some((kind) => kind === CodeActionKind.QuickFix);
  const quick = wantsQuick ? quickFixes(checker, document, start ?? 0, end ?? 0) : [];
  const all =
    only?.some((kind) => FIX_ALL === kind || FIX_ALL.startsWith(`${kind}.`)) === true
      ? fixAll(workspace, checker, document)
      : null;
  return [...quick, ...(all === null ? [] : [all])].map(({ title, diagnostic, preferred, changes }) => {
    const edit = { changes: textEdits(workspace, changes) };
    if (diagnostic === null) return { title, kind: FIX_ALL, edit };
    const diagnostics = [lspDiagnostic(workspace, document, diagnostic)];
    return { title, kind: CodeActionKind.QuickFix, isPreferred: preferred, diagnostics, edit };
  });
}

/** Changes by the files they are in. */
export function textEdits(workspace: EditorWorkspace, changes: readonly TextChange[]): Record<string, TextEdit[]> {
  const edits: Record<string, TextEdit[]> = {};
  for (const change of changes) {
    const document = workspace.document(change.path);
    if (document === null) continue;
    const uri = workspace.uriOf(change.path);
    const own = edits[uri] ?? [];
    own.push({ range: rangeOf(document, change), newText: change.text });
    edits[uri] = own;
  }
  return edits;
}
