import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { collectDiagnostics, compile, memorySources, renderText } from "../../compiler/index.ts";
import { loadSagas } from "../../compiler/simulate/load.ts";
import type { SagaDefinition } from "../../runtime/engine/definition.ts";

/** The sagas of a source, as the compiler emits them, by name. It must be free of errors. */
export async function emittedSagas(path: string): Promise<(saga: string) => SagaDefinition> {
  const name = basename(path);
  const { sagas, diagnostics } = compile(memorySources({ [name]: readFileSync(path, "utf8") }), [name]);
  const found = collectDiagnostics(diagnostics);
  if (found.errors > 0) throw new Error(renderText(found, { source: () => null }));
  const loaded = await loadSagas(
    sagas.map(({ plan }) => plan),
    dirname(path),
  );
  if (typeof loaded === "string") throw new Error(`${loaded} is not installed`);
  // They are in memory by now.
  loaded.close();
  return (saga) => loaded.definition(saga);
}
