import { pathToFileURL } from "node:url";
import type { SagaDefinition } from "@sagac/runtime";
import { emitSaga } from "../../compiler/emit-saga.ts";
import { compile } from "../../compiler/pipeline.ts";
import { memorySources } from "../../compiler/source/source-set.ts";
import { ROOT, scratchFolder } from "./scratch.ts";

/** The saga `Sample` of a source that must be free of errors, as the engine runs it; its folder also has a `tsconfig.json`. */
export async function compiled(
  text: string,
): Promise<{ readonly definition: SagaDefinition<never, unknown>; readonly folder: string }> {
  const { diagnostics, sagas } = compile(memorySources({ "sample.saga": text }), ["sample.saga"]);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ code, message }) => `${code} ${message}`).join("\n"));
  const files = sagas.flatMap(({ plan }) => emitSaga(plan, { importExtension: ".ts" }));
  const folder = scratchFolder(
    {
      ...Object.fromEntries(files.map((file) => [file.path, file.text])),
      "tsconfig.json": JSON.stringify({
        extends: `${ROOT}/tsconfig.json`,
        // The file that the check keeps is the tree's own.
        compilerOptions: { noEmit: true, noUnusedLocals: true, incremental: false },
        include: ["*.machine.ts"],
        exclude: [],
      }),
    },
    "process",
  );
  const module = (await import(/* @vite-ignore */ pathToFileURL(`${folder}/sample.saga.ts`).href)) as {
    readonly sample: SagaDefinition<never, unknown>;
  };
  return { definition: module.sample, folder };
}
