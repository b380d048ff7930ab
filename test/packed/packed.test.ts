import { execFile } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/**
 * What a user gets from npm: the tarballs of `npm run pack:all`, installed into an empty folder, where the order saga is built, checked
 * by TypeScript and carried out. Nothing here reaches into the checkout but for the sources of the saga, which are copied.
 */
const ROOT = dirname(dirname(import.meta.dirname));
const SAGA = join(ROOT, "sagas", "place-order");
const TARBALLS = globSync("dist/*.tgz", { cwd: ROOT }).map((file) => join(ROOT, file));
const STEP_LIMIT_MS = 600_000;

const folder = mkdtempSync(join(tmpdir(), "saga-packed-"));
afterAll(() => rmSync(folder, { recursive: true }), STEP_LIMIT_MS);

/** Runs a command of the new project, on the Node that runs this test; gives its standard output, or fails with all that it said. */
async function run(app: string, command: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` };
  const shell = process.platform === "win32";
  return promisify(execFile)(command, args, { cwd: join(folder, app), env, shell }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string; stderr: string }) => {
      throw new Error(`${command} ${args.join(" ")} failed:\n${error.stdout}\n${error.stderr}`);
    },
  );
}

function write(app: string, name: string, content: unknown): void {
  mkdirSync(join(folder, app), { recursive: true });
  writeFileSync(join(folder, app, name), typeof content === "string" ? content : JSON.stringify(content, null, 2));
}

/** The version that this repository uses, so that the test is about our packages only. */
function pinned(name: string): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")) as { version: string };
  return `${name}@${version}`;
}

beforeAll(async () => {
  expect(TARBALLS.map((path) => path.slice(ROOT.length + 1)).sort()).toEqual([
    expect.stringMatching(/^dist.sagac-\d/),
    expect.stringMatching(/^dist.sagac-grammar-\d/),
    expect.stringMatching(/^dist.sagac-runtime-\d/),
  ]);
  write(".", "package.json", { name: "shop", private: true, type: "module" });
  const tools = ["typescript", "@types/node"].map(pinned); // xstate and zod come with the runtime, as its peers
  await run(".", "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", ...TARBALLS, ...tools);
}, STEP_LIMIT_MS);

const STRICT = {
  strict: true,
  target: "es2024",
  module: "nodenext",
  types: ["node"],
  skipLibCheck: false,
  noUncheckedIndexedAccess: true,
};

describe("A project with `.ts` imports, run by Node's type stripping", () => {
  const APP = "shop";

  it("is built, type-checks and carries an order out", { timeout: STEP_LIMIT_MS }, async () => {
    for (const name of ["place-order.saga", "place-order.steps.ts", "participants"])
      cpSync(join(SAGA, name), join(folder, APP, name), { recursive: true });
    write(APP, "tsconfig.json", { compilerOptions: { ...STRICT, noEmit: true, allowImportingTsExtensions: true } });
    write(APP, "order.ts", ORDER_PROGRAM);

    const written = await run(APP, "npx", "--no-install", "sagac", "build");
    expect(written.trim().split("\n")).toContain("generated/place-order.machine.ts");
    expect(await run(APP, "npx", "--no-install", "tsc", "-p", ".")).toBe("");
    expect(JSON.parse(await run(APP, "node", "order.ts"))).toEqual([
      { status: "completed", output: { trackingId: expect.any(String), paymentId: expect.any(String) } },
      {
        status: "compensated",
        failure: expect.objectContaining({ name: "OutOfStock", data: { sku: "LAMP", left: 0 } }),
        incomplete: [],
      },
      { faults: [] },
    ]);
    expect((await run(APP, "npx", "--no-install", "sagac", "build", "--check")).trim()).toBe("");
    expect(await run(APP, "npx", "--no-install", "sagac", "explain", "SAGA4003")).toContain("# SAGA4003 missing-compensation");
  });
});

describe("A project with `.js` imports, compiled by tsc", () => {
  const APP = "office";

  it("gets stubs that type-check, and JavaScript that loads", { timeout: STEP_LIMIT_MS }, async () => {
    mkdirSync(join(folder, APP));
    cpSync(join(SAGA, "place-order.saga"), join(folder, APP, "place-order.saga"));
    write(APP, "tsconfig.json", { compilerOptions: { ...STRICT, outDir: "built", declaration: true } });
    write(APP, "package.json", { name: "office", private: true, type: "module" });
    write(APP, "main.ts", PLAIN_PROGRAM);

    await run(APP, "npx", "--no-install", "sagac", "build");
    const steps = readFileSync(join(folder, APP, "place-order.steps.ts"), "utf8");
    expect(steps).toContain(`from "./generated/place-order.saga.js"`);
    expect(await run(APP, "npx", "--no-install", "tsc", "-p", ".")).toBe("");
    expect(JSON.parse(await run(APP, "node", "built/main.js"))).toEqual({
      saga: "PlaceOrder",
      initial: "forward",
      code: "RT1008",
      actor: { status: "compensated", failure: "Unknown" },
      run: { status: "completed", faults: [] },
      worlds: { broken: [], calls: true },
    });
    expect(await run(APP, "npx", "--no-install", "sagac", "simulate", "place-order.saga", "--quiet")).toBe("");
  });
});

const INPUT = `{
  orderId: "6f1c1f7e-0c1b-4b8e-9f53-2d3f5f0c8a11",
  customerId: "kim",
  sku: "MUG",
  quantity: 1,
  total: { amount: 1250, currency: "EUR" },
  shipTo: { name: "Kim", street: "Main Street 1", city: "Springfield", country: "US" },
}`;

/** Two orders on SQLite, one of them out of stock; prints both results and what is wrong with the participants' books. */
const ORDER_PROGRAM = `
import { randomUUID } from "node:crypto";
import { createClient, implement, openStore, startWorker } from "@sagac/runtime";
import { placeOrder } from "./generated/place-order.saga.ts";
import type { PlaceOrderInput } from "./generated/place-order.types.ts";
import { checkBooks, type PlacedOrder } from "./participants/books.ts";
import { openParticipants } from "./participants/open.ts";
import { steps } from "./place-order.steps.ts";

const participants = openParticipants("./books");
participants.inventory.deliver("MUG", 2);
const store = await openStore("sqlite:./saga.db");
const worker = await startWorker({ store, sagas: [implement(placeOrder, steps)] });
const client = createClient({ store });
const input: PlaceOrderInput = ${INPUT};
const placed: PlacedOrder[] = [];
const results = [];
for (const sku of ["MUG", "LAMP"]) {
  const own = { ...input, sku, orderId: randomUUID() };
  const order = await client.start(placeOrder, { id: sku, input: own });
  const result = await order.result({ timeout: "30s" });
  placed.push({ sagaId: sku, input: own, ended: result.status });
  results.push(result);
}
await worker.stop();
await store.close();
const { faults } = checkBooks(participants, placed);
participants.close();
console.log(JSON.stringify([...results, { faults }]));
`;

/** The packages from compiled code, without a worker: nothing answers the order, and that is told as an error with a code. */
const PLAIN_PROGRAM = `
import { createClient, implement, openStore, SagaError } from "@sagac/runtime";
import { createSagaActor } from "@sagac/runtime/actor";
import { runSaga, simulateWorkers, VirtualClock } from "@sagac/runtime/testing";
import { createActor, toPromise } from "xstate";
import { placeOrderMachine } from "./generated/place-order.machine.js";
import { placeOrder } from "./generated/place-order.saga.js";
import type { PlaceOrderInput } from "./generated/place-order.types.js";
import { steps } from "./place-order.steps.js";

const { definition } = implement(placeOrder, steps);
const input: PlaceOrderInput = ${INPUT};
const { value } = createActor(placeOrderMachine, { input: { input } }).getSnapshot();
const clock = new VirtualClock();
const store = await openStore("memory:", { clock });
const order = await createClient({ store, clock }).start(placeOrder, { id: "order-1", input });
const code = await order.result({ timeout: 0 }).then(() => null, (error) => (error instanceof SagaError ? error.code : String(error)));
await store.close();
// Its handlers are stubs, which only throw.
const undone = await toPromise(createSagaActor(implement(placeOrder, { ...steps, orders: { ...steps.orders, cancelOrder: () => null } }), { input }).start());
const actor = { status: undone.status, failure: undone.status === "compensated" ? undone.failure.name : null };
const { status, faults } = await runSaga(placeOrder, { input });
const simulator = simulateWorkers({ sagas: [{ definition: placeOrder, input }] });
const all = [];
for (let seed = 1; seed <= 20; seed++) all.push(await simulator.run(simulator.schedule(seed)));
const worlds = { broken: all.flatMap(({ broken }) => broken), calls: all.some(({ calls }) => calls > 10) };
console.log(JSON.stringify({ saga: definition.saga, initial: Object.keys(value)[0], code, actor, run: { status, faults }, worlds }));
`;
