import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SagaDefinition } from "@sagac/runtime";
import { moduleFile, typeNames } from "../../compiler/emit/lib/names.ts";
import { emitSaga } from "../../compiler/emit-saga.ts";
import { compile, memorySources } from "../../compiler/index.ts";
import { scratchFolder } from "../kit/scratch.ts";

const FOLDER = scratchFolder({}, "process");
let built = 0;

/** Builds the sagas of a text and loads what was built, by their names. */
export async function definitionsOf(text: string): Promise<ReadonlyMap<string, SagaDefinition>> {
  const { sagas, diagnostics } = compile(memorySources({ "s.saga": text }), ["s.saga"]);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ code, message }) => `${code} ${message}`).join("\n"));
  const files = sagas.flatMap(({ plan }) => emitSaga(plan, { importExtension: ".ts" }));
  const folder = join(FOLDER, String(built++));
  mkdirSync(folder);
  for (const { path, text } of files) writeFileSync(join(folder, path), text);
  const loaded = sagas.map(async ({ plan }) => {
    const module = (await import(/* @vite-ignore */ `${folder}/${moduleFile(plan.saga, "saga")}`)) as Record<
      string,
      SagaDefinition
    >;
    return [plan.saga, module[typeNames(plan).saga.variable] as SagaDefinition] as const;
  });
  return new Map(await Promise.all(loaded));
}
