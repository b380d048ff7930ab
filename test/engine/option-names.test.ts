import { createClient, openStore, startWorker } from "@sagac/runtime";
import { expect, test } from "vitest";
import { orderImplementation, orderWorld } from "../kit/order.ts";

const rows: readonly { readonly name: string; readonly options: object; readonly says: string }[] = [
  {
    name: "an option",
    options: { retentoin: "30d" },
    says: '`startWorker` has no option "retentoin"; there are "store", "sagas"',
  },
  {
    name: "a saga under `retention`",
    options: { retention: { PlaceOrdr: "30d" } },
    says: '`retention` names a saga that this worker does not serve: "PlaceOrdr"; it serves "PlaceOrder". Look at how it is spelt.',
  },
  { name: "one of Object's own", options: { retention: { constructor: "30d" } }, says: '"constructor"; it serves "PlaceOrder"' },
  {
    name: "what limits a service",
    options: { services: { payments: { maximum: 1 } } },
    says: '`services.payments` has no option "maximum"; there are "max", "rate", "retryBudget"',
  },
  {
    name: "of a rate",
    options: { services: { payments: { rate: { calls: 1, perMs: 1, per: "s" } } } },
    says: '`services.payments.rate` has no option "per"; there are "calls", "perMs"',
  },
  {
    name: "of a retry budget",
    options: { retryBudget: { perSecond: 1, ratio: 1, ratios: 1 } },
    says: '`retryBudget` has no option "ratios"; there are "perSecond", "ratio"',
  },
];

test.for(rows)("a worker does not start with a name that means nothing: $name", async ({ options, says }) => {
  const store = await openStore("memory:");
  const sagas = [orderImplementation(orderWorld())];
  const started = startWorker({ store, sagas, handleSignals: false, ...(options as object) });
  await expect(started).rejects.toMatchObject({ code: "RT1017" });
  await expect(started).rejects.toThrow(says);
  await store.close();
});

test("a store is not opened, and a client not made, with an option that there is not", async () => {
  const misspelt = { partition: 64 } as object;
  await expect(openStore("memory:", misspelt)).rejects.toMatchObject({ code: "RT1017" });
  await expect(openStore("memory:", misspelt)).rejects.toThrow('`openStore` has no option "partition"; there are "partitions"');
  const store = await openStore("memory:");
  expect(() => createClient({ store, ...({ clok: 1 } as object) })).toThrow('`createClient` has no option "clok"');
  await store.close();
});
