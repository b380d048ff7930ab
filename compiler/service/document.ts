import type { FileNode } from "../ast/nodes.ts";
import { type ParsedFile, parseFile } from "../ast/parse.ts";
import { createLineTable, type LineTable } from "../source/line-table.ts";
import { type NameIndex, nameIndex } from "./names.ts";

/** One file as an editor has it, with all that follows from its text alone: worked out when it is first asked for, and kept. */
export interface Document {
  readonly path: string;
  readonly text: string;
  readonly lines: LineTable;
  readonly parsed: ParsedFile;
  readonly file: FileNode;
  readonly names: NameIndex;
}

/** Pure; an editor keeps it until the text changes. */
export function createDocument(path: string, text: string): Document {
  return new TextDocument(path, text);
}

class TextDocument implements Document {
  readonly path: string;
  readonly text: string;
  #lines: LineTable | null = null;
  #parsed: ParsedFile | null = null;
  #names: NameIndex | null = null;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  get lines(): LineTable {
    this.#lines ??= createLineTable(this.text);
    return this.#lines;
  }

  get parsed(): ParsedFile {
    this.#parsed ??= parseFile(this.text, this.path);
    return this.#parsed;
  }

  get file(): FileNode {
    return this.parsed.file;
  }

  get names(): NameIndex {
    this.#names ??= nameIndex(this.file);
    return this.#names;
  }
}

/** How many tokens begin before an offset. */
export function tokensBefore({ parsed: { tokens } }: Document, offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.startOffset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
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
