import { globSync, readFileSync, statSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createDocument, type Document, type Workspace } from "../service/document.ts";
import { memorySources, type SourceSet } from "../source/source-set.ts";

/** The files of a folder: those that are open as the editor has them, the others as the disk does. Paths are relative to the folder. */
export class EditorWorkspace implements Workspace {
  readonly #root: string;
  readonly #open = new Map<string, Document>();
  readonly #read = new Map<string, { readonly changedAtMs: number; readonly document: Document }>();

  constructor(root: string) {
    this.#root = root;
  }

  open(uri: string, text: string): Document {
    const document = createDocument(this.pathOf(uri), text);
    this.#open.set(document.path, document);
    return document;
  }

  close(uri: string): void {
    this.#open.delete(this.pathOf(uri));
  }

  opened(): readonly Document[] {
    return [...this.#open.values()];
  }

  document(path: string): Document | null {
    const open = this.#open.get(path);
    if (open !== undefined) return open;
    const absolute = resolve(this.#root, path);
    const stat = statSync(absolute, { throwIfNoEntry: false });
    if (stat?.isFile() !== true || stat.size > MOST_BYTES) return null;
    const known = this.#read.get(path);
    if (known?.changedAtMs === stat.mtimeMs) return known.document;
    const document = createDocument(path, readFileSync(absolute, "utf8"));
    this.#read.set(path, { changedAtMs: stat.mtimeMs, document });
    return document;
  }

  paths(): readonly string[] {
    const onDisk = globSync("**/*.saga", { cwd: this.#root, exclude: (name) => name === "node_modules" || name === "dist" });
    return [...new Set([...this.#open.keys(), ...onDisk.map((path) => path.split(sep).join("/"))])].sort();
  }

  /** What the compiler reads: all there is, as of now. */
  sources(): SourceSet {
    const texts = new Map<string, string>();
    for (const path of this.paths()) {
      const document = this.document(path);
      if (document !== null) texts.set(path, document.text);
    }
    return memorySources(texts);
  }

  pathOf(uri: string): string {
    if (!uri.startsWith("file:")) return uri.replace(/^[\w-]+:\/*/, "");
    return relative(this.#root, fileURLToPath(uri)).split(sep).join("/");
  }

  uriOf(path: string): string {
    return pathToFileURL(resolve(this.#root, path)).href;
  }
}

/** A file beyond is no source. */
const MOST_BYTES = 4 * 1024 * 1024;
