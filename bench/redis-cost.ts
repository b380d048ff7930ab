/**
 * `npm run bench:redis -- [sagas] [at a time]`: what the order of the peers' bench costs a Redis server and the process that calls
 * it, by the store's calls alone: those that a worker makes of one order are recorded once, on a store in memory, and then made for so many
 * orders, so many at a time. CPU is the server's and this process's own, so that others on the machine disturb it little; the microseconds of
 * commands are the server's clock, and they do.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createClient, implement, openStore, type Store, silentLogger, startWorker } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { Redis } from "ioredis";
import { emittedSagas } from "../test/kit/emitted.ts";
import { carryOut, nextOrder, STEPS, type Step } from "./peers/work.ts";
import { openBenchStore } from "./stores.ts";

type Command = Parameters<Store["append"]>[1];
type CommitPart = Parameters<Store["commit"]>[0][number];

const [sagas = 8_192, atATime = 512] = process.argv.slice(2).map(Number);
const opened = await openBenchStore("redis");
const admin = new Redis(opened.url);
try {
  const order = await record(opened.store);
  await run("warm", Math.min(sagas, 2_048), order);
  await admin.config("RESETSTAT");
  const begun = used();
  await run("order", sagas, order);
  const ended = used();
  await print(ended.server - begun.server, ended.own - begun.own);
} finally {
  admin.disconnect();
  await opened.close();
}
process.exit(0);

interface Recorded {
  readonly id: string;
  readonly command: Command;
  readonly parts: readonly CommitPart[];
}

/** What a worker and a client ask of such a store for one order. */
async function record({ smallSnapshotChars }: Store): Promise<Recorded> {
  const parts: CommitPart[] = [];
  const commands: Command[] = [];
  const observed = observeStore(await openStore("memory:"), {
    before: ({ operation, arguments: [first, second] }) => {
      if (operation === "commit") parts.push(...(first as CommitPart[]));
      if (operation === "append") commands.push(second as Command);
    },
  });
  const store = { ...observed, smallSnapshotChars };
  const order = (await emittedSagas(join(import.meta.dirname, "peers/order.saga")))("Order");
  const worker = await startWorker({ store, sagas: [implement(order, handlers())], handleSignals: false, log: silentLogger });
  const input = nextOrder(false);
  await (await createClient({ store }).start(order, { id: input.orderId, input })).result();
  await worker.stop();
  const [command] = commands;
  if (command === undefined || parts.length === 0) throw new Error("nothing was recorded");
  return { id: input.orderId, command, parts };
}

function handlers() {
  const of = (step: Step) => async (input: { readonly orderId: string }) => ({
    done: await carryOut(step, { fail: false, ...input }),
  });
  const [createOrder, reserveStock, authorizePayment, requestShipment] = STEPS.map(of);
  const undone = async () => undefined;
  return {
    orders: { createOrder, cancelOrder: undone },
    inventory: { reserveStock, releaseStock: undone },
    payments: { authorizePayment, voidPayment: undone },
    shipping: { requestShipment },
  };
}

async function run(name: string, count: number, order: Recorded): Promise<void> {
  for (let first = 0; first < count; first += atATime) {
    const ids = Array.from({ length: Math.min(atATime, count - first) }, (_, index) => `o-${name}-${first + index}`);
    await carryThrough(opened.store, ids, order);
  }
}

/** Starts these, commits each as often as was recorded, and reads how it ended. */
async function carryThrough(store: Store, ids: readonly string[], recorded: Recorded): Promise<void> {
  // In turn: nobody asks for them by their ids alone.
  const shares = new Map(ids.map((id, index) => [id, { saga: "Order", version: 1, index: index % store.partitions }]));
  const partition = (id: string) => shares.get(id) ?? { saga: "Order", version: 1, index: 0 };
  const all = Array.from({ length: store.partitions }, (_, index) => ({ saga: "Order", version: 1, index }));
  const requests = all.map((each) => ({ partition: each, epoch: null }));
  const leases = await store.lease(requests, "bench", 60_000);
  await Promise.all(ids.map((id) => store.append(partition(id), renamed(recorded, recorded.command, id))));
  const pending = (await Promise.all(all.map((each) => store.pending(each, ids.length)))).flat();
  const positions = new Map(pending.map(({ id, position }) => [id, position]));
  for (const part of recorded.parts) {
    const parts = ids.map((sagaId): CommitPart => {
      const lease = leases[partition(sagaId).index];
      if (lease == null) throw new Error("the lease was not given");
      const own = renamed(recorded, part, sagaId);
      const consume = own.consume.map((each) => ({ ...each, position: positions.get(each.id) ?? "" }));
      return { ...own, lease, consume };
    });
    for (let first = 0; first < parts.length; first += 256) {
      const results = await store.commit(parts.slice(first, first + 256));
      if (results.some(({ status }) => status !== "committed")) throw new Error("a commit was refused");
    }
  }
  await Promise.all(ids.map((id) => store.load(partition(id), id)));
}

function renamed<T>(recorded: Recorded, value: T, id: string): T {
  return JSON.parse(JSON.stringify(value).replaceAll(recorded.id, id)) as T;
}

/** Microseconds of CPU. */
function used(): { readonly server: number; readonly own: number } {
  const { user, system } = process.cpuUsage();
  const [ns] = readFileSync(`/proc/${opened.pids()[0]}/schedstat`, "utf8").split(" ");
  return { server: Number(ns) / 1_000, own: user + system };
}

async function print(serverMicros: number, ownMicros: number): Promise<void> {
  const each = (value: number) => (value / sagas).toFixed(2).padStart(8);
  const rows = (await admin.info("commandstats")).split("\r\n").flatMap((line) => {
    const found = /^cmdstat_([^:]+):calls=(\d+),usec=(\d+)/.exec(line);
    return found === null ? [] : [{ name: found[1] ?? "", calls: Number(found[2]), usec: Number(found[3]) }];
  });
  const lines = [
    `${sagas} orders, ${atATime} at a time; each:`,
    `${each(serverMicros)} µs of the server's CPU`,
    `${each(ownMicros)} µs of this process's, what is made up for it included`,
    "   calls       µs",
    ...rows.sort((a, b) => b.usec - a.usec).map(({ name, calls, usec }) => `${each(calls)} ${each(usec)} ${name}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
