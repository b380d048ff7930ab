import type { Plan } from "../plan/plan.ts";

/**
 * One thing that is made of a plan. A target is a pure function: same plan and options, same bytes, on any machine. It reads
 * nothing but its arguments, and text reaches the files through `lib/escape.ts` only.
 */
export interface Target {
  /** Short and stable: `types`, `machine`. */
  readonly name: string;
  emit(plan: Plan, options: EmitOptions): readonly EmittedFile[];
}

export interface EmitOptions {
  /** What stands at the end of a relative import: type stripping wants `.ts`, nodenext `.js`, a bundler takes none. */
  readonly importExtension: ImportExtension;
  /** Version of sagac, for the header. */
  readonly compilerVersion: string;
  /** SHA-256 (hex) of the canonical plan, computed once for all targets. */
  readonly planHash: string;
  /** The canonical plan's text, which the hash is of. */
  readonly planText: string;
  /** `true`: these files are of a version that is being released, and are never written again. */
  readonly released?: boolean;
  /** Released versions of the saga beside this one that may still have sagas to end, by number. */
  readonly otherVersions?: readonly OtherVersion[];
}

export interface OtherVersion {
  readonly version: number;
  /** Of its files, from the generated folder, with `/`: `./place-order.v1`. */
  readonly folder: string;
}

export type ImportExtension = ".ts" | ".js" | "";

export interface EmittedFile {
  /** Relative to the generated folder, with `/`. */
  readonly path: string;
  /** Ends in one line break; lines end in `\n`. */
  readonly text: string;
}
