import { createClient, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import type { RedisOptions } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isOutcomeUnknown } from "../../runtime/errors.ts";
import { loadScripts } from "../../runtime/store/redis/scripts.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { describeRedis, type RedisServer, redisForTests } from "../kit/redis.ts";
import { startProxy } from "../kit/tcp-proxy.ts";

/** What ioredis does when it is told nothing: it sends again what was in flight, and nobody hears of it. */
const RESENDING: RedisOptions = {
  autoResendUnfulfilledCommands: true,
  maxRetriesPerRequest: 20,
  enableOfflineQueue: true,
  commandTimeout: undefined,
  socketTimeout: undefined,
};

describeRedis("a commit reaches Redis and the connection breaks before the answer, at every commit of an order", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await redisForTests();
  });
  afterAll(() => redis.stop());

  test("nothing is doubled, nothing is lost, and each lost reply was seen as one", async () => {
    const faults: string[] = [];
    let commits = 0;
    // Until an order goes through without reaching its n-th commit.
    for (let nth = 1; ; nth++) {
      const told = await orderWithCut(redis, nth, {});
      if (!told.cut) break;
      commits++;
      faults.push(...told.faults);
    }
    expect(faults).toEqual([]);
    expect(commits).toBeGreaterThanOrEqual(5);
  });

  test("the same check fails where ioredis may resend", async () => {
    const told = await orderWithCut(redis, 3, RESENDING);
    expect(told.cut).toBe(true);
    expect(told.faults).toContain("commit 3: its reply was lost and nobody was told");
  });
});

let orders = 0;

/** One order whose n-th commit's reply is cut. `cut`: whether it came to that. */
async function orderWithCut(redis: RedisServer, nth: number, options: RedisOptions) {
  const proxy = await startProxy(redis);
  const prefix = `cut-${process.pid}-${++orders}`;
  const sha = (await loadScripts()).commit.sha;
  const shaky = await openStore(redis.url, {
    prefix,
    onWarning: () => undefined,
    redis: { host: "127.0.0.1", port: proxy.port, ...options },
  });
  const direct = await openStore(redis.url, { prefix, onWarning: () => undefined });
  const world = orderWorld();
  let unknown = 0;
  const store = observeStore(shaky, {
    after: (call, outcome) => {
      if (call.operation === "commit" && !outcome.ok && isOutcomeUnknown(outcome.error)) unknown++;
    },
  });
  const worker = await startWorker({ store, sagas: [orderImplementation(world)], handleSignals: false, log: silentLogger });
  let commits = 0;
  let cut = false;
  proxy.decide = (words) => {
    if (words[0] !== "evalsha" || words[1] !== sha || ++commits !== nth) return "pass";
    cut = true;
    return "cut-reply";
  };
  try {
    const order = await createClient({ store: direct }).start(placeOrder, { id: "order-1", input: orderInput() });
    const result = await order.result({ timeout: "20s" });
    // The last commit is seen from outside before the worker knows what became of it.
    await worker.stop();
    const faults: string[] = [];
    if (cut && unknown !== 1) faults.push(`commit ${nth}: its reply was lost and nobody was told`);
    if (result.status !== "completed") faults.push(`commit ${nth}: the order ended ${result.status}`);
    const operations = world.calls.map((call) => call.operation);
    if (operations.length !== new Set(operations).size || operations.length !== 5)
      faults.push(`commit ${nth}: called ${operations.join(", ")}`);
    if (world.calls.some((call) => call.redelivered)) faults.push(`commit ${nth}: a call was delivered again`);
    const answered = (await order.history()).filter(({ record }) => record.type === "answered").length;
    if (answered !== 5) faults.push(`commit ${nth}: the history has ${answered} answers`);
    return { cut, faults };
  } finally {
    await worker.stop();
    await shaky.close();
    await direct.close();
    await proxy.close();
  }
}
