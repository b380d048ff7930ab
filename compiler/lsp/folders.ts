import { dirname, sep } from "node:path";
import { type Checker, createChecker } from "../service/diagnostics.ts";
import type { Document } from "../service/document.ts";
import { EditorWorkspace, filePath } from "./workspace.ts";

/** A folder that is open, and what is known of its files. */
export interface OpenFolder {
  readonly workspace: EditorWorkspace;
  readonly checker: Checker;
}

/** A file that a request speaks of, where it belongs. */
export interface FolderFile extends OpenFolder {
  readonly path: string;
  readonly document: Document;
}

/** The folders that an editor has open, and its files. A file that lies in none of them has its own folder for a project, without those below. */
export class OpenFolders {
  readonly #nowMs: () => number;
  readonly #named = new Map<string, OpenFolder>();
  readonly #loose = new Map<string, OpenFolder>();
  /** The text of each open file, by its URI. */
  readonly #texts = new Map<string, string>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  add(uri: string): void {
    const path = filePath(uri);
    if (path === null) return;
    this.#named.set(uri, this.#create(path, true));
    this.#sort();
  }

  remove(uri: string): void {
    this.#named.delete(uri);
    this.#sort();
  }

  open(uri: string, text: string): void {
    this.#texts.set(uri, text);
    this.of(uri).workspace.open(uri, text);
  }

  close(uri: string): void {
    this.#texts.delete(uri);
    this.of(uri).workspace.close(uri);
    if (this.#texts.size === 0) this.#loose.clear();
  }

  /** `null`: it is not open. */
  text(uri: string): string | null {
    return this.#texts.get(uri) ?? null;
  }

  files(): readonly string[] {
    return [...this.#texts.keys()];
  }

  /** From now on the disk is as it is now. */
  refresh(): void {
    for (const { workspace } of [...this.#named.values(), ...this.#loose.values()]) workspace.refresh();
  }

  /** `null`: there is no such file. */
  document(uri: string): FolderFile | null {
    const folder = this.of(uri);
    const path = folder.workspace.pathOf(uri);
    const document = path === null ? null : folder.workspace.document(path);
    return path === null || document === null ? null : { ...folder, path, document };
  }

  /** The innermost folder that holds a file. */
  of(uri: string): OpenFolder {
    const path = filePath(uri);
    const around = [...this.#named.values()].filter(({ workspace }) => path?.startsWith(withSep(workspace.folder)));
    const [first] = around.sort((a, b) => b.workspace.folder.length - a.workspace.folder.length);
    if (first !== undefined) return first;
    const folder = path === null ? sep : dirname(path);
    const known = this.#loose.get(folder) ?? this.#create(folder, false);
    this.#loose.set(folder, known);
    return known;
  }

  #create(folder: string, deep: boolean): OpenFolder {
    const workspace = new EditorWorkspace(folder, this.#nowMs, { deep });
    return { workspace, checker: createChecker(workspace) };
  }

  /** Files may belong elsewhere now. */
  #sort(): void {
    for (const { workspace } of [...this.#named.values(), ...this.#loose.values()])
      for (const uri of this.files()) workspace.close(uri);
    this.#loose.clear();
    for (const [uri, text] of this.#texts) this.of(uri).workspace.open(uri, text);
  }
}

function withSep(folder: string): string {
  return folder.endsWith(sep) ? folder : folder + sep;
}
