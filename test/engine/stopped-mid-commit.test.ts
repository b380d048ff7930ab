import { implement, openStore } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { expect, it } from "vitest";
import type { CommitPart } from "../../runtime/store/store.ts";
import { cluster } from "../kit/cluster.ts";
import { compiled } from "../kit/compiled.ts";

const SAMPLE = `
service shop { }
saga Sample {
  timeout 2h
  step one on shop { compensate undoOne }
  step two on shop { retry none compensate undoTwo }
}
`;

it("a worker told to stop while a commit is in flight that says that a call is made makes it: the next would take it for one that may have run", async () => {
  const { definition } = await compiled(SAMPLE);
  const called: string[] = [];
  const operation = (name: string) => () => {
    called.push(name);
    return {};
  };
  const shop = Object.fromEntries(["one", "undoOne", "two", "undoTwo"].map((name) => [name, operation(name)]));
  let stop = (): void => undefined;
  const c = await cluster(
    async (clock) =>
      observeStore(await openStore("memory:", { clock, partitions: 1 }), {
        before: ({ operation: asked, arguments: [parts] }) => {
          if (asked !== "commit") return;
          const saysTwo = (parts as CommitPart[]).some(({ records }) =>
            records.some((text) => text.includes('"called"') && text.includes('"two"')),
          );
          if (saysTwo) stop();
        },
      }),
    () => [implement(definition as never, { shop } as never)],
  );
  const first = await c.join();
  let stopping: Promise<void> | null = null;
  stop = () => {
    stopping ??= first.worker.stop();
  };
  const saga = await c.through(c.client.start(definition as never, { id: "x", input: {} as never }));
  await c.until("it stops", () => stopping !== null);
  await c.through(stopping ?? Promise.resolve());
  expect(called).toEqual(["one", "two"]);
  await c.join();
  await c.pass(60_000);
  expect((await c.through(saga.status())).status).toBe("completed");
  expect(called).toEqual(["one", "two"]);
  expect((await c.through(saga.history())).map(({ record: { type } }) => type)).not.toContain("recovered");
  await c.close();
});
