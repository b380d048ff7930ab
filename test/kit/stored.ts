import type { SagaState } from "../../runtime/engine/definition.ts";
import { foldedEnvelope } from "../../runtime/engine/logged.ts";
import type { Transition } from "../../runtime/engine/state.ts";
import type { Partition, Store } from "../../runtime/store/store.ts";

/** Where a saga stands as its store has it: its snapshot, and what its log makes of that. `null`: it is not there. */
export async function storedState(
  store: Store,
  partition: Partition,
  sagaId: string,
  transition: Transition,
): Promise<SagaState | null> {
  const stored = await store.load(partition, sagaId);
  if (stored === null) return null;
  const { log } = stored.snapshot;
  const count = log === undefined ? 0 : log.upTo - log.after;
  const records = log === undefined || count === 0 ? [] : await store.history(partition, sagaId, log.after, count);
  return foldedEnvelope(stored.snapshot, sagaId, transition, records).state;
}
