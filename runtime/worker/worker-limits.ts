import { SagaError } from "../errors.ts";
import { durationMs } from "../ports/duration.ts";
import type { WorkerOptions } from "./worker.ts";

/** Refuses (`RT1016`) options with which a worker would stand still, spin, or never notice anything: none is corrected in silence. */
export function checkWorkerOptions(options: WorkerOptions): void {
  const { sagas, leaseMs, pollMs, graceMs, handOverMs, inHandMax, restingMax, snapshotEvery, shadow, transition, history } =
    options;
  const { retention, rememberFor } = options;
  if (!Array.isArray(sagas) || sagas.length === 0) {
    throw wrong("`sagas` is empty, so that it would carry out nothing: give it `implement(definition, steps)` of each saga");
  }
  // Of an option that is left out the default counts.
  if (leaseMs !== undefined) checkWhole("leaseMs", leaseMs, LEASE_MIN_MS, TIME_MAX_MS);
  if (pollMs !== undefined) checkWhole("pollMs", pollMs, 1, TIME_MAX_MS);
  if (graceMs !== undefined) checkWhole("graceMs", graceMs, 0, TIME_MAX_MS);
  if (handOverMs !== undefined) checkWhole("handOverMs", handOverMs, 0, TIME_MAX_MS);
  if (inHandMax !== undefined) checkWhole("inHandMax", inHandMax, 1, COUNT_MAX);
  if (restingMax !== undefined) checkWhole("restingMax", restingMax, 0, COUNT_MAX);
  if (snapshotEvery !== undefined) checkWhole("snapshotEvery", snapshotEvery, 1, COUNT_MAX);
  if (shadow !== undefined && !(shadow >= 0 && shadow <= 1)) {
    throw wrong(`\`shadow\` is ${shown(shadow)}: give a share from 0 to 1`);
  }
  checkOneOf("transition", transition, ["compiled", "xstate"]);
  checkOneOf("history", history, ["snapshots", "events"]);
  if (typeof retention !== "object") checkKept("retention", retention);
  else for (const [saga, keep] of Object.entries(retention)) checkKept(`retention.${saga}`, keep);
  checkKept("rememberFor", rememberFor);
}

/** A store counts whole milliseconds, and what it adds up must be exact: refused now, not at each sweep. */
function checkKept(option: string, value: number | string | undefined): void {
  if (value === undefined) return;
  const ms = durationMs(value);
  if (Number.isSafeInteger(ms) && ms <= KEPT_MAX_MS) return;
  throw wrong(`\`${option}\` is ${shown(value)}: give whole milliseconds up to ${KEPT_MAX_MS}, or a text like "30d"`);
}

/** Refuses (`RT1016`) what is no whole number within these bounds, both among them. */
export function checkWhole(option: string, value: number, min: number, max: number): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return;
  throw wrong(`\`${option}\` is ${shown(value)}: give a whole number from ${min} to ${max}`);
}

function checkOneOf(option: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw wrong(`\`${option}\` is ${shown(value)}: give ${known.map((each) => `"${each}"`).join(" or ")}`);
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value).slice(0, 80) : String(value);
}

function wrong(what: string): SagaError {
  return new SagaError("RT1016", `a worker cannot work with an option of \`startWorker\`: ${what}.`);
}

/** Below it no store answers in time. */
const LEASE_MIN_MS = 10;
/** A leap year. */
const TIME_MAX_MS = 31_622_400_000;
/** A thousand years. */
const KEPT_MAX_MS = 31_622_400_000_000;
const COUNT_MAX = 1_000_000_000;
