import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient, implement, openStore, type StepContext, startWorker } from "@sagac/runtime";
import { emittedSagas } from "../kit/emitted.ts";
import { numbers } from "../kit/items.ts";
import { placeNamed } from "./place.ts";

export interface ItemsTask {
  readonly store: string;
  readonly prefix: string;
  /** What the participant did, a line each: `reserve <item> <key>`. */
  readonly books: string;
  readonly count: number;
  /** Dies in the call that makes so many lines of this kind; `null`: it lives until the end. */
  readonly kill: { readonly what: "reserve" | "undo"; readonly after: number } | null;
}

/** One life of a worker that carries out a foreach whose last item is refused. */
async function live({ store: url, prefix, books, count, kill }: ItemsTask): Promise<void> {
  const written = { reserve: 0, undo: 0 };
  writeFileSync(books, "", { flag: "a" });
  for (const line of readFileSync(books, "utf8").split("\n"))
    if (line !== "") written[line.startsWith("undo") ? "undo" : "reserve"]++;
  const write = (what: "reserve" | "undo", input: unknown, ctx: unknown): void => {
    const { item } = input as { readonly item: number };
    appendFileSync(books, `${what} ${item} ${(ctx as { readonly idempotencyKey: string }).idempotencyKey}\n`);
    written[what]++;
    // Between the effect and its answer.
    if (kill?.what === what && written[what] === kill.after) process.kill(process.pid, "SIGKILL");
  };
  const steps = {
    things: {
      reserve(input: unknown, ctx: unknown) {
        if ((input as { readonly item: number }).item === count - 1) throw refused(ctx);
        write("reserve", input, ctx);
        return { done: true };
      },
      release: (input: unknown, ctx: unknown) => write("undo", input, ctx),
      close: () => null,
    },
  };
  const definition = (await emittedSagas(join(import.meta.dirname, "../kit/group.saga")))("Group");
  const store = await openStore(url, { partitions: 1, ...placeNamed(prefix) });
  const group = await createClient({ store }).start(definition, { id: "group-1", input: { items: numbers(count) } });
  const sagas = [implement(definition, steps)];
  // Of one that dies it is short, so that the next need not wait. None may be lost before: what is in flight would be called again.
  const leaseMs = kill === null ? 30_000 : 4_000;
  const worker = await startWorker({ store, sagas, leaseMs, snapshotEvery: 8, history: "events", handleSignals: false });
  const result = await group.result({ timeout: "280s" });
  const children = (await group.children()).map(({ status }) => status);
  await worker.stop();
  await store.close();
  process.stdout.write(JSON.stringify({ result, children }));
}

function refused(ctx: unknown): Error {
  return (ctx as StepContext<{ readonly Refused: unknown }>).fail("Refused", { why: "the last one is refused" });
}

await live(JSON.parse(process.argv[2] ?? "null") as ItemsTask);
