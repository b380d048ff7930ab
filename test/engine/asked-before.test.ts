import { implement, openStore } from "@sagac/runtime";
import { expect, test } from "vitest";
import { cluster } from "../kit/cluster.ts";
import { compiled } from "../kit/compiled.ts";

const PACK = `
service shop {}
saga Sample {
  timeout 10d
  input { id: string }
  step pack on shop { input { input.id } timeout 1d compensate unpack }
}
`;

test("a cancel that was sent while no worker was up is heard where as many sagas are taken over as may be in hand", async () => {
  const { definition } = await compiled(PACK);
  const shop = { pack: () => new Promise(() => undefined), unpack: () => ({}) };
  const c = await cluster(
    (clock) => openStore("memory:", { clock, partitions: 1 }),
    () => [implement(definition as never, { shop } as never)],
  );
  const full = { inHandMax: 2 } as const;
  const first = await c.join(full);
  const start = (id: string) => c.through(c.client.start(definition as never, { id, input: { id } as never }));
  const one = await start("one");
  await start("two");
  await c.pass(100);
  first.kill();
  let answered = false;
  const cancel = one.cancel({ timeout: "10m" }).then(() => {
    answered = true;
  });
  await c.pass(60_000);
  expect(answered).toBe(false);
  await c.join(full);
  await c.until("the cancel is answered", () => answered, 30_000);
  await cancel;
  await c.close();
});
