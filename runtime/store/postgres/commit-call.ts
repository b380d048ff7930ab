import { familyOf, isOver, snapshotText } from "../edge.ts";
import { shownOfPart, shownText, tagKeys } from "../listing.ts";
import { encodeId, partitionKey } from "../partition.ts";
import type { CommitPart, TimerToSet } from "../store.ts";
import { keyAndLong, keyOf, toText } from "./keys.ts";

/** The arguments of `commit.sql`: the call as JSON text, in which all is ASCII, and the texts. */
export function commitCall(parts: readonly CommitPart[], virtualMs: number | null): readonly [string, string[]] {
  const texts: string[] = [];
  const families = new Map<string, number>();
  const list = parts.map((part, index) => {
    const name = familyOf(part);
    const family = families.get(name) ?? families.size;
    families.set(name, family);
    return { n: index + 1, family, ...partOf(part, texts) };
  });
  return [JSON.stringify({ now: virtualMs, parts: list }), texts];
}

function partOf(part: CommitPart, texts: string[]): object {
  const { key, long } = keyAndLong(part.sagaId);
  const set = new Map(part.setTimers.map((timer) => [timer.key, timer]));
  const { kind, text } = snapshotText(part.snapshot);
  const snapshot = text === null ? null : add(texts, text);
  const shown = shownOfPart(part);
  const shownOrNull = shownText(shown);
  const shownAt = shownOrNull === null ? null : add(texts, shownOrNull);
  const first = texts.length + 1;
  for (const record of part.records) add(texts, record);
  return {
    partition: partitionKey(part.lease.partition),
    owner: encodeId(part.lease.owner),
    epoch: part.lease.epoch,
    id: key,
    long,
    root: part.root === null ? null : keyOf(part.root),
    live: part.live,
    active: part.active,
    expected: part.expectedVersion,
    commit: encodeId(part.commitId),
    status: part.status,
    conditions: part.conditions.join(" "),
    kind,
    snapshot,
    shown: shownAt,
    tags: tagKeys(shown),
    over: isOver(part),
    first,
    count: part.records.length,
    // Cleared first, then set: what is both is only set.
    cleared: part.clearTimers.filter((cleared) => !set.has(cleared)).map(encodeId),
    timers: [...set.values()].map((timer) => ({ key: encodeId(timer.key), ms: msOf(timer), instant: "atMs" in timer })),
    consumed: part.consume.map(({ position, id, result }) => ({
      position,
      id: encodeId(id),
      status: result.status,
      code: result.code === null ? null : add(texts, result.code),
      message: result.message === null ? null : add(texts, result.message),
    })),
  };
}

/** Answers with the place, from 1. */
function add(texts: string[], text: string): number {
  return texts.push(toText(text));
}

function msOf(timer: TimerToSet): number {
  const ms = Math.ceil("atMs" in timer ? timer.atMs : timer.delayMs);
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, ms));
}
