import { partitionKey } from "../../store/partition.ts";
import type { Command, CommandResult, CommitPart, Partition, Removal, Retention, Store } from "../../store/store.ts";
import type { Seen } from "./watch.ts";

/** What a watch knows of the sagas and of what was asked of them. */
export interface Known {
  readonly seen: ReadonlyMap<string, Seen>;
  readonly commands: ReadonlyMap<string, { readonly command: Command; readonly result: CommandResult | null }>;
}

/**
 * Holds against the laws what is taken away after its end: nothing before its time, and then all of it; the results of commands are the last to go;
 * and as long as a saga is remembered nothing of it begins anew.
 */
export class RetentionWatch {
  /** By root: since when it is over. */
  readonly #over = new Map<string, number>();
  /** By root: its partition's key. */
  readonly #partitions = new Map<string, string>();
  readonly #removed = new Set<string>();
  /** By root: the longest that a participant was told to remember a call for. */
  readonly #keepForMs = new Map<string, number>();
  readonly #keepMs: number | null;

  /** `keepMs`: as every worker is told; `null`: nothing is removed. */
  constructor(keepMs: number | null) {
    this.#keepMs = keepMs;
  }

  isRemoved(rootId: string): boolean {
    return this.#removed.has(rootId);
  }

  /** The roots that are over, with the time from which they may be forgotten. */
  get forgettable(): ReadonlyMap<string, number> {
    return new Map([...this.#over.keys()].map((rootId) => [rootId, this.#forgottenAtMs(rootId)]));
  }

  called(rootId: string, keepForMs: number): void {
    this.#keepForMs.set(rootId, Math.max(keepForMs, this.#keepForMs.get(rootId) ?? 0));
  }

  /** A commit was taken. Says what is wrong with one of a saga that was removed. */
  committed(part: CommitPart, nowMs: number): string | null {
    const rootId = part.root ?? part.sagaId;
    if (this.#removed.has(rootId)) {
      const writes = part.records.length + part.setTimers.length > 0 || !("whole" in part.snapshot) || part.snapshot.whole !== "";
      return part.root !== null || writes || part.live ? `${part.sagaId} was removed, and a commit carries it on` : null;
    }
    if (part.root !== null) return null;
    this.#partitions.set(rootId, partitionKey(part.lease.partition));
    const waits = part.conditions.includes("parked") || part.conditions.includes("quarantined");
    if (part.status === "running" || part.live || waits) this.#over.delete(rootId);
    else if (!this.#over.has(rootId)) this.#over.set(rootId, nowMs);
    return null;
  }

  /** A worker has swept a partition: looks at what is left there of each root. */
  async swept(
    store: Store,
    partition: Partition,
    given: Retention,
    { more }: Removal,
    known: Known,
    nowMs: number,
  ): Promise<Swept> {
    const key = partitionKey(partition);
    const roots = [...known.seen.values()].filter(({ id, rootId }) => id === rootId);
    const here = roots.filter(({ id }) => this.#partitions.get(id) === key);
    const looked = await Promise.all(here.map((root) => this.#left(store, partition, given, root, known, more, nowMs)));
    return {
      wrong: looked.flatMap(({ wrong }) => wrong),
      forgotten: looked.flatMap(({ rootId, isForgotten }) => (isForgotten ? [rootId] : [])),
    };
  }

  forget(rootId: string): void {
    this.#over.delete(rootId);
    this.#removed.delete(rootId);
    this.#keepForMs.delete(rootId);
  }

  async #left(store: Store, partition: Partition, given: Retention, root: Seen, known: Known, more: boolean, nowMs: number) {
    const { id: rootId } = root;
    const wrong: string[] = [];
    const says = (what: string): void => void wrong.push(`${rootId} ${what}`);
    const stored = await store.load(partition, rootId);
    const overMs = this.#over.get(rootId) ?? Number.POSITIVE_INFINITY;
    const removedMs = overMs + (this.#keepMs ?? Number.POSITIVE_INFINITY);
    if (stored !== null && !stored.removed) {
      // In the millisecond of its end the sweep may have been before it.
      if (!more && nowMs >= removedMs && nowMs > overMs) says(`is over since ${nowMs - overMs} ms, and a sweep has left it`);
      return { rootId, wrong, isForgotten: false };
    }
    if (nowMs < removedMs) says(`was removed ${removedMs - nowMs} ms before its time`);
    const isNew = !this.#removed.has(rootId);
    this.#removed.add(rootId);
    const family = [...known.seen.values()].filter((member) => member.rootId === rootId);
    if (isNew) for (const { id, status } of family) if (status === "running") says(`was removed, and ${id} still runs`);
    if (stored === null && nowMs < this.#forgottenAtMs(rootId)) says("was forgotten while its participants remember it");
    if (stored !== null && !more && nowMs >= removedMs + given.rememberMs) says("is remembered for ever");
    if (!more || stored === null) for (const what of await this.#rows(store, partition, rootId, family)) says(what);
    for (const { command, result } of known.commands.values()) {
      if (command.sagaId !== rootId || result === null) continue;
      const kept = await store.commandResult(partition, command.id);
      if (stored !== null && !more && kept === null) says(`is remembered, and the result of ${command.id} is not`);
      if (stored === null && kept !== null) says(`is forgotten, and the result of ${command.id} is not`);
    }
    return { rootId, wrong, isForgotten: stored === null };
  }

  /** What is left although it is removed. */
  async #rows(store: Store, partition: Partition, rootId: string, family: readonly Seen[]): Promise<string[]> {
    const left: string[] = [];
    for (const { id } of family) {
      const stored = await store.load(partition, id);
      if (id !== rootId && stored !== null) left.push(`was removed, and ${id} is there`);
      if ((stored?.timers.length ?? 0) > 0) left.push(`was removed, and ${id} has timers`);
      if ((await store.history(partition, id, 0, 1)).length > 0) left.push(`was removed, and ${id} has a history`);
    }
    const { ids } = await store.active(partition, null, MANY);
    if (ids.some((id) => id === rootId || id.startsWith(`${rootId}//`)))
      left.push("was removed, and is taken up by whoever owns it");
    const { due } = await store.due(partition, MANY);
    if (due.some(({ sagaId }) => sagaId === rootId || sagaId.startsWith(`${rootId}//`)))
      left.push("was removed, and has timers due");
    const listed = await store.list({}, { after: null, newestFirst: false, limit: MANY });
    if (listed.sagas.some((saga) => saga.sagaId === rootId)) left.push("was removed, and a search finds it");
    return left;
  }

  /** Infinite for one that is not over. */
  #forgottenAtMs(rootId: string): number {
    const sinceMs = this.#over.get(rootId) ?? Number.POSITIVE_INFINITY;
    return sinceMs + (this.#keepMs ?? Number.POSITIVE_INFINITY) + (this.#keepForMs.get(rootId) ?? 0);
  }
}

export interface Swept {
  readonly wrong: readonly string[];
  /** Roots. */
  readonly forgotten: readonly string[];
}

const MANY = 100;
