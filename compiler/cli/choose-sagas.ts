import { didYouMean, listNames } from "../diagnostics/suggest.ts";
import type { CompiledSaga } from "../pipeline.ts";
import { UsageError } from "./problems.ts";

/**
 * Those that are meant: the named one, else all. `one`: there is room for one only. Throws `UsageError` where it is not clear which one
 * that is.
 */
export function chooseSagas(
  sagas: readonly CompiledSaga[],
  { saga: name }: { readonly saga: string | null },
  one: boolean,
): readonly CompiledSaga[] {
  const names = sagas.map(({ plan }) => plan.saga);
  if (name !== null) {
    const found = sagas.filter(({ plan }) => plan.saga === name);
    if (found.length > 0) return found;
    const help =
      didYouMean(name, names) ?? (names.length === 0 ? "They declare no saga at all." : `There is ${listNames(names)}.`);
    throw new UsageError("no-such-saga", { name, help });
  }
  if (sagas.length > 1 && one) throw new UsageError("several-sagas", { count: String(sagas.length), names: listNames(names) });
  return sagas;
}
