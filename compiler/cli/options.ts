import type { ChangeClass } from "../diff/rule.ts";
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
  /** Which fixes are applied first; `null`: none. */
  readonly fix: "safe" | "all" | null;
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
  /** Write nothing; say what would be written. */
  readonly dryRun: boolean;
  /** Remove generated files that no source makes any more. */
  readonly clean: boolean;
  /** Name every file that is made, also those that do not change. */
  readonly listFiles: boolean;
  /** Look at every released version, not at those of the sagas that are built alone. */
  readonly frozen: boolean;
}

export interface ReleaseOptions extends CommonOptions, Pick<BuildOptions, "outDir" | "importExtension"> {
  /** `null`: all that there are. */
  readonly saga: string | null;
  /** `PlaceOrder@1`, as often as wanted: these are retired, and nothing is released. */
  readonly retire: readonly string[];
}

/** What `init` begins a project with. */
export const TEMPLATE_NAMES = ["minimal", "order"] as const;

export type TemplateName = (typeof TEMPLATE_NAMES)[number];

export const DIFF_FORMATS = ["text", "json", "github"] as const;

export interface DiffOptions extends Omit<CommonOptions, "format"> {
  readonly format: (typeof DIFF_FORMATS)[number];
  /** A `.plan.json`, a folder, or a name that git knows. */
  readonly against: string;
  /** Classes of change that make the exit code 1. */
  readonly breaking: readonly ChangeClass[];
  /** Changes that are not told: rules, or `<saga>:<rule>`. */
  readonly allow: readonly string[];
}

export interface FormatOptions extends CommonOptions {
  /** Write nothing; exit 1 if a file would change. */
  readonly check: boolean;
  /** Write nothing; print what would change. */
  readonly diff: boolean;
  /** Read stdin instead of files, under this name; `null`: read files. */
  readonly stdinPath: string | null;
}

/** What share of its transitions `verify` has XState walk beside the compiled transition; `none`: XState alone walks, all of them. */
export const LOCKSTEPS = ["all", "sampled", "none"] as const;

export interface VerifyOptions extends CommonOptions {
  readonly lockstep: (typeof LOCKSTEPS)[number];
  /** Of one saga. */
  readonly maxStates: number;
  /** For one saga. */
  readonly seconds: number;
}

/** What a person can say of a parked call without telling an output. */
export const PERSON_VERBS = ["retry", "didNotHappen", "skip", "goBack"] as const;

export interface SimulateOptions extends CommonOptions {
  /** `service.operation=outcome,…`, as often as wanted. */
  readonly outcome: readonly string[];
  /** `null`: nothing random unless there are `runs`. */
  readonly seed: number | null;
  /** `null`: one. */
  readonly runs: number | null;
  /** JSON or the path of a file; `null`: a sample. */
  readonly input: string | null;
  /** Paths of steps files, of the saga and of those that it calls; none: outcomes are made up. */
  readonly handlers: readonly string[];
  /** `name=json@2h`, as often as wanted. */
  readonly signal: readonly string[];
  /** `null`: never. */
  readonly cancelAt: string | null;
  /** What is said of each call that parks; `null`: nothing. */
  readonly person: (typeof PERSON_VERBS)[number] | null;
  /** Whether the worker is killed at every point in turn. */
  readonly crash: boolean;
}

export const GRAPH_FORMATS = ["mermaid", "dot", "svg", "json"] as const;

export interface GraphOptions extends Omit<CommonOptions, "format"> {
  readonly format: (typeof GRAPH_FORMATS)[number];
  /** `null`: all that there are. */
  readonly saga: string | null;
  /** `null`: to stdout. */
  readonly outDir: string | null;
}

export const DOCS_FORMATS = ["markdown", "json"] as const;

export interface DocsOptions extends Omit<CommonOptions, "format"> {
  readonly format: (typeof DOCS_FORMATS)[number];
  /** `null`: all that there are. */
  readonly saga: string | null;
  /** `null`: to stdout. */
  readonly outDir: string | null;
}
