import type { ImportExtension } from "../emit/target.ts";

/** Options that every command has. */
export interface CommonOptions {
  readonly format: "text" | "json";
  /** `undefined`: nothing was said. */
  readonly color?: boolean;
  readonly maxWarnings: number | null;
  readonly quiet: boolean;
}

export const REPORT_FORMATS = ["text", "json", "sarif", "github"] as const;

export interface CheckOptions extends Omit<CommonOptions, "format"> {
  readonly format: (typeof REPORT_FORMATS)[number];
}

export interface BuildOptions extends CommonOptions {
  readonly outDir: string | null;
  /** `null`: as the nearest tsconfig wants it. */
  readonly importExtension: ImportExtension | null;
  /** Write nothing; say whether something would be written. */
  readonly check: boolean;
  /** Whether the user's steps files are made and brought up to date. */
  readonly steps: boolean;
  /** Whether tests of the machines are written, also where there are none yet. */
  readonly tests: boolean;
}

export interface FormatOptions extends CommonOptions {
  /** Write nothing; exit 1 if a file would change. */
  readonly check: boolean;
  /** Write nothing; print what would change. */
  readonly diff: boolean;
  /** Read stdin instead of files, under this name; `null`: read files. */
  readonly stdinPath: string | null;
}

export interface VerifyOptions extends CommonOptions {
  /** Of one saga. */
  readonly maxStates: number;
  /** For one saga. */
  readonly seconds: number;
}

export const GRAPH_FORMATS = ["mermaid", "dot", "json"] as const;

export interface GraphOptions extends Omit<CommonOptions, "format"> {
  readonly format: (typeof GRAPH_FORMATS)[number];
  /** `null`: all that there are. */
  readonly saga: string | null;
  /** `null`: to stdout. */
  readonly outDir: string | null;
}
