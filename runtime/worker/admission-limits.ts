import type { AdmissionLimits } from "../engine/admission.ts";
import type { ServiceLimits } from "../engine/definition.ts";
import type { Implementation } from "../engine/implement.ts";
import { RETRY_BUDGET, type RetryBudget } from "../engine/retry-budget.ts";
import { SagaError } from "../errors.ts";
import { checkOptionNames } from "../option-names.ts";
import { checkWhole } from "./worker-limits.ts";

/** What a worker is told of one service, in place of what sagas say of it. What is left out stays as they say; `null`: none of what they say. */
export interface ServiceOptions {
  /** Calls at once. */
  readonly max?: number | null;
  /** So many calls begin in any `perMs`. */
  readonly rate?: { readonly calls: number; readonly perMs: number } | null;
  readonly retryBudget?: RetryBudget | null;
}

export interface AdmissionOptions {
  readonly concurrency?: number;
  readonly services?: Readonly<Record<string, ServiceOptions>>;
  readonly retryBudget?: RetryBudget | null;
}

/**
 * How much a worker does at once: what its options say, else what its sagas say of their services. Of several that say something of the same
 * service the least `max` counts, and the rate that is slowest in the long run. `RT1016` for what is no limit, and for a service that none of them calls.
 */
export function admissionLimits(sagas: readonly Implementation[], options: AdmissionOptions): AdmissionLimits {
  const { concurrency = CONCURRENCY, services: told = {}, retryBudget = RETRY_BUDGET } = options;
  checkWhole("concurrency", concurrency, 1, COUNT_MAX);
  checkBudget("retryBudget", retryBudget);
  const services = new Map(servicesOf(sagas).map((name) => [name, { retryBudget }]));
  for (const name of Object.keys(told)) {
    if (services.has(name)) continue;
    const known = [...services.keys()].map((each) => `"${each}"`).join(", ") || "none";
    throw wrong(`no saga of this worker calls a service "${name}"; they call ${known}. Look at the names under \`services\``);
  }
  return {
    concurrency,
    services: new Map([...services].map(([name, own]) => [name, { ...own, ...limitsOf(name, sagas, told[name] ?? {}) }])),
  };
}

/** By name, sorted. */
function servicesOf(sagas: readonly Implementation[]): string[] {
  const sites = sagas
    .flatMap(({ unit, bodies }) => [unit, ...bodies.values()])
    .flatMap(({ tables }) => Object.values(tables.calls));
  const called = sites.filter(({ children, compute }) => children === undefined && compute !== true);
  return [...new Set(called.map(({ service }) => service))].sort();
}

function limitsOf(
  name: string,
  sagas: readonly Implementation[],
  told: ServiceOptions,
): ServiceLimits & { readonly retryBudget?: RetryBudget | null } {
  const said = sagas.flatMap(({ definition: { limits = {} } }) => (Object.hasOwn(limits, name) ? [limits[name] ?? {}] : []));
  const max = told.max === undefined ? least(said.flatMap((each) => each.max ?? [])) : told.max;
  const rate = told.rate === undefined ? slowest(said.flatMap((each) => each.rate ?? [])) : told.rate;
  checkOptionNames(`services.${name}`, told, ["max", "rate", "retryBudget"]);
  if (max !== null) checkWhole(`services.${name}.max`, max, 1, COUNT_MAX);
  if (rate !== null) {
    checkOptionNames(`services.${name}.rate`, rate, ["calls", "perMs"]);
    checkWhole(`services.${name}.rate.calls`, rate.calls, 1, COUNT_MAX);
    checkWhole(`services.${name}.rate.perMs`, rate.perMs, 1, PERIOD_MAX_MS);
  }
  if (told.retryBudget !== undefined) checkBudget(`services.${name}.retryBudget`, told.retryBudget);
  return {
    ...(max === null ? {} : { max }),
    ...(rate === null ? {} : { rate }),
    ...(told.retryBudget === undefined ? {} : { retryBudget: told.retryBudget }),
  };
}

function least(counts: readonly number[]): number | null {
  return counts.length === 0 ? null : Math.min(...counts);
}

type Rate = NonNullable<ServiceLimits["rate"]>;

function slowest(rates: readonly Rate[]): Rate | null {
  const [first = null, ...others] = rates;
  return others.reduce<Rate | null>(
    (least, each) => (least === null || each.calls / each.perMs < least.calls / least.perMs ? each : least),
    first,
  );
}

function checkBudget(option: string, budget: RetryBudget | null): void {
  if (budget === null) return;
  checkOptionNames(option, budget, ["perSecond", "ratio"]);
  const { perSecond, ratio } = budget;
  // Below it a retry would wait for ever.
  if (!(perSecond >= PER_SECOND_MIN && perSecond <= COUNT_MAX))
    throw wrong(
      `\`${option}.perSecond\` is ${String(perSecond)}: give a number from ${PER_SECOND_MIN} on, so that retries go on`,
    );
  if (!(ratio >= 0 && ratio <= RATIO_MAX))
    throw wrong(`\`${option}.ratio\` is ${String(ratio)}: give a number from 0 to ${RATIO_MAX}`);
}

function wrong(what: string): SagaError {
  return new SagaError("RT1016", `an option of \`startWorker\` limits nothing that can be: ${what}.`);
}

const CONCURRENCY = 1_000;
const COUNT_MAX = 1_000_000;
const PERIOD_MAX_MS = 86_400_000;
const PER_SECOND_MIN = 0.1;
const RATIO_MAX = 10;
