import { implement, openStore } from "@sagac/runtime";
import { expect, it } from "vitest";
import { cluster } from "../kit/cluster.ts";
import { compiled } from "../kit/compiled.ts";

const SAMPLE = `
service shop { }
saga Sample {
  timeout 2h
  signal go { }
  await go
  step one on shop { compensate undoOne }
}
`;

it("a partition whose sagas cannot be listed is asked for again after a pause, not in a circle, and taken up once they can", async () => {
  const { definition } = await compiled(SAMPLE);
  let refuses = false;
  let asked = 0;
  const c = await cluster(
    async (clock) => {
      const store = await openStore("memory:", { clock, partitions: 1 });
      const active: typeof store.active = async (...given) => {
        asked++;
        // Not for ever: who asks in a circle would never let time pass.
        if (refuses && asked < 1_000) throw new Error("statement timeout");
        return await store.active(...given);
      };
      return new Proxy(store, {
        get: (target, name) => {
          if (name === "active") return active;
          const value: unknown = Reflect.get(target, name);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    },
    () => [implement(definition as never, { shop: { one: () => ({}), undoOne: () => ({}) } } as never)],
  );
  const first = await c.join();
  const saga = await c.through(c.client.start(definition as never, { id: "x", input: {} as never }));
  await c.pass(1_000);
  await first.stop();
  refuses = true;
  asked = 0;
  await c.join();
  await c.pass(60_000);
  expect(asked).toBeGreaterThan(10);
  expect(asked).toBeLessThan(60);
  refuses = false;
  await c.pass(5_000);
  await c.through((saga as unknown as { signal(name: string, data: unknown): Promise<void> }).signal("go", {}));
  await c.pass(5_000);
  expect((await c.through(saga.status())).status).toBe("completed");
  await c.close();
});
