import type { Connection } from "vscode-languageserver/node";
import type { FileDiagnostic } from "../service/diagnostics.ts";
import { lspDiagnostic } from "./convert.ts";
import type { OpenFolders } from "./folders.ts";

/**
 * Tells the editor what is wrong in each open file. The one that was edited last comes first, as soon as the typing pauses; the others follow one
 * by one, and whatever the editor asks meanwhile is answered in between.
 */
export class Publisher {
  readonly #connection: Connection;
  readonly #folders: OpenFolders;
  /** What was told last, by URI. */
  readonly #told = new Map<string, readonly FileDiagnostic[]>();
  #waiting: string[] = [];
  /** The disk has to be looked at anew: once for all that waits, as each look is at every file. */
  #stale = true;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(connection: Connection, folders: OpenFolders) {
    this.#connection = connection;
    this.#folders = folders;
  }

  /** A file was opened or edited; `null`: something on the disk or of the folders. */
  changed(uri: string | null): void {
    if (uri !== null) this.#told.delete(uri);
    const first = uri ?? this.#waiting[0] ?? null;
    this.#waiting = [...(first === null ? [] : [first]), ...this.#folders.files().filter((each) => each !== first)];
    this.#stale = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#next(), PAUSE_MS);
  }

  closed(uri: string): void {
    this.#told.delete(uri);
    void this.#connection.sendDiagnostics({ uri, diagnostics: [] });
    this.changed(null);
  }

  #next(): void {
    const uri = this.#waiting.shift();
    this.#timer = this.#waiting.length === 0 ? null : setTimeout(() => this.#next(), 0);
    if (uri === undefined) return;
    try {
      this.#tell(uri);
    } catch (error) {
      // A bug of ours; the server goes on, and the other files have their answers.
      this.#connection.console.error(`sagac cannot check ${uri}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }

  #tell(uri: string): void {
    if (this.#stale) this.#folders.refresh();
    this.#stale = false;
    const open = this.#folders.text(uri) === null ? null : this.#folders.document(uri);
    if (open === null) return;
    const { checker, workspace, document, path } = open;
    const found = checker.diagnostics(path);
    if (this.#told.get(uri) === found) return;
    this.#told.set(uri, found);
    const diagnostics = found.map((each) => lspDiagnostic(workspace, document, each));
    void this.#connection.sendDiagnostics({ uri, diagnostics });
  }
}

/** Edits that come closer together than this are one: a paste, a rename, a key that is held down. */
const PAUSE_MS = 15;
