import type { Store } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { compiled } from "../kit/compiled.ts";
import { deploys, NIGHT, SIGNED, WRONG } from "../kit/deploys.ts";

/** What is asked of the store and answered until a release is through, and some more. */
const POINTS = 60;

test.each([
  ["memory:", "snapshots"],
  ["memory:", "events"],
  ["sqlite::memory:", "snapshots"],
  ["sqlite::memory:", "events"],
] as const)(
  "a worker that is gone at any moment of a release leaves all of it or nothing: %s, history: %s",
  async (url, history) => {
    const { definition: right } = await compiled(NIGHT);
    for (let point = 1; point <= POINTS; point++) {
      const at = { left: Number.POSITIVE_INFINITY, kill: (): void => undefined };
      const passes = (): void => {
        if (--at.left === 0) at.kill();
      };
      // Before and after what is asked of the store; the client's own questions among them.
      const wrap = (store: Store) => observeStore(store, { before: passes, after: passes });
      const { c, called, deploy, start, codeOf } = await deploys(right, { history }, wrap, url);
      const saga = await start({ pause: 1_000, items: [1] });
      await c.pass(10_000);
      await deploy(WRONG["cannot be read"](right));
      await codeOf(saga.signal("go" as never, { n: 1 } as never, { timeout: 0 }));
      await c.pass(2_000);
      await deploy(right);
      const node = c.nodes.at(-1);
      Object.assign(at, { left: point, kill: () => node?.kill() });
      const released = codeOf(saga.release(SIGNED));
      await c.pass(2_000);
      await c.join();
      expect(await released).toBe("done");
      expect((await c.through(saga.result())).status).toBe("completed");
      const types = (await c.through(saga.history())).map(({ record }) => record.type);
      expect(types.filter((type) => type === "released" || type === "quarantined")).toEqual(["quarantined", "released"]);
      expect(types.filter((type) => type === "command")).toHaveLength(1);
      expect([...new Set(called)]).toEqual(["early", "probe", "tail"]);
      await c.close();
    }
  },
  120_000,
);
