import { join } from "node:path";
import { createClient, implement, silentLogger, startWorker } from "@sagac/runtime";
import { placeOrder } from "../sagas/place-order/generated/place-order.saga.ts";
import { closedLoop } from "./closed-loop.ts";
import { cpuByProcess, cpuSince } from "./cpu.ts";
import { benchSteps } from "./handlers.ts";
import { type Shares, startProfile } from "./profile.ts";
import type { BenchStore } from "./stores.ts";
import { startWorkerProcesses, stopWorkerProcess } from "./worker-process.ts";

export interface Load {
  readonly way: "completed" | "compensated";
  readonly inFlight: number;
  readonly seconds: number;
  /** How many workers there are: this process is one of them, the client's too. */
  readonly workers: number;
  readonly transition: "compiled" | "xstate";
  /** How many orders were carried out in this store before. */
  readonly from?: number;
}

/** What one run of one cell showed. */
export interface Run {
  /** How many were carried out, the warm-up's among them. */
  readonly sagas: number;
  readonly sagasPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU of this process (client, worker, handlers) and of other workers, milliseconds a saga. */
  readonly cpuMs: number;
  /** CPU of the store's server, milliseconds a saga; 0 where it is in this process. */
  readonly serverCpuMs: number;
  /** By which the store grew, a saga. */
  readonly bytes: number;
  /** Where this process spent its time, as parts of its busy time. */
  readonly shares: Shares;
}

/** A closed loop: as soon as one saga ends the next one starts, `inFlight` at a time; a warm-up of a fifth of the time first. */
export async function measure(opened: BenchStore, load: Load): Promise<Run> {
  const { store } = opened;
  const { transition } = load;
  const sagas = [implement(placeOrder, benchSteps)];
  const worker = await startWorker({ store, sagas, transition, handleSignals: false, log: silentLogger });
  const others = await startWorkerProcesses(load.workers - 1, ANOTHER, [opened.url, transition]).catch(async (error: unknown) => {
    await worker.stop();
    throw error;
  });
  const client = createClient({ store });
  const from = load.from ?? 0;
  let started = from;
  const one = async () => {
    const number = started++;
    const handle = await client.start(placeOrder, { id: `bench-${number}`, input: orderInput(number, load.way) });
    const result = await handle.result();
    if (result.status !== load.way) throw new Error(`bench-${number} ended ${result.status}: ${JSON.stringify(result)}`);
  };
  const othersPids = others.flatMap(({ pid }) => pid ?? []);
  try {
    const bytes = await opened.bytes();
    await closedLoop(one, load.inFlight, load.seconds * 200);
    const stopProfile = await startProfile();
    const cpu = process.cpuUsage();
    const [serverCpu, otherCpu] = [cpuByProcess(opened.pids()), cpuByProcess(othersPids)];
    const begunMs = performance.now();
    const times = await closedLoop(one, load.inFlight, load.seconds * 1_000);
    const elapsedMs = performance.now() - begunMs;
    const used = process.cpuUsage(cpu);
    const [serverUsed, otherUsed] = [cpuSince(serverCpu, opened.pids()), cpuSince(otherCpu, othersPids)];
    const shares = await stopProfile();
    times.sort((a, b) => a - b);
    return {
      sagas: started - from,
      sagasPerSecond: (times.length / elapsedMs) * 1_000,
      p50Ms: times[Math.floor(times.length * 0.5)] ?? 0,
      p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
      cpuMs: ((used.user + used.system) / 1_000 + otherUsed) / times.length,
      serverCpuMs: serverUsed / times.length,
      bytes: ((await opened.bytes()) - bytes) / (started - from),
      shares,
    };
  } finally {
    for (const other of others) await stopWorkerProcess(other);
    await worker.stop();
  }
}

export function orderInput(number: number, way: Load["way"]) {
  return {
    orderId: `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`,
    customerId: `customer-${number % 1_000}`,
    sku: "ticket",
    quantity: 1,
    total: { amount: way === "completed" ? 4_200 : -1, currency: "EUR" },
    shipTo: { name: "A. Reader", street: "1 Long Street", city: "Utrecht", country: "NL" },
  };
}

const ANOTHER = join(import.meta.dirname, "another-worker.ts");
