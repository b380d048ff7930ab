import { createClient, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { describe, expect, test } from "vitest";
import type { SagaContext } from "../../runtime/engine/definition.ts";
import { type Envelope, nextEnvelope } from "../../runtime/engine/envelope.ts";
import { type Kept, type SnapshotPolicy, snapshotOf, snapshotPolicy } from "../../runtime/engine/kept.ts";
import { partitionOf } from "../../runtime/store/partition.ts";
import type { CommitPart, Store, StoredSaga, WrittenSnapshot } from "../../runtime/store/store.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder, untilAborted } from "../kit/order.ts";
import { until } from "../kit/until.ts";

/** Of a saga of so many steps; `done`: how many of them. */
function envelope(steps: number, done: number, more: Partial<Envelope> = {}): Envelope {
  const outcome = (step: number) => (step < done ? { outcome: "completed", output: "x".repeat(40) } : { outcome: "none" });
  const records = Object.fromEntries(Array.from({ length: steps }, (_, step) => [`step${step}`, { forward: outcome(step) }]));
  const context = { input: { id: "1" }, failure: null, steps: records } as unknown as SagaContext;
  const outside = { format: 2, saga: "Long", version: 1, planHash: "1", body: null, correlationId: "1" } as const;
  return {
    ...outside,
    state: { value: { forward: `step${done}` }, context },
    undelivered: [],
    parked: [],
    output: null,
    ...more,
  };
}

/** A commit without records. */
const LOG = { added: 0, tail: null, needsSnapshot: false };

/** What so many commits after the first write, each one step further; the envelope after each is what the texts say. */
function writes(commits: number, policy: SnapshotPolicy, more: (step: number) => Partial<Envelope> = () => ({})): string[] {
  let kept: Kept | null = null;
  let read: Envelope | null = null;
  return Array.from({ length: commits + 1 }, (_, done) => {
    const now = envelope(300, done, more(done));
    const outlook = { ended: done === commits, told: false, rests: false };
    const written: { snapshot: WrittenSnapshot; kept: Kept } = snapshotOf(now, kept, policy, outlook, LOG);
    kept = written.kept;
    read = nextEnvelope(read, written.snapshot, "long-1");
    expect(read).toEqual(JSON.parse(JSON.stringify(now)));
    return "whole" in written.snapshot ? "whole" : "change";
  });
}

const kinds = (text: string) => [...text].map((letter) => (letter === "w" ? "whole" : "change"));

describe("a commit writes a snapshot whole", () => {
  test.each([
    ["always, where every one is", 6, snapshotPolicy(1), "wwwwwww"],
    ["every second time", 6, snapshotPolicy(2), "wcwcwcw"],
    ["every fourth time, and at the end", 6, snapshotPolicy(4), "wcccwcw"],
    ["by changes, where it is not small for its store", 6, snapshotPolicy(undefined, "snapshots", 10), "wcccccw"],
    ["always, where it is small", 6, { history: "snapshots", every: 64, smallChars: 1_000_000 }, "wwwwwww"],
    [
      "at the beginning and at the end, where it is large",
      30,
      { history: "snapshots", every: 64, smallChars: 4_096 },
      `w${"c".repeat(29)}w`,
    ],
  ] as const)("%s", (_, commits, policy, expected) => {
    expect(writes(commits, policy)).toEqual(kinds(expected));
  });

  test("when the changes would outgrow it", () => {
    const mailbox = (step: number) =>
      Array.from({ length: 3 }, () => ({ id: `${step}`, signal: "s", payload: "x".repeat(2_000), by: null }));
    const written = writes(40, snapshotPolicy(1_000), (step) => ({ family: { mailbox: mailbox(step), incomplete: [] } }));
    const wholes = written.flatMap((kind, at) => (kind === "whole" ? [at] : []));
    expect(wholes.length).toBeGreaterThan(8);
    expect(wholes.length).toBeLessThan(25);
  });

  test("not for fields that come and go", () => {
    const waits = (step: number) => (step % 2 === 0 ? {} : { waits: { "$await1#1": step }, mayHaveRun: ["a#1"] });
    expect(writes(30, { history: "snapshots", every: 64, smallChars: 4_096 }, waits)).toEqual(kinds(`w${"c".repeat(29)}w`));
  });
});

const partition = (store: Store, id: string) => partitionOf(placeOrder.saga, placeOrder.version, id, store.partitions);

describe("a worker", () => {
  test("goes on with the changes that another one left", async () => {
    const opened = await openStore("memory:");
    const written: WrittenSnapshot[] = [];
    const store = observeStore(opened, {
      after: ({ operation, arguments: [parts] }) => {
        if (operation === "commit") written.push(...(parts as readonly CommitPart[]).map(({ snapshot }) => snapshot));
      },
    });
    const world = orderWorld({ payments: { authorizePayment: (_, ctx) => untilAborted(ctx.signal) } });
    const options = { store, handleSignals: false, log: silentLogger, graceMs: 1, snapshotEvery: 1_000 };
    const first = await startWorker({ ...options, sagas: [orderImplementation(world)] });
    const order = await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
    await until("the payment is asked for", () => world.calls.some((call) => call.operation === "payments.authorizePayment"));
    await first.stop();
    const left = await opened.load(partition(store, "order-1"), "order-1");
    expect(left?.snapshot.changes.length).toBeGreaterThan(0);

    const before = written.length;
    const second = await startWorker({ ...options, sagas: [orderImplementation(orderWorld())] });
    expect((await order.result({ timeout: "10s" })).status).toBe("completed");
    await second.stop();
    const own = written.slice(before).map((snapshot) => ("whole" in snapshot ? "whole" : "change"));
    // It has read what was there, and needs no whole snapshot but at the end.
    expect(own.slice(0, -1)).toEqual(own.slice(0, -1).fill("change"));
    expect([own.length > 2, own.at(-1)]).toEqual([true, "whole"]);
  });

  test("sets a saga aside whose changes do not fit, alone and by name, and leaves what is there", async () => {
    const store = await openStore("memory:");
    const world = orderWorld({ shipping: { requestShipment: (_, ctx) => untilAborted(ctx.signal) } });
    const options = { store, handleSignals: false, log: silentLogger, graceMs: 1, snapshotEvery: 1_000 };
    const first = await startWorker({ ...options, sagas: [orderImplementation(world)] });
    const client = createClient({ store });
    const bad = await client.start(placeOrder, { id: "bad", input: orderInput() });
    await until("the shipment is asked for", () => world.calls.some((call) => call.operation === "shipping.requestShipment"));
    await first.stop();
    const before = await store.load(partition(store, "bad"), "bad");

    const broken = observeStore(store, {
      after: ({ operation }, outcome) => {
        if (operation !== "load" || !outcome.ok || outcome.value === null) return;
        const stored = outcome.value as { -readonly [Name in keyof StoredSaga]: StoredSaga[Name] };
        if (stored.sagaId === "bad") stored.snapshot = { ...stored.snapshot, changes: ['{"state":{"nowhere":[1]}}'] };
      },
    });
    const second = await startWorker({ ...options, store: broken, sagas: [orderImplementation(orderWorld())] });
    const good = await client.start(placeOrder, { id: "good", input: orderInput() });
    expect((await good.result({ timeout: "10s" })).status).toBe("completed");
    await until("it is set aside", async () => (await bad.status()).conditions.includes("quarantined"));
    await second.stop();
    const last = (await bad.history()).at(-1)?.record;
    expect(last?.type === "quarantined" && last.message).toContain('a change does not fit what it is of: there is no "nowhere"');
    const after = await store.load(partition(store, "bad"), "bad");
    expect(after?.version).toBe((before?.version ?? 0) + 1);
    expect(after?.snapshot).toMatchObject({ ...before?.snapshot, log: { rest: null } });
  });
});

test("what stands beside a log is not worked out where nothing reads it", () => {
  let read = 0;
  const signal = { id: "1", signal: "s", payload: { toJSON: () => ++read }, by: null };
  const family = { mailbox: [signal], incomplete: [] };
  const outlook = { ended: false, told: false, rests: false };
  const { kept } = snapshotOf(envelope(300, 0, { family }), null, snapshotPolicy(64), outlook, LOG);
  // The whole snapshot.
  expect(read).toBe(1);
  const { snapshot } = snapshotOf(envelope(300, 1, { family }), kept, snapshotPolicy(64), outlook, LOG);
  expect([Object.keys(snapshot), read]).toEqual([["change"], 1]);
});
