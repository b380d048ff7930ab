import { fits } from "../listing.ts";
import { partitionNamed, rootOf } from "../partition.ts";
import type {
  AppendResult,
  CommandResult,
  ListedSaga,
  Partition,
  PendingCommand,
  SagaCondition,
  SagaStatus,
  Search,
  Shown,
  StoredRecord,
  StoredSnapshot,
} from "../store.ts";
import { SortedList } from "./sorted-list.ts";

/** Everything of one partition. */
export interface Share {
  readonly lease: { owner: string | null; epoch: number; expiresAtMs: number };
  readonly sagas: Map<string, SagaRow>;
  readonly commands: Map<string, PendingCommand & { result: CommandResult | null }>;
  /** By command id, in order of acceptance. */
  readonly pending: Map<string, PendingCommand>;
  positions: number;
  readonly live: Set<string>;
  /** Encoded ids: the order that all stores share. */
  readonly active: SortedList<string>;
  /** By the root's id, as it is: encoded ids. */
  readonly children: Map<string, SortedList<string>>;
  readonly timers: SortedList<Timer>;
}

export interface SagaRow {
  version: number;
  readonly commitId: string;
  readonly root: string | null;
  snapshot: StoredSnapshot;
  readonly status: SagaStatus;
  conditions: readonly SagaCondition[];
  shown: Shown;
  /** Since when it is over; `null`: it is not. */
  readonly overAtMs: number | null;
  removed: boolean;
  /** With it, its family was taken away: what is written of that later goes when it is forgotten. */
  cleared: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** By encoded key. */
  readonly timers: Map<string, Timer>;
  readonly records: StoredRecord[];
}

/** Id and key are encoded. */
export interface Timer {
  readonly sagaId: string;
  readonly key: string;
  readonly dueAtMs: number;
}

export function newShare(): Share {
  return {
    lease: { owner: null, epoch: 0, expiresAtMs: 0 },
    sagas: new Map(),
    commands: new Map(),
    pending: new Map(),
    positions: 0,
    live: new Set(),
    active: new SortedList(compareText),
    children: new Map(),
    timers: new SortedList(compareTimers),
  };
}

/** All roots that a search finds, in no order. */
export function rootsFound(shares: ReadonlyMap<string, Share>, search: Search): ListedSaga[] {
  const found: ListedSaga[] = [];
  for (const [key, { sagas }] of shares) {
    const partition = partitionNamed(key);
    for (const [sagaId, { root, removed, status, conditions, createdAtMs, updatedAtMs, shown }] of sagas) {
      const saga = { partition, sagaId, status, conditions, createdAtMs, updatedAtMs, ...shown };
      if (root === null && !removed && fits(search, saga)) found.push(saga);
    }
  }
  return found;
}

/** Whether anything of a root is there: it, or what is asked of it. */
export function isThere({ sagas, commands }: Share, rootId: string): boolean {
  // Nearly always one of the first two: the start of a long id has another one.
  if (sagas.has(rootId) || commands.get(`start:${rootId}`)?.sagaId === rootId) return true;
  for (const { sagaId } of commands.values()) if (rootOf(sagaId) === rootId) return true;
  return false;
}

/** The start of this id under another version of the saga. */
export function startElsewhere(
  shares: ReadonlyMap<string, Share>,
  { saga, version, index }: Partition,
  id: string,
): AppendResult | null {
  for (const [key, { commands }] of shares) {
    const partition = partitionNamed(key);
    const isOther = partition.saga === saga && partition.index === index && partition.version !== version;
    const start = isOther ? commands.get(id) : undefined;
    if (start?.kind === "start") return { status: "elsewhere", version: partition.version, payload: start.payload };
  }
  return null;
}

export function clearTimer(share: Share, saga: SagaRow, key: string): void {
  const timer = saga.timers.get(key);
  if (timer === undefined) return;
  saga.timers.delete(key);
  share.timers.delete(timer);
}

export function compareTimers(a: Timer, b: Timer): number {
  return a.dueAtMs - b.dueAtMs || compareText(a.sagaId, b.sagaId) || compareText(a.key, b.key);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
