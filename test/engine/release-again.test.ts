import { expect, test } from "vitest";
import { compiled } from "../kit/compiled.ts";
import { type Definition, deploys, NIGHT, SIGNED, WRONG } from "../kit/deploys.ts";

const SHORT = NIGHT.replace("timeout 10d", "timeout 100s");

test.each(["snapshots", "events"] as const)(
  "what made the engine throw, released: its deadline is the one that it had, with history: %s",
  async (history) => {
    const right = (await compiled(SHORT)).definition as Definition;
    const { c, deploy, start, codeOf } = await deploys(WRONG.throws(right), { history });
    const begunMs = c.clock.now();
    const saga = await start({ pause: 1_000, items: [] });
    await c.pass(60_000);
    expect((await c.through(saga.status())).conditions).toEqual(["quarantined"]);
    await deploy(right);
    expect(await codeOf(saga.release(SIGNED))).toBe("done");
    expect((await c.through(saga.result())).status).toBe("compensated");
    expect(c.clock.now() - begunMs).toBeGreaterThanOrEqual(100_000);
    expect(c.clock.now() - begunMs).toBeLessThan(110_000);
    await c.close();
  },
);

const BRANCHES = NIGHT.replace(
  "step early on shop { input { input.id } compensate unearly }\n  sleep input.pause",
  `parallel {
    branch x { step early on shop { input { input.id } compensate unearly }  sleep input.pause }
    branch y { step slow on shop { input { input.id } timeout 1d compensate unslow } }
  }`,
);

test("a call made before the saga was set aside, and answered after its release, makes nothing a second time", async () => {
  const right = (await compiled(BRANCHES)).definition as Definition;
  let waits = WRONG.throws(right);
  // The very worker that set it aside has the right code from some moment on.
  const switched = new Proxy(right, {
    get: (target, name) => Reflect.get(name === "waits" ? waits : target, name),
  });
  const answers: (() => void)[] = [];
  const { c, called, start, codeOf } = await deploys(switched, {}, undefined, undefined, {
    slow: () => new Promise((resolve) => void answers.push(() => resolve({}))),
  });
  const saga = await start({ pause: 1_000, items: [] });
  await c.pass(10_000);
  expect((await c.through(saga.status())).conditions).toEqual(["quarantined"]);
  waits = right;
  expect(await codeOf(saga.release(SIGNED))).toBe("done");
  await c.pass(5_000);
  const slow = () => called.filter((name) => name === "slow").length;
  expect(slow()).toBe(2);
  answers[0]?.();
  await c.pass(5_000);
  expect(slow()).toBe(2);
  const types = (await c.through(saga.history())).map(({ record }) => record.type);
  expect(types.filter((type) => type === "recovered")).toHaveLength(1);
  answers[1]?.();
  await codeOf(saga.signal("go" as never, { n: 1 } as never));
  expect((await c.through(saga.result())).status).toBe("completed");
  expect(slow()).toBe(2);
  await c.close();
});
