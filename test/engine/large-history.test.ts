import { openStore, silentLogger } from "@sagac/runtime";
import { observeStore, VirtualClock } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { readLog } from "../../runtime/client/log-pages.ts";
import { PatientReader } from "../../runtime/engine/reader.ts";
import { HISTORY_BYTES } from "../../runtime/store/history.ts";
import type { StoredRecord } from "../../runtime/store/store.ts";
import { part, partition, take } from "../conformance/kit.ts";

const small = "s".repeat(10);
const large = "x".repeat(HISTORY_BYTES / 2);
const rows: readonly { readonly name: string; readonly records: readonly string[] }[] = [
  { name: "of large records", records: Array.from({ length: 11 }, (_, n) => `${n} ${large}`) },
  { name: "of small and large ones", records: Array.from({ length: 1_200 }, (_, n) => `${n} ${n % 240 === 1 ? large : small}`) },
  {
    name: "of records that are a page each",
    records: [small, `${large}${large}`, `${large}${large}`, small, `${large}${large}`],
  },
  { name: "of whole pages", records: Array.from({ length: 1_000 }, (_, n) => `${n} ${small}`) },
];

test.for(rows)(
  "a history $name is read whole, and never more of it at once than a store answers in time",
  async ({ records }) => {
    const clock = new VirtualClock();
    const largest = { bytes: 0 };
    const store = observeStore(await openStore("memory:", { clock }), {
      after: ({ operation }, outcome) => {
        if (operation !== "history" || !outcome.ok) return;
        const bytes = (outcome.value as readonly StoredRecord[]).reduce((sum, { record }) => sum + record.length, 0);
        largest.bytes = Math.max(largest.bytes, bytes);
      },
    });
    await store.commit([part(await take(store), { records })]);
    const read = await readLog(store, clock, partition(), "order-1");
    expect(read.map(({ record }) => record)).toEqual(records);
    const reader = new PatientReader({ store, clock, log: silentLogger }, partition(), () => true);
    const log = await reader.log("order-1", { after: 1, upTo: records.length, rest: null });
    expect(log === "lost" ? log : log.map(({ record }) => record)).toEqual(records.slice(1));
    // A page of one's own size, beside the record that is asked for once more.
    expect(largest.bytes).toBeLessThan(3.1 * HISTORY_BYTES);
    await store.close();
  },
);
