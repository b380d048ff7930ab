import { shown, unfit } from "../arguments.ts";
import { canonicalJson } from "../engine/limits.ts";
import { SagaError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import { durationMs } from "../ports/duration.ts";
import { fnv1a32 } from "../store/partition.ts";
import type { ListedSaga, Place, SagaCondition, SagaStatus, Search, Store, TagValue } from "../store/store.ts";
import { patiently } from "./patience.ts";

/** Which sagas are meant: all that is named must be so. What they run (items, rounds, called sagas) is found at them, and in no list. */
export interface SagaFilter extends Pick<Search, "saga" | "version" | "status" | "condition" | "tags" | "step" | "waitingFor"> {
  /** Begun at least so long ago: `"1h"`, or milliseconds. */
  readonly olderThan?: number | string;
  /** Begun less than that ago. */
  readonly youngerThan?: number | string;
  /** Nothing has been written of it for at least so long. */
  readonly unchangedFor?: number | string;
}

export interface ListOptions {
  /** Where the page before ended; the filter and the order must be the same as there. Default: from the beginning. */
  readonly cursor?: string | null;
  /** 1 to 1,000, default 50. */
  readonly limit?: number;
  /** By the time at which they began. Default: `newest` first. */
  readonly order?: "newest" | "oldest";
}

/** What a list shows of a saga; `client.get` gives the handle that knows more. */
export interface SagaSummary {
  readonly saga: string;
  readonly version: number;
  readonly id: string;
  readonly status: SagaStatus;
  readonly conditions: readonly SagaCondition[];
  readonly tags: Readonly<Record<string, TagValue>>;
  readonly steps: readonly string[];
  readonly waitingFor: readonly string[];
  readonly startedAtMs: number;
  /** Of the last commit. */
  readonly changedAtMs: number;
}

export interface SagaPage {
  readonly sagas: readonly SagaSummary[];
  /** For the next page; `null`: there is none. A page may have fewer than `limit`, and a cursor all the same. */
  readonly cursor: string | null;
}

interface Ports {
  readonly store: Store;
  readonly clock: Clock;
}

export async function listSagas(ports: Ports, filter: SagaFilter, options: ListOptions): Promise<SagaPage> {
  checkNames("filter", filter, FILTERS);
  checkNames("option", options, OPTIONS);
  const { limit = 50, order = "newest" } = options;
  if (typeof limit !== "number") throw new SagaError("RT1020", `the limit of a list is a number, not ${shown(limit)}.`);
  if (order !== "newest" && order !== "oldest") throw new SagaError("RT1020", "the order of a list is `newest` or `oldest`.");
  const asked = fnv1a32(Buffer.from(canonicalJson({ filter, order })));
  const begun = options.cursor == null ? null : readCursor(options.cursor, asked);
  // Ages count from when the first page was asked for, so that the pages of a walk are of one search.
  const asOfMs = begun?.asOfMs ?? (await patiently(ports.clock, () => ports.store.now()));
  const search = searchOf(filter, asOfMs);
  const sagas: SagaSummary[] = [];
  let after = begun?.after ?? null;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const page = { after, newestFirst: order === "newest", limit: limit - sagas.length };
    const found = await patiently(ports.clock, () => ports.store.list(search, page));
    sagas.push(...found.sagas.map(summaryOf));
    after = found.next;
    if (after === null || sagas.length >= limit) break;
  }
  return { sagas, cursor: after === null ? null : writeCursor({ asked, asOfMs, after }) };
}

export async function countSagas({ store, clock }: Ports, filter: SagaFilter): Promise<number> {
  checkNames("filter", filter, FILTERS);
  const search = searchOf(filter, await patiently(clock, () => store.now()));
  return await patiently(clock, () => store.count(search));
}

