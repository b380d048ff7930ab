import type { SagaDefinition } from "./engine/definition.ts";
import { SagaError } from "./errors.ts";
import { checkOptionNames } from "./option-names.ts";
import type { Store } from "./store/store.ts";

/**
 * What types rule out and JavaScript, a cast or a forgotten `await` lets through, refused where it is handed over (`RT1019`): else it would be a
 * `TypeError` far from there, or nothing at all.
 */

/** Refuses what is no record of options, and an option that there is not (`RT1017`). `where`: `startWorker`, `client.start`. */
export function checkOptions(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    const names = known.map((name) => `"${name}"`).join(", ");
    throw unfit(where, "a record of options", options, `there are ${names}`);
  }
  checkOptionNames(where, options, known);
}

export function checkStore(where: string, store: unknown): asserts store is Store {
  const { append, watch } = fieldsOf(store);
  if (typeof append === "function" && typeof watch === "function") return;
  const help = typeof store === "string" ? "open it first: `await openStore(url)`" : "`await openStore(url)` gives one";
  throw unfit(where, "a `store`", store, help);
}

/** A definition as `sagac build` writes it. */
export function checkDefinition(where: string, definition: unknown): asserts definition is SagaDefinition {
  const { saga, version, validators, definition: own } = fieldsOf(definition);
  if (typeof saga === "string" && typeof version === "number" && typeof validators === "object") return;
  const help =
    own === undefined
      ? "hand over what the saga's `generated/….saga.ts` exports"
      : "this is what `implement` gives: hand over the definition itself";
  throw unfit(where, "the definition of a saga", definition, help);
}

export function checkFunctions(where: string, what: string, value: unknown, names: readonly string[]): void {
  const fields = fieldsOf(value);
  const missing = names.filter((name) => typeof fields[name] !== "function");
  if (missing.length > 0) throw unfit(where, what, value, `it has no ${missing.map((name) => `\`${name}\``).join(", ")}`);
}

/** A text, such as who did something and why. */
export function checkText(where: string, what: string, value: unknown): asserts value is string {
  if (typeof value !== "string") throw unfit(where, `\`${what}\` as a text`, value);
}

/** A whole number within these bounds, both among them. */
export function checkCount(where: string, what: string, value: unknown, min: number, max: number): void {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) return;
  throw unfit(where, `\`${what}\` as a whole number from ${min} to ${max}`, value);
}

export function unfit(where: string, wanted: string, got: unknown, help?: string): SagaError {
  return new SagaError("RT1019", `\`${where}\` needs ${wanted}, and got ${shown(got)}${help === undefined ? "" : `: ${help}`}.`);
}

/** Whatever was given, in a few words; asking it for more may throw. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value).slice(0, 80);
  if (typeof value === "bigint") return `${value}n`.slice(0, 80);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return "a list";
  return typeof fieldsOf(value).then === "function" ? "a promise (is an `await` missing?)" : "an object";
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
