import { posix } from "node:path";
import type { Plan, PlanTypeDecl } from "../../plan/plan.ts";
import type { EmitOptions } from "../target.ts";
import { relativeSpecifier } from "./escape.ts";

/** A type that a file of TypeScript exports. */
export interface ImportedType extends PlanTypeDecl {
  readonly from: string;
}

export function importedTypes(plan: Plan): readonly ImportedType[] {
  return plan.types.filter((type): type is ImportedType => type.from !== null);
}

/**
 * The quoted specifier of the user's file for a module in the generated folder. It ends as the options want it: a `.ts` file is `.js` under
 * nodenext, `.mts` is `.mjs`, and what only declares (`.d.ts`) is called by what it declares.
 */
export function importedSpecifier(
  { from }: ImportedType,
  plan: Plan,
  { importExtension }: Pick<EmitOptions, "importExtension">,
): string {
  const path = posix.normalize(posix.join("..", posix.dirname(plan.source), from));
  return relativeSpecifier(withExtension(path, importExtension));
}

function withExtension(path: string, extension: EmitOptions["importExtension"]): string {
  const [, stem, module] = /^(.*?)(?:\.d)?\.([cm]?)tsx?$/.exec(path) ?? [];
  if (stem === undefined || extension === ".ts") return path;
  // Without extensions only the plain ones are found.
  return extension === "" && module === "" ? stem : `${stem}.${module}js`;
}
