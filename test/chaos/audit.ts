import { isDeepStrictEqual } from "node:util";
import { type Client, createClient, type Store } from "@sagac/runtime";
import { startCommandId } from "../../runtime/engine/limits.ts";
import { replay } from "../../runtime/engine/replay.ts";
import { createTransition, type Transition } from "../../runtime/engine/state.ts";
import { partitionOf } from "../../runtime/store/partition.ts";
import { placeOrder } from "../../sagas/place-order/generated/place-order.saga.ts";
import { storedState } from "../kit/stored.ts";
import type { Books, Sheet } from "./books.ts";
import { codeOf, type Track } from "./load.ts";

/** What is true when all is over. */
export interface Audit {
  completed: number;
  compensated: number;
  parked: number;
  /** Acknowledged starts that are not there. */
  lost: number;
  /** Effects that took place more than once. */
  doubled: number;
  /** Sagas whose end another one followed. */
  changed: number;
  /** One sentence for each thing that is not as it has to be. */
  readonly faults: string[];
  /** The same, of what a store that lost something need not hold. */
  readonly losses: string[];
}

/**
 * Looks at every saga and at the books: it ended, once, as its client was told; its history folds to its snapshot; nothing of it is left to do; each
 * command has its result; each effect of a completed saga took place once, those of a compensated one were taken back.
 */
export async function audit(store: Store, books: Books, tracks: readonly Track[], loses: boolean): Promise<Audit> {
  const client = createClient({ store });
  const transition = createTransition(placeOrder);
  const found: Audit = { completed: 0, compensated: 0, parked: 0, lost: 0, doubled: 0, changed: 0, faults: [], losses: [] };
  const queue = [...tracks];
  const work = async (): Promise<void> => {
    for (let track = queue.pop(); track !== undefined; track = queue.pop())
      await auditOne({ store, client, transition, books, loses }, track, found);
  };
  await Promise.all(Array.from({ length: 16 }, work));
  for (let index = 0; index < store.partitions; index++) {
    const left = await store.pending({ saga: placeOrder.saga, version: placeOrder.version, index }, 10);
    if (left.length > 0) found.faults.push(`commands are left in partition ${index}: ${left.map(({ id }) => id).join(", ")}`);
  }
  return found;
}

interface Means {
  readonly store: Store;
  readonly client: Client;
  readonly transition: Transition;
  readonly books: Books;
  readonly loses: boolean;
}

async function auditOne({ store, client, transition, books, loses }: Means, track: Track, found: Audit): Promise<void> {
  const { id } = track.order;
  const fault = (what: string) => void found.faults.push(`${id} ${what}`);
  const loss = (what: string) => void (loses ? found.losses : found.faults).push(`${id} ${what}`);
  if (track.gaveUp !== null) fault(`was given up by its client: ${track.gaveUp}`);
  const handle = client.get(placeOrder, id);
  const result = await handle.result({ timeout: loses ? "60s" : "10s" }).catch((error: unknown) => error);
  if (result instanceof Error) {
    if (codeOf(result) === "RT1004") {
      if (track.acknowledged) found.lost++;
      if (track.acknowledged) loss("is gone");
      return;
    }
    const { conditions } = await handle.status();
    if (conditions.includes("parked")) found.parked++;
    return fault(`has not ended: ${result.message}`);
  }
  const { status } = result as { status: "completed" | "compensated" };
  found[status]++;
  if (track.ended !== null && track.ended !== status) {
    found.changed++;
    loss(`ended ${track.ended}, and is ${status} now`);
  }

  const partition = partitionOf(placeOrder.saga, placeOrder.version, id, store.partitions);
  const [stored, entries, started] = await Promise.all([
    store.load(partition, id),
    handle.history(undefined, { secrets: "shown" }),
    store.commandResult(partition, startCommandId(id)),
  ]);
  if (started?.status !== "applied") fault("has no result for its start");
  if (track.order.cancelled && track.cancel === null) fault("has no answer for whoever cancelled it");
  const records = entries.map(({ record }) => record);
  if (records.filter(({ type }) => type === "ended").length !== 1) fault("does not end once in its history");
  if (entries.some(({ number }, index) => number !== index + 1)) fault("has a gap in its history");
  const snapshot = await storedState(store, partition, id, transition);
  if (!isDeepStrictEqual(plain(replay(transition, records)), plain(snapshot)))
    fault("has a history that does not fold to its snapshot");
  if ((stored?.timers.length ?? 0) > 0) fault("has timers left");

  const sheet = books.sheet(id);
  found.doubled += doubledIn(sheet);
  if (doubledIn(sheet) > 0) fault(`had an effect twice: ${JSON.stringify(sheet)}`);
  const wrong = unbalanced(sheet, status);
  if (wrong.length > 0) (track.lostStarts + track.setBack > 0 ? loss : fault)(`is ${status}, and ${wrong.join(", ")}`);
}

export function doubledIn(sheet: Sheet): number {
  return Object.values(sheet).reduce((sum, { given, takenBack }) => sum + Math.max(0, given - 1) + Math.max(0, takenBack - 1), 0);
}

function unbalanced(sheet: Sheet, status: "completed" | "compensated"): string[] {
  return Object.entries(sheet).flatMap(([thing, { given, takenBack }]) => {
    const stands = given - takenBack;
    if (status === "completed" && stands !== 1) return [`${thing} stands ${stands} times`];
    return status === "compensated" && stands !== 0 ? [`${thing} stands ${stands} times`] : [];
  });
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
