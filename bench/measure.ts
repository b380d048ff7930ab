import { readFileSync } from "node:fs";
import { createClient, implement, silentLogger, startWorker } from "@sagac/runtime";
import { placeOrder } from "../sagas/place-order/generated/place-order.saga.ts";
import { closedLoop } from "./closed-loop.ts";
import { benchSteps } from "./handlers.ts";
import { type Shares, startProfile } from "./profile.ts";
import type { BenchStore } from "./stores.ts";

export interface Load {
  readonly way: "completed" | "compensated";
  readonly inFlight: number;
  readonly seconds: number;
}

/** What one run of one cell showed. */
export interface Run {
  readonly sagasPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU of this process (client, worker, handlers), milliseconds a saga. */
  readonly cpuMs: number;
  /** CPU of the store's server, milliseconds a saga; 0 where it is in this process. */
  readonly serverCpuMs: number;
  /** Where this process spent its time, as parts of its busy time. */
  readonly shares: Shares;
}

/** A closed loop: as soon as one saga ends the next one starts, `inFlight` at a time; a warm-up of a fifth of the time first. */
export async function measure(opened: BenchStore, load: Load): Promise<Run> {
  const { store } = opened;
  const worker = await startWorker({
    store,
    sagas: [implement(placeOrder, benchSteps)],
    handleSignals: false,
    log: silentLogger,
  });
  const client = createClient({ store });
  let started = 0;
  const one = async () => {
    const number = started++;
    const handle = await client.start(placeOrder, { id: `bench-${number}`, input: orderInput(number, load.way) });
    const result = await handle.result();
    if (result.status !== load.way) throw new Error(`bench-${number} ended ${result.status}: ${JSON.stringify(result)}`);
  };
  try {
    await closedLoop(one, load.inFlight, load.seconds * 200);
    const stopProfile = await startProfile();
    const cpu = process.cpuUsage();
    const serverCpu = cpuOf(opened.serverPid);
    const begunMs = performance.now();
    const times = await closedLoop(one, load.inFlight, load.seconds * 1_000);
    const elapsedMs = performance.now() - begunMs;
    const used = process.cpuUsage(cpu);
    const serverUsed = cpuOf(opened.serverPid) - serverCpu;
    const shares = await stopProfile();
    times.sort((a, b) => a - b);
    return {
      sagasPerSecond: (times.length / elapsedMs) * 1_000,
      p50Ms: times[Math.floor(times.length * 0.5)] ?? 0,
      p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
      cpuMs: (used.user + used.system) / 1_000 / times.length,
      serverCpuMs: serverUsed / times.length,
      shares,
    };
  } finally {
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

/** CPU milliseconds of another process so far, from Linux's /proc; 0 where there is none. */
export function cpuOf(pid: number | null): number {
  if (pid === null) return 0;
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
  } catch {
    return 0;
  }
}

const MS_PER_TICK = 10;
