import { type Client, SagaError } from "@sagac/runtime";
import { SeededRandom } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { Load } from "./load.ts";
import { drawOrder } from "./orders.ts";

test("a client that is to give up does so over an answer to what it asked since, not over one of before", async () => {
  const random = new SeededRandom(1);
  const asked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let asks = 0;
  const result = async () => {
    asks += 1;
    if (asks > 1) throw new SagaError("RT1004", "it is gone");
    asked.resolve();
    await gate.promise;
    throw new SagaError("RT1008", "it goes on");
  };
  const client = { start: async () => ({ result }) } as unknown as Client;
  const orders = [{ ...drawOrder(random, 1, false), cancelled: false }];
  const load = new Load({ client, truth: client, orders, random, spreadMs: 0, inFlightMax: 1, loses: false });
  const running = load.run();
  await asked.promise;
  load.giveUpAfter(0);
  gate.resolve();
  await running;
  expect(load.tracks[0]).toMatchObject({ ended: null, gaveUp: expect.stringContaining("RT1004") });
});
