import { openStore, type SagaHandle } from "@sagac/runtime";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cluster, expectOneOwner, LEASE_MS } from "../kit/cluster.ts";
import { held, participants } from "../kit/held.ts";

type Move =
  | { readonly kind: "join" | "stop" | "kill" | "freeze" | "thaw" | "start"; readonly which: number }
  | { readonly kind: "jump" | "pass"; readonly which: number; readonly ms: number };

const which = fc.nat(9);
const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ kind: fc.constantFrom("join", "stop", "kill", "freeze", "thaw", "start", "start"), which }),
  fc.record({ kind: fc.constant("jump" as const), which, ms: fc.constantFrom(-3_600_000, -1_000, 1_000, 3_600_000) }),
  fc.record({ kind: fc.constant("pass" as const), which, ms: fc.constantFrom(1, 400, 1_500, 4_000, LEASE_MS, 2 * LEASE_MS) }),
);

test("whoever comes, goes, dies, stands still or has a wrong clock: one owner at a time, every saga ends, no call is made unmarked twice", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 8, maxLength: 24 }), async (moves) => {
      const { calls, sagas } = participants(
        (_, clock) => new Promise((resolve) => void clock.schedule(700, () => resolve(null))),
      );
      const c = await cluster((clock) => openStore("memory:", { clock, partitions: 4 }), sagas);
      const gone = new Set<number>();
      const handles: SagaHandle<unknown, { readonly approved: unknown }>[] = [];
      await c.join();
      for (const { kind, which: chosen, ...more } of moves) {
        const index = chosen % c.nodes.length;
        const node = c.nodes[index];
        const ms = "ms" in more ? more.ms : 0;
        if (kind === "start") {
          const id = `h-${handles.length}`;
          handles.push(await c.through(c.client.start(held, { id, input: null })));
          void handles.at(-1)?.signal("approved", {}, { timeout: "10d" });
        } else if (kind === "pass") await c.pass(ms);
        else if (kind === "join") {
          if (c.nodes.length - gone.size < 4) await c.join();
        } else if (node === undefined || gone.has(index)) continue;
        else if (kind === "jump") node.jump(ms);
        else if (kind === "freeze") node.freeze();
        else if (kind === "thaw") node.thaw({ asleep: chosen % 2 === 0 });
        else {
          gone.add(index);
          if (kind === "kill") node.kill();
          else void node.worker.stop();
        }
      }
      await c.join();
      for (const handle of handles) expect((await c.through(handle.result())).status).toBe("completed");
      expectOneOwner(c);
      const unmarked = calls.filter(({ redelivered }) => !redelivered).map(({ key }) => key);
      expect(new Set(unmarked).size).toBe(unmarked.length);
      await c.close();
    }),
    // A hundred times what it takes. What is found is made small until then, and told before the test's own limit.
    { numRuns: 25, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true },
  );
});
