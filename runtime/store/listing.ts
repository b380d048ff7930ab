/**
 * How roots are searched: what every store does alike. A store reads one index in the order of places, a bounded number at a time; whatever
 * else a search asks for is looked at here. Pure.
 */
import { createHash } from "node:crypto";
import { SagaError } from "../errors.ts";
import { checkSagaVersion } from "./edge.ts";
import { decodeId, encodeId, partitionKey, partitionNamed, sagaKey } from "./partition.ts";
import {
  type CommitPart,
  type ListedSaga,
  type Place,
  SAGA_CONDITIONS,
  SAGA_STATUSES,
  type SagaCondition,
  type SagaStatus,
  type SagaVersion,
  type Search,
  type SearchPage,
  type Shown,
  type TagValue,
} from "./store.ts";

/** What a store reads for a search: the index that holds the fewest of those that do not fit. */
export type SearchIndex =
  | { readonly by: "tag"; readonly tag: string }
  | { readonly by: "condition"; readonly condition: SagaCondition }
  | { readonly by: "status"; readonly statuses: readonly SagaStatus[] };

export function indexFor({ tags = {}, condition, status }: Search): SearchIndex {
  const [tag] = Object.entries(tags).map(([name, value]) => tagKey(name, value));
  if (tag !== undefined) return { by: "tag", tag };
  if (condition !== undefined) return { by: "condition", condition };
  return { by: "status", statuses: status === undefined ? SAGA_STATUSES : [status] };
}

/** Whether the index by status alone answers it: it can be counted there. */
export function isByStatus({ tags = {}, condition, step, waitingFor, changedToMs }: Search): boolean {
  const more = [condition, step, waitingFor, changedToMs].some((asked) => asked !== undefined);
  return !more && Object.keys(tags).length === 0;
}

/** Of a stretch of places that an index is read in: from the one after `after` on, in the order asked for, up to the bounds of the search. */
export interface Stretch {
  /** Exclusive. */
  readonly after: Place;
  readonly newestFirst: boolean;
  /** `from <= createdAtMs < to` */
  readonly fromMs: number;
  readonly toMs: number;
  /** So many at most. */
  readonly limit: number;
}

export function stretchOf(search: Search, { after, newestFirst, limit }: SearchPage): Stretch {
  const { startedFromMs = 0, startedToMs = Number.MAX_SAFE_INTEGER } = search;
  const fromMs = Math.max(0, Math.ceil(startedFromMs));
  const toMs = Math.max(0, Math.ceil(startedToMs));
  const edge = { createdAtMs: newestFirst ? toMs : fromMs - 1, id: newestFirst ? "" : LAST, partition: "" };
  const first = after ?? edge;
  return { after: first, newestFirst, fromMs, toMs, limit: isByStatus(search) ? limit + 1 : Math.max(limit + 1, LOOK_MIN) };
}

/** The page of a search, from what a stretch of its index holds, in order. */
export function pageOf(
  search: Search,
  { limit }: SearchPage,
  stretch: Stretch,
  found: readonly ListedSaga[],
): { readonly sagas: ListedSaga[]; readonly next: Place | null } {
  const looked = found.slice(0, stretch.limit);
  const fitting = looked.filter((saga) => fits(search, saga));
  const sagas = fitting.slice(0, limit);
  const last = fitting.length > limit ? sagas.at(-1) : looked.length === stretch.limit ? looked.at(-1) : undefined;
  return { sagas, next: last === undefined ? null : placeOf(last) };
}

/** By their places, as a page wants them. */
export function inOrder(found: readonly ListedSaga[], { newestFirst }: Pick<SearchPage, "newestFirst">): ListedSaga[] {
  const sign = newestFirst ? -1 : 1;
  const placed = found.map((saga) => ({ saga, place: placeOf(saga) }));
  return placed.sort((a, b) => sign * comparePlaces(a.place, b.place)).map(({ saga }) => saga);
}

/** Counts page by page what no index can count. */
export async function countByPages(
  search: Search,
  list: (search: Search, page: SearchPage) => Promise<{ readonly sagas: readonly ListedSaga[]; readonly next: Place | null }>,
): Promise<number> {
  let count = 0;
  for (let after: Place | null = null; ; ) {
    const page: Awaited<ReturnType<typeof list>> = await list(search, { after, newestFirst: false, limit: COUNT_PAGE });
    count += page.sagas.length;
    if (page.next === null) return count;
    after = page.next;
  }
}

/** Whether a search may find something of this saga at this version. */
export function isAskedFor(search: Search, { saga, version }: SagaVersion): boolean {
  return (search.saga ?? saga) === saga && (search.version ?? version) === version;
}

