import { implement, openStore } from "@sagac/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { appendStart, type StartPorts } from "../../runtime/store/redis/starts.ts";
import type { AppendResult, Command, Partition } from "../../runtime/store/store.ts";
import { type Cluster, cluster } from "../kit/cluster.ts";
import { handMade } from "../kit/hand-made.ts";

const first = handMade({ saga: "Grow", nodes: [{ kind: "step", name: "work" }], output: () => "by 1" });
const second = { ...handMade({ saga: "Grow", nodes: [{ kind: "step", name: "work" }], output: () => "by 2" }), version: 2 };
const knowing = { ...second, otherVersions: { 1: first } };

describe("an id that was started under one version and is started again under another", () => {
  let c: Cluster;
  let calls: string[];
  beforeEach(async () => {
    calls = [];
    const things = (version: number) => ({ things: { work: () => calls.push(`by ${version}`), undo_work: () => null } });
    c = await cluster(
      (clock) => openStore("memory:", { clock }),
      () => [implement(first, things(1)), implement(second, things(2))],
    );
  });
  afterEach(() => c.close());

  for (const [name, definition] of [
    ["knows", knowing],
    ["does not know", second],
  ] as const) {
    test(`is the first one's, with its result; the client ${name} that version`, async () => {
      await c.through(c.client.start(first, { id: "g-1", input: { sku: "chair", old: 1 } }));
      const again = await c.through(c.client.start(definition, { id: "g-1", input: { sku: "chair", added: [2] } }));
      expect((await again.status()).version).toBe(1);
      await c.join();
      expect(await c.through(again.result())).toMatchObject({ status: "completed", output: "by 1" });
      expect(calls).toEqual(["by 1"]);
      expect(await c.client.list()).toMatchObject({ sagas: [{ id: "g-1", version: 1 }] });
    });
  }

  test("with other input in what both versions name it is refused (RT1003), also the other way round", async () => {
    await c.through(c.client.start(second, { id: "g-1", input: { sku: "chair", added: [2] } }));
    const other = { id: "g-1", input: { sku: "desk", old: 1 } };
    await expect(c.through(c.client.start(first, other))).rejects.toMatchObject({
      code: "RT1003",
      message: expect.stringContaining("$.sku"),
    });
    await expect(
      c.through(c.client.start(first, { ...other, input: { sku: "chair" }, correlationId: "x" })),
    ).rejects.toMatchObject({
      code: "RT1003",
    });
    await c.join();
    await c.pass(1_000);
    expect(calls).toEqual(["by 2"]);
  });
});

describe("where claim and start are two writes, whoever dies in between leaves one start", () => {
  interface World {
    claim: { version: number; payload: string; at: string } | null;
    readonly starts: Map<number, string>;
    claims: number;
  }
  const emptyWorld = (): World => ({ claim: null, starts: new Map(), claims: 0 });
  const partition = (version: number): Partition => ({ saga: "Grow", version, index: 0 });
  const command = (version: number): Command => ({ id: "start:g", sagaId: "g", kind: "start", payload: `by ${version}` });

  /** Dies before its step number `deadAt`, from 0. */
  function client(world: World, deadAt: number): StartPorts & { readonly steps: () => number } {
    let step = 0;
    const alive = () => {
      if (step++ === deadAt) throw new Error("dead");
    };
    return {
      steps: () => step,
      async claim({ version }, { payload }, from) {
        alive();
        const there = world.claim;
        const own = there?.version === version || (there?.version === from?.version && there?.at === from?.at);
        if (there !== null && !(own && there.payload === "")) return there;
        world.claims += 1;
        world.claim = { version, payload, at: String(world.claims) };
        return null;
      },
      async append({ version }, { payload }): Promise<AppendResult> {
        alive();
        const there = world.starts.get(version);
        if (there !== undefined) return { status: "duplicate", kind: "start", payload: there };
        world.starts.set(version, payload);
        return { status: "appended" };
      },
      async payloadOf({ version }) {
        alive();
        return world.starts.get(version) ?? null;
      },
      async settled({ version }) {
        if (step === deadAt || world.claim?.version !== version) return;
        world.claim = { ...world.claim, payload: "" };
      },
    };
  }

  const orders = [
    [1, 2],
    [2, 1],
    [1, 1],
    [1, 2, 3],
    [2, 2, 1],
  ];
  const deaths = orders.flatMap((order) => [0, 1, 2, 3].flatMap((deadAt) => [0, 1, 2].map((who) => ({ order, deadAt, who }))));
  test.each(deaths)("versions $order, client $who dies before its step $deadAt", async ({ order, deadAt, who }) => {
    const world = emptyWorld();
    const answers: AppendResult[] = [];
    // The one who died asks again at last.
    for (const [index, version] of [...order, order[who % order.length] ?? 1].entries()) {
      const asked = appendStart(client(world, index === who ? deadAt : -1), partition(version), command(version));
      answers.push(
        ...(await asked.then(
          (answer) => [answer],
          () => [],
        )),
      );
    }
    expect([...world.starts].length).toBe(1);
    const [[version, payload] = [0, ""]] = world.starts;
    expect(payload).toBe(`by ${version}`);
    for (const answer of answers) {
      if (answer.status === "elsewhere") expect(answer).toMatchObject({ version, payload });
      if (answer.status === "duplicate") expect(answer.payload).toBe(payload);
    }
    expect(answers.length).toBeGreaterThanOrEqual(order.length);
  });

  test("what is forgotten, with a claim left behind, is free", async () => {
    const world: World = { ...emptyWorld(), claim: { version: 1, payload: "", at: "" } };
    expect(await appendStart(client(world, -1), partition(2), command(2))).toEqual({ status: "appended" });
    expect(await appendStart(client(world, -1), partition(1), command(1))).toEqual({
      status: "elsewhere",
      version: 2,
      payload: "by 2",
    });
  });
});
