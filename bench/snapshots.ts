/**
 * `npm run bench -- snapshots`: what it costs to write the whole of a snapshot with every commit, or what changed of it. For sagas of several
 * sizes on several stores: characters that a commit writes, CPU of this process and of the store's server for each commit. Rows are run in
 * turn, several rounds; the median is printed.
 */

import { parseArgs } from "node:util";
import { createClient, implement, type SagaDefinition, type Store, silentLogger, startWorker } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { placeOrder } from "../sagas/place-order/generated/place-order.saga.ts";
import { definitionOf } from "../test/kit/transitions.ts";
import { cpuByProcess, cpuSince } from "./cpu.ts";
import { benchSteps } from "./handlers.ts";
import { orderInput } from "./measure.ts";
import { SHAPES } from "./shapes.ts";
import { among, openBenchStore, STORES, type StoreName } from "./stores.ts";
import { median } from "./table.ts";

interface Subject {
  readonly name: string;
  readonly definition: SagaDefinition;
  readonly steps: object;
  readonly input: (number: number) => unknown;
  /** Sagas a run. */
  readonly count: number;
}

interface Run {
  readonly commits: number;
  readonly snapshotChars: number;
  readonly recordChars: number;
  readonly cpuMs: number;
  readonly serverCpuMs: number;
}

export async function benchSnapshots(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stores: { type: "string", default: "memory,sqlite,redis" },
      every: { type: "string", default: "1,size" },
      rounds: { type: "string", default: "3" },
      sagas: { type: "string", default: "" },
    },
  });
  const stores = among("stores", values.stores, STORES);
  const ways = values.every.split(",");
  const subjects = (await subjectsOf()).filter(({ name }) => name.includes(values.sagas));
  const rows = stores.flatMap((store) =>
    subjects.flatMap((subject) => ways.map((every) => ({ store, subject, every, runs: [] as Run[] }))),
  );
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const row of rows)
      row.runs.push(await run(row.store, row.subject, row.every === "size" ? undefined : Number(row.every)));
  }
  const lines = [
    "| store | saga | whole every | snapshot, characters a commit | records | CPU µs a commit | server's |",
    "| --- | --- | --- | ---: | ---: | ---: | ---: |",
  ];
  for (const { store, subject, every, runs } of rows) {
    const [first] = runs;
    if (first === undefined) continue;
    const perCommit = (of: (run: Run) => number) => median(runs.map((each) => of(each) / each.commits));
    const cells = [
      perCommit(({ snapshotChars }) => snapshotChars),
      perCommit(({ recordChars }) => recordChars),
      perCommit(({ cpuMs }) => cpuMs * 1_000),
      perCommit(({ serverCpuMs }) => serverCpuMs * 1_000),
    ].map((cost) => cost.toFixed(0));
    lines.push(`| ${[store, subject.name, every === "size" ? "by size" : every, ...cells].join(" | ")} |`);
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}

async function subjectsOf(): Promise<Subject[]> {
  const order: Subject = {
    name: "order",
    definition: placeOrder as SagaDefinition,
    steps: benchSteps,
    input: (number) => orderInput(number, "completed"),
    count: 400,
  };
  const steps = new Proxy({}, { get: (_, operation) => async () => answer(String(operation)) });
  const shaped = SHAPES.map(async ({ name, text }): Promise<Subject> => {
    const definition = await definitionOf(text);
    const calls = Object.keys(definition.calls).length / 2;
    return { name, definition, steps: { things: steps }, input: () => ({ id: "1" }), count: Math.ceil(1_000 / calls) };
  });
  return [order, ...(await Promise.all(shaped))];
}

/** Not at once: branches whose calls take their time answer one by one, each with a commit of its own. */
async function answer(operation: string): Promise<unknown> {
  const pauseMs = 5 + ((operation.charCodeAt(0) * 31 + Number(operation.replace(/\D+/g, "")) * 17) % 97);
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
  return operation.startsWith("un") ? undefined : { value: "x" };
}

async function run(name: StoreName, subject: Subject, snapshotEvery: number | undefined): Promise<Run> {
  const opened = await openBenchStore(name);
  const written = { commits: 0, snapshotChars: 0, recordChars: 0 };
  const store = observeStore(opened.store, {
    before(call) {
      if (call.operation !== "commit") return;
      for (const { snapshot, records } of (call.arguments as Parameters<Store["commit"]>)[0]) {
        written.commits++;
        written.snapshotChars += Object.values(snapshot)[0]?.length ?? 0;
        for (const record of records) written.recordChars += record.length;
      }
    },
  });
  const { definition, steps, count } = subject;
  const sagas = [implement(definition, steps as never)];
  const worker = await startWorker({ store, sagas, snapshotEvery, handleSignals: false, log: silentLogger });
  const client = createClient({ store });
  let next = 0;
  const lane = async (to: number) => {
    while (next < to) {
      const number = next++;
      const saga = await client.start(definition, { id: `bench-${number}`, input: subject.input(number) });
      await saga.result();
    }
  };
  const lanes = (to: number) => Promise.all(Array.from({ length: IN_FLIGHT }, () => lane(to)));
  try {
    await lanes(Math.ceil(count / 4));
    Object.assign(written, { commits: 0, snapshotChars: 0, recordChars: 0 });
    const [cpu, server] = [process.cpuUsage(), cpuByProcess(opened.pids())];
    await lanes(next + count);
    const { user, system } = process.cpuUsage(cpu);
    return { ...written, cpuMs: (user + system) / 1_000, serverCpuMs: cpuSince(server, opened.pids()) };
  } finally {
    await worker.stop();
    await opened.close();
  }
}

const IN_FLIGHT = 8;
