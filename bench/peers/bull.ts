import { Queue, UnrecoverableError, Worker } from "bullmq";
import { openBenchStore, type Sync } from "../stores.ts";
import { type Contestant, carryOut, mustEnd, NoCarrier, nextOrder, type OrderInput, STEPS, UNDOES } from "./work.ts";

interface Progress {
  readonly input: OrderInput;
  readonly step: number;
  readonly undo: number | null;
  readonly results: Readonly<Record<string, unknown>>;
}

/** One job a saga; where it stands is written with `job.updateData` after each step, as BullMQ's "process step jobs" has it. */
export async function startBull(sync: Sync): Promise<Contestant> {
  const redis = await openBenchStore(sync === "everysec" ? "redis" : "redis-always");
  const { hostname: host, port } = new URL(redis.url);
  const connection = { host, port: Number(port), maxRetriesPerRequest: null };
  const queue = new Queue<Progress, boolean>("saga", { connection });
  const waiting = new Map<string, (completed: boolean) => void>();
  const worker = new Worker<Progress, boolean>(
    "saga",
    async (job) => {
      let at = job.data;
      const write = async (next: Progress): Promise<void> => {
        at = next;
        await job.updateData(next);
      };
      for (let step = STEPS[at.step]; step !== undefined && at.undo === null; step = STEPS[at.step]) {
        try {
          const result = await carryOut(step, at.input);
          await write({ ...at, step: at.step + 1, results: { ...at.results, [step]: result } });
        } catch (error) {
          if (!(error instanceof NoCarrier)) throw new UnrecoverableError(String(error));
          await write({ ...at, undo: at.step });
        }
      }
      while (at.undo !== null && at.undo > 0) {
        const undo = UNDOES[at.undo - 1];
        if (undo === undefined) throw new UnrecoverableError("there is no such step");
        const result = await carryOut(undo, at.input);
        await write({ ...at, undo: at.undo - 1, results: { ...at.results, [undo]: result } });
      }
      return at.undo === null;
    },
    { connection, concurrency: 512 },
  );
  worker.on("completed", (job, completed) => {
    const id = job.id ?? "";
    waiting.get(id)?.(completed);
    waiting.delete(id);
  });
  await worker.waitUntilReady();
  return {
    async run(fail) {
      const input = nextOrder(fail);
      const ended = new Promise<boolean>((resolve) => waiting.set(input.orderId, resolve));
      await queue.add("order", { input, step: 0, undo: null, results: {} }, { jobId: input.orderId });
      mustEnd(await ended, fail);
    },
    servers: redis.pids,
    async stop() {
      await worker.close(true);
      await queue.close();
      await redis.close();
    },
  };
}
