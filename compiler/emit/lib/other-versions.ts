import type { EmitOptions } from "../target.ts";
import { identifier, relativeSpecifier } from "./escape.ts";
import { moduleFile, type SagaNames } from "./names.ts";

/** What a definition's module says of the other versions of its saga: their imports, their types, and the table of them. */
export function otherVersionImports(names: SagaNames, saga: string, options: EmitOptions): readonly string[] {
  return othersOf(options).map(({ version, folder }) => {
    const from = specifierIn(folder, moduleFile(saga, "saga"), options);
    return `import { ${names.variable} as ${aliasOf(names, version)} } from ${from};`;
  });
}

/** `{ 1: typeof placeOrderV1 }`; `null`: there are none. */
export function otherVersionsType(names: SagaNames, options: EmitOptions): string | null {
  const all = othersOf(options).map(({ version }) => `${version}: typeof ${aliasOf(names, version)}`);
  return all.length === 0 ? null : `{ ${all.join("; ")} }`;
}

/** `otherVersions: { 1: placeOrderV1 },`; `null`: there are none. */
export function otherVersionsEntry(names: SagaNames, options: EmitOptions): string | null {
  const all = othersOf(options).map(({ version }) => `${version}: ${aliasOf(names, version)}`);
  return all.length === 0 ? null : `otherVersions: { ${all.join(", ")} },`;
}

function othersOf({ otherVersions = [] }: EmitOptions): NonNullable<EmitOptions["otherVersions"]> {
  return otherVersions.toSorted((a, b) => a.version - b.version);
}

function aliasOf({ variable }: SagaNames, version: number): string {
  return identifier(`${variable}V${version}`);
}

/** The quoted specifier of a `.ts` file in a folder (`./place-order.v1`), by the options' extension. */
export function specifierIn(folder: string, file: string, { importExtension }: Pick<EmitOptions, "importExtension">): string {
  return relativeSpecifier(`${folder}/${file.replace(/\.ts$/, "")}${importExtension}`);
}
