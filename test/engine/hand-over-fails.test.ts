import { implement, openStore } from "@sagac/runtime";
import { expect, it } from "vitest";
import { cluster } from "../kit/cluster.ts";
import { compiled } from "../kit/compiled.ts";

const PACK = `
saga Sample {
  timeout 10d
  input { lines: string[] }
  signal go { n: int }
  foreach line in input.lines max 2 {
    step pack on shop { input { line } timeout 1h compensate unpack }
    step label on shop { input { line } timeout 1h compensate unlabel }
  }
  await go
}
`;

it("families whose hand-over came to nothing go on as one: their signals find them", async () => {
  const { definition } = await compiled(PACK);
  const nothing = () => ({});
  const c = await cluster(
    (clock) => openStore("memory:", { clock, partitions: 2 }),
    (_, clock) => {
      const pack = ({ line }: { line: string }) =>
        new Promise((resolve) => void clock.schedule(line === "long" ? 40_000 : 4_000, () => resolve({})));
      return [implement(definition as never, { shop: { pack, label: nothing, unpack: nothing, unlabel: nothing } } as never)];
    },
  );
  const started = (id: string, line: string) =>
    c.through(c.client.start(definition as never, { id, input: { lines: [line, line] } as never }));
  await c.join();
  for (let n = 0; n < 6; n++) await started(`long-${n}`, "long");
  await c.pass(100);
  const handles = [];
  for (let n = 0; n < 6; n++) handles.push(await started(`short-${n}`, "short"));
  await c.pass(100);
  // It is meant for a part of them; what runs for longer than the grace keeps them where they are.
  await c.join();
  await c.pass(12_000);
  const signalled = handles.map((handle) =>
    (handle as unknown as { signal(name: string, data: unknown): Promise<void> }).signal("go", { n: 1 }),
  );
  let answered = 0;
  for (const signal of signalled) void signal.then(() => answered++);
  await c.pass(10_000);
  expect(answered).toBe(6);
  for (const handle of handles) expect((await handle.status()).status).toBe("completed");
  await c.close();
});
