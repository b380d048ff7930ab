import type { Clock } from "../ports/clock.ts";
import { HISTORY_BYTES, mayGoOn } from "../store/history.ts";
import type { Partition, Store, StoredRecord } from "../store/store.ts";
import { patiently } from "./patience.ts";

/** A saga's whole log, page by page. Its last records may be replaced meanwhile: the last one of a page is asked for once more with the next. */
export async function readLog(store: Store, clock: Clock, partition: Partition, id: string): Promise<readonly StoredRecord[]> {
  const read: StoredRecord[] = [];
  for (;;) {
    const last = read.at(-1);
    // Beside that one, so that however large it is others come with it.
    const bytes = HISTORY_BYTES + Buffer.byteLength(last?.record ?? "");
    const after = last === undefined ? 0 : last.number - 1;
    const page = await patiently(clock, () => store.history(partition, id, after, PAGE, bytes));
    const [first] = page;
    if (last !== undefined && (first?.record !== last.record || first.atMs !== last.atMs)) {
      // Another one now: the end is read anew.
      read.length = Math.max(0, read.length - PAGE);
      continue;
    }
    read.push(...(last === undefined ? page : page.slice(1)));
    if (!mayGoOn(page, PAGE, bytes)) return read;
  }
}

const PAGE = 500;
