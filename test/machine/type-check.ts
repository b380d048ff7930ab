import { execFileSync } from "node:child_process";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const FLAGS = [
  "--noEmit --ignoreConfig --strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --noUnusedLocals --noUnusedParameters",
  "--noImplicitReturns --noImplicitOverride --noPropertyAccessFromIndexSignature --erasableSyntaxOnly --verbatimModuleSyntax",
  "--isolatedModules --module nodenext --target es2024 --allowImportingTsExtensions --skipLibCheck --types node",
]
  .join(" ")
  .split(" ");

/** What the type checker says of these files under `strict` and more; nothing where they are fine. */
export function typeErrors(files: readonly string[]): string {
  try {
    execFileSync(`${ROOT}node_modules/.bin/tsc`, [...FLAGS, ...files.map((file) => relative(ROOT, file))], {
      cwd: ROOT,
      encoding: "utf8",
    });
    return "";
  } catch (problem) {
    return (problem as { stdout: string }).stdout;
  }
}