export function fits(search: Search, found: ListedSaga): boolean {
  const { status, condition, tags = {}, step, waitingFor, startedFromMs, startedToMs, changedToMs } = search;
  return (
    isAskedFor(search, found.partition) &&
    (status ?? found.status) === found.status &&
    (condition === undefined || found.conditions.includes(condition)) &&
    Object.entries(tags).every(([name, value]) => Object.hasOwn(found.tags, name) && found.tags[name] === value) &&
    (step === undefined || found.steps.includes(step)) &&
    (waitingFor === undefined || found.waitingFor.includes(waitingFor)) &&
    found.createdAtMs >= (startedFromMs ?? 0) &&
    found.createdAtMs < (startedToMs ?? Number.POSITIVE_INFINITY) &&
    found.updatedAtMs < (changedToMs ?? Number.POSITIVE_INFINITY)
  );
}

export function placeOf({ createdAtMs, sagaId, partition }: ListedSaga): Place {
  return { createdAtMs, id: encodeId(sagaId), partition: partitionKey(partition) };
}

export function comparePlaces(a: Place, b: Place): number {
  return a.createdAtMs - b.createdAtMs || compareText(a.id, b.id) || compareText(a.partition, b.partition);
}

/** A tag as an index has it: no two tags share one, and none is too long for a key. */
export function tagKey(name: string, value: TagValue): string {
  const key = `${encodeId(name)}=${encodeId(JSON.stringify(value))}`;
  if (key.length <= TAG_KEY_MAX) return key;
  // No tag is spelt like this: `~` would be followed by JSON that ends within it.
  return `${key.slice(0, TAG_KEY_MAX - 65)}~${createHash("sha256").update(key).digest("hex")}`;
}

export function tagKeys(shown: Shown | null): string[] {
  return Object.entries(shown?.tags ?? {}).map(([name, value]) => tagKey(name, value));
}

/** What a commit says that its saga is found by; `null`: it does not say. */
export function shownOfPart({ root, shown }: CommitPart): Shown | null {
  return root === null ? (shown ?? null) : null;
}

/** As it is stored. */
export function shownText(shown: Shown | null): string | null {
  return shown === null ? null : JSON.stringify([shown.tags, shown.steps, shown.waitingFor]);
}

/** What `shownText` gave; of an empty text nothing is known. */
export function shownOf(text: string): Shown {
  if (text === "") return { tags: {}, steps: [], waitingFor: [] };
  const [tags, steps, waitingFor] = JSON.parse(text) as [Shown["tags"], string[], string[]];
  return { tags, steps, waitingFor };
}

/** Refuses (RT1020) what no store could search by. */
export function checkSearch(search: Search, page?: SearchPage): void {
  const { saga, version, status, condition, tags = {}, step, waitingFor } = search;
  checkSagaVersion({ saga: saga ?? "any", version: version ?? 0 });
  if (status !== undefined && !SAGA_STATUSES.includes(status)) throw unfit("status", status, SAGA_STATUSES.join(", "));
  if (condition !== undefined && !SAGA_CONDITIONS.includes(condition)) {
    throw unfit("condition", condition, SAGA_CONDITIONS.join(", "));
  }
  for (const [name, value] of Object.entries(tags)) {
    const single = value === null || ["string", "boolean"].includes(typeof value) || Number.isFinite(value);
    if (!single || !name.isWellFormed()) throw unfit(`tag ${name}`, value, "a text, a number, true, false or null");
  }
  for (const [name, value] of Object.entries({ step, waitingFor })) {
    if (value !== undefined && typeof value !== "string") throw unfit(name, value, "a name");
  }
  for (const name of ["startedFromMs", "startedToMs", "changedToMs"] as const) {
    const ms = search[name];
    if (ms !== undefined && !(Number.isFinite(ms) && Math.abs(ms) <= Number.MAX_SAFE_INTEGER)) {
      throw unfit(name, ms, "milliseconds since 1970");
    }
  }
  if (page !== undefined) checkPage(page);
}

function checkPage({ after, limit }: SearchPage): void {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    throw unfit("limit", limit, `a whole number from 1 to ${LIMIT_MAX}`);
  }
  if (after !== null && !isPlace(after)) throw unfit("cursor", after, "the cursor that the page before gave");
}

function isPlace({ createdAtMs, id, partition }: Place): boolean {
  if (!Number.isSafeInteger(createdAtMs) || createdAtMs < 0 || typeof id !== "string" || typeof partition !== "string")
    return false;
  try {
    return encodeId(decodeId(id)) === id && partitionKey(partitionNamed(partition)) === partition;
  } catch {
    return false;
  }
}

function unfit(what: string, value: unknown, allowed: string): SagaError {
  const shown = (JSON.stringify(value) ?? String(value)).slice(0, 80);
  return new SagaError("RT1020", `sagas cannot be searched by ${what} ${shown}: it is ${allowed}.`);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The keys of those that a search may find something of. */
export function askedSagas(search: Search, sagas: readonly SagaVersion[]): string[] {
  return sagas.filter((saga) => isAskedFor(search, saga)).map(sagaKey);
}

/** After every encoded id. */
const LAST = "\u007f";
/** A page looks at so many at least, where the index holds more than the search finds. */
const LOOK_MIN = 256;
const LIMIT_MAX = 1_000;
const COUNT_PAGE = 1_000;
const TAG_KEY_MAX = 512;