function searchOf(filter: SagaFilter, asOfMs: number): Search {
  const { olderThan, youngerThan, unchangedFor, ...search } = filter;
  const { version } = search;
  if (version !== undefined && typeof version !== "number") {
    throw new SagaError("RT1020", `sagas cannot be searched by version ${shown(version)}: it is a whole number.`);
  }
  return {
    ...search,
    // At least so long ago, to the millisecond.
    ...(olderThan === undefined ? {} : { startedToMs: asOfMs - ageMs("olderThan", olderThan) + 1 }),
    ...(youngerThan === undefined ? {} : { startedFromMs: asOfMs - ageMs("youngerThan", youngerThan) + 1 }),
    ...(unchangedFor === undefined ? {} : { changedToMs: asOfMs - ageMs("unchangedFor", unchangedFor) + 1 }),
  };
}

function ageMs(name: string, age: number | string): number {
  try {
    return durationMs(age);
  } catch (cause) {
    const said = cause instanceof SagaError ? cause.message.replace(/^RT\d+ \S+ /, "") : String(cause);
    throw new SagaError("RT1020", `sagas cannot be searched by ${name}: ${said}.`, { cause });
  }
}

function summaryOf(found: ListedSaga): SagaSummary {
  const { partition, sagaId, status, conditions, tags, steps, waitingFor, createdAtMs, updatedAtMs } = found;
  const { saga, version } = partition;
  const outside = { saga, version, id: sagaId, status, conditions };
  return { ...outside, tags, steps, waitingFor, startedAtMs: createdAtMs, changedAtMs: updatedAtMs };
}

interface Cursor {
  /** What it is a page of. */
  readonly asked: number;
  readonly asOfMs: number;
  readonly after: Place;
}

function writeCursor({ asked, asOfMs, after }: Cursor): string {
  const text = JSON.stringify([asked, asOfMs, after.createdAtMs, after.id, after.partition]);
  return Buffer.from(`${sumOf(text)}${text}`).toString("base64url");
}

/** Refuses (RT1020) what no list gave, or a list of something else. That it is whole is checked, not who made it: it opens nothing. */
function readCursor(cursor: string, asked: number): Cursor {
  const bytes = Buffer.from(String(cursor), "base64url");
  const whole = bytes.toString();
  const text = whole.slice(SUM_LENGTH);
  const spelt = bytes.toString("base64url") === cursor && whole.startsWith("[", SUM_LENGTH);
  if (!spelt || sumOf(text) !== whole.slice(0, SUM_LENGTH)) {
    throw new SagaError(
      "RT1020",
      "this is no cursor that a list gave. Pass what stands in `cursor` of the page before, unchanged.",
    );
  }
  const [of, asOfMs, createdAtMs, id, partition] = JSON.parse(text) as [number, number, number, string, string];
  if (of !== asked) {
    throw new SagaError("RT1020", "this cursor is of another search. Ask for the next page with the same filter and order.");
  }
  return { asked, asOfMs, after: { createdAtMs, id, partition } };
}

function sumOf(text: string): string {
  return fnv1a32(Buffer.from(text)).toString(16).padStart(SUM_LENGTH, "0");
}

/** A name that is not known would find more than is meant. */
function checkNames(what: string, given: object, known: readonly string[]): void {
  if (typeof given !== "object" || given === null) throw unfit("list", `a record as its ${what}s`, given);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new SagaError(
    "RT1020",
    `a list of sagas knows no ${what} ${JSON.stringify(unknown).slice(0, 80)}: use ${known.join(", ")}.`,
  );
}

const FILTERS: readonly (keyof SagaFilter)[] = [
  "saga",
  "version",
  "status",
  "condition",
  "tags",
  "step",
  "waitingFor",
  "olderThan",
  "youngerThan",
  "unchangedFor",
];
const OPTIONS: readonly (keyof ListOptions)[] = ["cursor", "limit", "order"];
const SUM_LENGTH = 8;
/** Then a page may be short: the caller is not kept waiting for a saga that is rare among very many. */
const ROUNDS_MAX = 20;
