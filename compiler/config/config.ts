/**
 * What `sagac.config.ts` (or `.js`, `.mjs`, `.json`) says. Paths are relative to it. What the command line says comes first.
 */
export interface SagaConfig {
  /** What is compiled when no path is given: `.saga` files, folders and patterns. By default the present folder. */
  readonly sources?: readonly string[];
  /** Where generated files go. By default `generated/` beside each source. */
  readonly outDir?: string;
  /** The end of relative imports in what is written. By default as the nearest tsconfig wants it. */
  readonly importExtension?: ".ts" | ".js" | "none";
  /** `false`: `<saga>.steps.ts` files are left alone. */
  readonly steps?: boolean;
  /** `true`: `<saga>.machine.test.ts` is written as well. */
  readonly tests?: boolean;
  /** More files that are made of each saga. */
  readonly targets?: readonly ConfigTarget[];
}

/** A kind of file of one's own, made of a saga's plan. */
export interface ConfigTarget {
  /** For messages: `openapi`. */
  readonly name: string;
  /** Pure: the same plan and options give the same files. `plan`: as `<saga>.plan.json` has it; its `schema` says which form that is. */
  readonly emit: (plan: ConfigPlan, options: ConfigTargetOptions) => readonly ConfigTargetFile[];
}

/** The plan, as plain JSON: its contract is the type `Plan` of `sagac`. */
export interface ConfigPlan {
  readonly schema: number;
  readonly saga: string;
  readonly version: number;
}

export interface ConfigTargetOptions {
  readonly importExtension: ".ts" | ".js" | "";
  /** Of the saga's files: `place-order`. */
  readonly stem: string;
}

export interface ConfigTargetFile {
  /** From the generated folder, with `/`; below it. */
  readonly path: string;
  readonly text: string;
}

/** Gives its argument back: what it is for is the type. */
export function defineConfig(config: SagaConfig): SagaConfig {
  return config;
}
