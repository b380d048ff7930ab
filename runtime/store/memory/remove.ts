import { shownOf } from "../listing.ts";
import { decodeId, encodeId, rootOf } from "../partition.ts";
import type { Removal, Retention } from "../store.ts";
import { clearTimer, compareText, type SagaRow, type Share } from "./share.ts";

/** Takes away what is over: first what it was, then that it was. */
export function removeOver(share: Share, { keepMs, rememberMs }: Retention, limit: number, nowMs: number): Removal {
  let left = limit;
  let removed = 0;
  let forgotten = 0;
  for (const [sagaId, saga] of overSince(share, nowMs - keepMs)) {
    if (left <= 0) break;
    if (!saga.removed) {
      take(share, sagaId, saga);
      saga.removed = true;
      saga.version += 1;
      removed += 1;
      left -= 1;
    }
    const forgets = saga.overAtMs !== null && saga.overAtMs + keepMs + rememberMs <= nowMs;
    if (forgets || !saga.cleared) {
      left = takeChildren(share, sagaId, left);
      saga.cleared = left > 0;
    }
    if (left <= 0 || !forgets) continue;
    left = takeCommands(share, sagaId, left);
    if (left <= 0) continue;
    // Whatever was written of it since.
    take(share, sagaId, saga);
    share.live.delete(sagaId);
    share.sagas.delete(sagaId);
    forgotten += 1;
    left -= 1;
  }
  return { removed, forgotten, more: left <= 0 };
}

function overSince(share: Share, untilMs: number): [string, SagaRow][] {
  return [...share.sagas]
    .filter(([, { overAtMs }]) => overAtMs !== null && overAtMs <= untilMs)
    .sort(([a, first], [b, second]) => (first.overAtMs ?? 0) - (second.overAtMs ?? 0) || compareText(encodeId(a), encodeId(b)));
}

function take(share: Share, sagaId: string, saga: SagaRow): void {
  for (const key of [...saga.timers.keys()]) clearTimer(share, saga, key);
  saga.records.length = 0;
  saga.snapshot = { whole: "", changes: [] };
  saga.conditions = [];
  saga.shown = shownOf("");
  share.active.delete(encodeId(sagaId));
}

function takeChildren(share: Share, rootId: string, limit: number): number {
  let left = limit;
  const children = share.children.get(rootId);
  for (const encoded of children?.after(null, left) ?? []) {
    const sagaId = decodeId(encoded);
    const child = share.sagas.get(sagaId);
    if (child !== undefined) take(share, sagaId, child);
    share.sagas.delete(sagaId);
    children?.delete(encoded);
    left -= 1;
  }
  if (children?.size === 0) share.children.delete(rootId);
  return left;
}

function takeCommands(share: Share, rootId: string, limit: number): number {
  let left = limit;
  for (const { id, sagaId } of share.commands.values()) {
    if (left <= 0) break;
    if (rootOf(sagaId) !== rootId) continue;
    share.commands.delete(id);
    share.pending.delete(id);
    left -= 1;
  }
  return left;
}
