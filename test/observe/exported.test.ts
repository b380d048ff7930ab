import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";
import { metrics } from "@opentelemetry/api";
import type { MeterProvider } from "@opentelemetry/sdk-metrics";
import { createClient, measureStore, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { INSTRUMENTS } from "../../runtime/observe/metrics.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { scratchFolder } from "../kit/scratch.ts";
import { freePort } from "../kit/server-process.ts";
import { until } from "../kit/until.ts";
import { readMarkdown } from "../tidy/markdown.ts";
import { textOf } from "../tidy/repository.ts";
import { labelOf, prometheusName, seriesOf } from "./table.ts";

afterEach(async () => {
  const provider = metrics.getMeterProvider() as Partial<MeterProvider>;
  await provider.shutdown?.();
  metrics.disable();
  vi.unstubAllEnvs();
});

/** Runs the block of docs/operations.md that imports this package, as a file of a user's. */
async function runBlock(importing: string): Promise<void> {
  const { blocks } = readMarkdown("docs/operations.md", textOf("docs/operations.md"));
  const block = blocks.find(({ language, text }) => language === "ts" && text.includes(importing));
  if (block === undefined) throw new Error(`no block imports ${importing}`);
  const folder = scratchFolder({ "setup.ts": block.text, "package.json": JSON.stringify({ type: "module" }) });
  await import(/* @vite-ignore */ pathToFileURL(`${folder}/setup.ts`).href);
}

/** Three orders on SQLite: one is delivered, one is undone, one is parked. */
async function carryOut(): Promise<void> {
  const store = await openStore(`sqlite:${scratchFolder()}/saga.db`);
  const world = orderWorld({
    inventory: {
      reserveStock: ({ orderId, quantity }, ctx) => {
        if (quantity === 2) throw ctx.fail("OutOfStock", { sku: "chair", left: 1 });
        return { reservationId: `r-${orderId}` };
      },
    },
    payments: {
      capturePayment: ({ orderId, amount }) => ({ paymentId: amount.amount === 7 ? 7 : `p-${orderId}` }) as { paymentId: string },
    },
  });
  const worker = await startWorker({ store, sagas: [orderImplementation(world)], handleSignals: false, log: silentLogger });
  await measureStore({ store, everyMs: 0 });
  const client = createClient({ store });
  const start = (id: string, input: Parameters<typeof orderInput>[0]) =>
    client.start(placeOrder, { id, input: orderInput(input) });
  const delivered = await start("delivered", {});
  const undone = await start("undone", { quantity: 2 });
  const parked = await start("parked", { total: { amount: 7, currency: "EUR" } });
  expect((await delivered.result({ timeout: "60s" })).status).toBe("completed");
  expect((await undone.result({ timeout: "60s" })).status).toBe("compensated");
  await until("one is parked", async () => (await parked.status()).conditions.includes("parked"));
  onTestFinished(async () => {
    await worker.stop();
    await store.close();
  });
}

test("a worker is scraped by Prometheus, set up as the page says", async () => {
  const port = await freePort();
  vi.stubEnv("METRICS_PORT", String(port));
  await runBlock("@opentelemetry/exporter-prometheus");
  await carryOut();

  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, expect.stringContaining("text/plain")]);
  const lines = (await answer.text()).split("\n");
  const figure = (series: string, ...labels: readonly string[]): number[] =>
    lines
      .filter((line) => line.startsWith(`${series}{`) && labels.every((label) => line.includes(label)))
      .map((line) => Number(line.slice(line.lastIndexOf(" ") + 1)));
  const order = 'saga_name="PlaceOrder"';
  expect(figure("saga_started_total", order, 'saga_version="1"')).toEqual([3]);
  expect(figure("saga_finished_total", order, 'saga_outcome="completed"')).toEqual([1]);
  expect(figure("saga_finished_total", order, 'saga_outcome="compensated"')).toEqual([1]);
  expect(figure("saga_duration_seconds_count", order)).toEqual([1, 1]);
  expect(figure("saga_duration_seconds_bucket", order, 'saga_outcome="completed"', 'le="2592000"')).toEqual([1]);
  expect(figure("saga_step_attempts_total", 'saga_step="createOrder"', 'saga_kind="forward"')).toEqual([3]);
  expect(figure("saga_step_attempts_total", 'saga_step="createOrder"', 'saga_kind="undo"')).toEqual([1]);
  expect(figure("saga_parkings_total", 'saga_step="capturePayment"')).toEqual([1]);
  expect(figure("saga_store_conditions", order, 'saga_condition="parked"')).toEqual([1]);
  expect(figure("saga_store_running", order)).toEqual([1]);
  expect(figure("saga_worker_partitions", "").some((held) => held > 0)).toBe(true);
  expect(figure("saga_service_running", 'saga_service="payments"')).toEqual([0]);
  // Every series there is has the name and the labels of the table.
  const known = new Map(Object.values(INSTRUMENTS).flatMap((one) => seriesOf(one).map((name) => [name, one] as const)));
  const shown = new Set<string>();
  for (const line of lines.filter((each) => each.startsWith("saga_"))) {
    const [, name = "", labels = ""] = /^(\w+)\{(.*)\} \S+$/.exec(line) ?? [];
    const instrument = known.get(name);
    const named = [...labels.matchAll(/(\w+)="/g)]
      .map(([, label = ""]) => label)
      .filter((label) => !label.startsWith("otel_") && label !== "le");
    expect([line, named]).toEqual([line, instrument?.attributes.map(labelOf)]);
    if (instrument !== undefined) shown.add(prometheusName(instrument));
  }
  expect(shown.size).toBeGreaterThan(20);
});

test("a worker's figures are sent by OTLP, set up as the page says", async () => {
  const bodies: string[] = [];
  const collector = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8");
    });
    request.on("end", () => {
      bodies.push(`${request.url} ${body}`);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((listens) => void collector.listen(0, "127.0.0.1", listens));
  onTestFinished(() => new Promise<void>((closed) => void collector.close(() => closed())));
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", `http://127.0.0.1:${(collector.address() as AddressInfo).port}`);
  await runBlock("@opentelemetry/exporter-metrics-otlp-http");
  await carryOut();
  await (metrics.getMeterProvider() as MeterProvider).forceFlush();
  expect(bodies.length).toBeGreaterThan(0);
  expect(bodies.at(-1)).toMatch(/^\/v1\/metrics .*"saga\.finished".*"completed"/);
});
