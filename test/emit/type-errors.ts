import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { TARGETS } from "../../compiler/emit/index.ts";
import { newStepsFile } from "../../compiler/emit/steps.ts";
import type { ImportExtension, Target } from "../../compiler/emit/target.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import { ROOT, scratchFolder } from "../kit/scratch.ts";
import { emitted, OPTIONS } from "./emitted.ts";

/** Errors of tsc in the emitted files, with the options of a user who set no others. */
export async function typeErrors(
  saga: Plan,
  compilerOptions: object,
  importExtension: ImportExtension,
  more: Record<string, string> = {},
  targets: readonly Target[] = TARGETS,
): Promise<string[]> {
  const generated = Object.entries(emitted(saga, { importExtension }, targets)).map(([path, text]) => [
    `generated/${path}`,
    text,
  ]);
  const folder = scratchFolder({
    ...Object.fromEntries(generated),
    "user.steps.ts": newStepsFile(saga, { ...OPTIONS, importExtension }, "./generated"),
    ...more,
    "tsconfig.json": JSON.stringify({
      compilerOptions: { strict: true, noEmit: true, skipLibCheck: true, types: [], ...compilerOptions },
    }),
  });
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, "-p", folder, "--pretty", "false"], { cwd: folder }).catch(
    (failure: { stdout: string }) => failure,
  );
  // The runtime's own sources are checked with the project.
  return stdout.split("\n").filter((line) => line !== "" && !line.startsWith("../") && !line.startsWith("  "));
}

export const TYPE_STRIPPING = { module: "nodenext", allowImportingTsExtensions: true };

/** Everything that a cautious user switches on. */
export const CAUTIOUS = {
  ...TYPE_STRIPPING,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitReturns: true,
  noImplicitOverride: true,
  erasableSyntaxOnly: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
};
