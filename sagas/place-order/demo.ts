import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, styleText } from "node:util";
import { type Client, createClient, openStore, type SagaHandle, timeline } from "@sagac/runtime";
import { build, type WorkerProcess, waitFor, workerProcess } from "./demo-processes.ts";
import type { PlaceOrderInput, PlaceOrderOutput } from "./generated/place-order.types.ts";
import { checkBooks, describeBooks, type PlacedOrder } from "./participants/books.ts";
import { openParticipants, type Participants } from "./participants/open.ts";

const HELP = `npm run demo [-- options]

Builds the saga, then places three orders: one that completes, one that is out of stock and is undone,
and one whose worker is killed with SIGKILL after the payment was authorized. Ends with 1 if the books
of the participants do not balance.

  --store <url>  where the sagas are kept: sqlite:<file>, redis://host:port (default: a fresh SQLite file)
  --keep         keep the participants' databases (and the default store), and say where they are
  --help         this text
`;

interface Options {
  readonly store: string | undefined;
  readonly keep: boolean;
}

/** What the demo has in hand. */
interface Stage {
  readonly client: Client;
  readonly placeOrder: typeof import("./generated/place-order.saga.ts")["placeOrder"];
  readonly participants: Participants;
  /** What was placed and how it ended: what the books are checked against. */
  readonly placed: PlacedOrder[];
  readonly startWorker: () => Promise<WorkerProcess>;
}

async function demo(options: Options): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "saga-demo-"));
  try {
    return await play(folder, options.store ?? `sqlite:${join(folder, "saga.db")}`);
  } finally {
    if (options.keep) say(`\nKept: ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

async function play(folder: string, storeUrl: string): Promise<number> {
  title("The saga is built");
  await build();
  // Not before: this is what was built.
  const { placeOrder } = await import("./generated/place-order.saga.ts");

  const books = join(folder, "books");
  const env = { SAGA_STORE: storeUrl, SAGA_BOOKS: books, SAGA_LEASE_MS: "1000", SAGA_ANSWER_DELAY_MS: String(ANSWER_DELAY_MS) };
  const store = await openStore(storeUrl);
  const participants = openParticipants(books);
  participants.inventory.deliver(MUG, 10);
  participants.inventory.deliver(LAMP, 1);
  const workers: WorkerProcess[] = [];
  const stage: Stage = {
    client: createClient({ store }),
    placeOrder,
    participants,
    placed: [],
    async startWorker() {
      const worker = await workerProcess(env);
      workers.push(worker);
      return worker;
    },
  };
  try {
    say(
      `  The sagas are kept in ${store.kind}; each participant has a database of its own, its answers take ${ANSWER_DELAY_MS} ms.`,
    );
    const first = await stage.startWorker();
    await orderThatCompletes(stage);
    await orderOutOfStock(stage);
    const second = await orderWhoseWorkerIsKilled(stage, first);
    await second.stop();

    title("The books of the participants");
    const report = checkBooks(participants, stage.placed);
    for (const line of describeBooks(report)) say(line);
    return report.faults.length === 0 ? 0 : 1;
  } finally {
    for (const worker of workers) worker.kill();
    await store.close();
    participants.close();
  }
}

async function orderThatCompletes(stage: Stage): Promise<void> {
  title("1. An order that completes");
  await conclude(stage, await place(stage, MUG, 2));
}

async function orderOutOfStock(stage: Stage): Promise<void> {
  title("2. An order that is out of stock: what was done is undone, in reverse");
  await conclude(stage, await place(stage, LAMP, 3));
}

async function orderWhoseWorkerIsKilled(stage: Stage, first: WorkerProcess): Promise<WorkerProcess> {
  title("3. An order whose worker is killed after the payment was authorized");
  let worker = first;
  for (let left = 4; ; left--) {
    const { next, isRepeated } = await killedAfterTheAuthorization(stage, worker);
    if (isRepeated) return next;
    if (left === 0) throw new Error("each answer was recorded before the worker died: this machine is too busy for the demo");
    say("\n  The answer was recorded before the worker died, as may happen on a busy machine. Once more:\n");
    worker = next;
  }
}

/** `isRepeated`: it was killed in time, and the next one has called the bank again. */
async function killedAfterTheAuthorization(stage: Stage, worker: WorkerProcess) {
  const placed = await place(stage, MUG, 1);
  const { order } = placed;
  await waitFor("the payment to be authorized", () =>
    stage.participants.payments.ledger().some((effect) => effect.sagaId === order.id && effect.operation === "authorizePayment"),
  );
  worker.kill();
  await worker.exited;
  say(`  SIGKILL: process ${worker.pid} is gone. The bank has authorized the payment, its answer was still under way.`);
  const next = await stage.startWorker();
  say(`  Process ${next.pid} is up. It waits until the lease of the old one has run out, and carries on.\n`);
  await conclude(stage, placed);
  const isRepeated = (await order.history()).some(
    ({ record }) => record.type === "called" && record.step === "authorizePayment" && record.redelivered,
  );
  return { next, isRepeated };
}

interface Placed {
  readonly order: SagaHandle<PlaceOrderOutput>;
  readonly input: PlaceOrderInput;
}

async function place(stage: Stage, sku: string, quantity: number): Promise<Placed> {
  const orderId = randomUUID();
  const input: PlaceOrderInput = {
    orderId,
    customerId: "kim",
    sku,
    quantity,
    total: { amount: quantity * PRICE, currency: "EUR" },
    shipTo: { name: "Kim", street: "1 Long Street", city: "Utrecht", country: "NL" },
  };
  say(`  ${quantity} × ${sku}; in stock: ${stage.participants.inventory.levelOf(sku)?.left ?? 0}\n`);
  return { order: await stage.client.start(stage.placeOrder, { id: orderId, input }), input };
}

/** Waits for the end of an order, and shows how it came about. */
async function conclude(stage: Stage, { order, input }: Placed): Promise<void> {
  const result = await order.result({ timeout: "60s" });
  stage.placed.push({ sagaId: order.id, input, ended: result.status });
  for (const line of timeline(await order.history(), { color: COLOR })) say(line);
  const outcome =
    result.status === "completed"
      ? `completed: parcel ${result.output.trackingId} is on its way, payment ${result.output.paymentId} was taken`
      : `undone because of ${result.failure.name} ${JSON.stringify(result.failure.data)}: nothing is kept aside, nothing was charged`;
  say(`\n  ${paint("bold", `The order is ${outcome}.`)}`);
}

function title(text: string): void {
  say(`\n${paint("bold", text)}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function paint(format: "bold", text: string): string {
  return COLOR ? styleText(format, text, { validateStream: false }) : text;
}

/** `null`, after having said why: wrong use. */
function readOptions(): Options | "help" | null {
  try {
    const { values } = parseArgs({
      options: { store: { type: "string" }, keep: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
    return values.help === true ? "help" : { store: values.store, keep: values.keep === true };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return null;
  }
}

const MUG = "mug";
const LAMP = "lamp";
const PRICE = 1_495;
/** Long enough to kill a worker while an answer is under way. */
const ANSWER_DELAY_MS = 200;
const COLOR = process.stdout.isTTY === true && (process.env.NO_COLOR ?? "") === "";

const options = readOptions();
if (options === null) process.exitCode = 2;
else if (options === "help") process.stdout.write(HELP);
else {
  process.exitCode = await demo(options).catch((error: unknown) => {
    process.stderr.write(`\nThe demo did not come to its end: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  });
}
