import { SagaError } from "./errors.ts";

/**
 * Refuses what an option names and there is not (`RT1017`): a name that is misspelt would be an option that is left out, in silence.
 * `where`: `startWorker`, `openStore`, or the option that the names stand under.
 */
export function checkOptionNames(where: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw unknownName(`\`${where}\` has no option`, name, "there are", known);
  }
}

/** The same of the sagas that `retention` names. */
export function checkRetentionNames(retention: unknown, sagas: Iterable<string>): void {
  if (typeof retention !== "object" || retention === null) return;
  const known = [...sagas].sort();
  for (const name of Object.keys(retention)) {
    if (!known.includes(name))
      throw unknownName("`retention` names a saga that this worker does not serve:", name, "it serves", known);
  }
}

function unknownName(what: string, name: string, thereAre: string, known: readonly string[]): SagaError {
  const names = known.map((each) => `"${each}"`).join(", ");
  return new SagaError("RT1017", `${what} "${name}"; ${thereAre} ${names}. Look at how it is spelt.`);
}
