import { createHash } from "node:crypto";
import { emit, TARGETS } from "../emit/index.ts";
import type { EmittedFile, ImportExtension } from "../emit/target.ts";
import { canonicalJson, planHash, planText } from "../plan/canonical.ts";
import type { Plan } from "../plan/plan.ts";
import { VERSION } from "../version.ts";

/**
 * The files of a version that is being released: all that a build writes, in a folder of its own. Types that come from files of TypeScript are
 * written down as they are now, since those files go on changing.
 */
export function freeze(plan: Plan, importExtension: ImportExtension): readonly EmittedFile[] {
  const own: Plan = { ...plan, types: plan.types.map((type) => ({ ...type, from: null })) };
  const options = {
    importExtension,
    compilerVersion: VERSION,
    planHash: planHash(plan),
    planText: planText(plan),
    released: true,
  };
  return emit(own, options, TARGETS);
}

/** SHA-256 (hex) of files by name and text. Line ends do not count: version control may change them. */
export function filesHash(files: readonly EmittedFile[]): string {
  const facts = files
    .map(({ path, text }) => [path, text.replaceAll("\r\n", "\n")])
    .toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  return createHash("sha256").update(canonicalJson(facts), "utf8").digest("hex");
}
