import type { FileNode } from "../ast/nodes.ts";
import { parseFile } from "../ast/parse.ts";
import { createLineTable, type LineTable } from "../source/line-table.ts";
import { type NameIndex, nameIndex } from "./names.ts";

/** One file as an editor has it, with all that follows from its text alone. */
export interface Document {
  readonly path: string;
  readonly text: string;
  readonly lines: LineTable;
  readonly file: FileNode;
  readonly names: NameIndex;
}

/** Pure; an editor keeps it until the text changes. */
export function createDocument(path: string, text: string): Document {
  const { file } = parseFile(text, path);
  return { path, text, lines: createLineTable(text), file, names: nameIndex(file) };
}

/** The files that a feature may look into: those that are open as they are, others as the disk has them. */
export interface Workspace {
  document(path: string): Document | null;
  /** Every `.saga` file. */
  paths(): readonly string[];
}

/** A stretch of one file. */
export interface Place {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

export interface TextChange extends Place {
  readonly text: string;
}

/** The path that an import names, from the root; `null`: it leaves it. */
export function importedPath(from: string, specifier: string): string | null {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join("/");
}
