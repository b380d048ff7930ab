import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient, implement, type SagaDefinition, silentLogger, startWorker, type Worker } from "@sagac/runtime";
import { describe, expect, it } from "vitest";
import type { Store } from "../../runtime/store/store.ts";
import type { StorePlace } from "../conformance/kit.ts";
import { cli } from "../kit/cli.ts";
import { scratchFolder } from "../kit/scratch.ts";
import { until } from "../kit/until.ts";

const SOURCE = `service desk { idempotent for 7d }
signal go {}

saga Deliver {
  version 1
  timeout 30d
  input { id: string }
  step pack on desk { input { input.id } compensate unpack { input { input.id } } }
  await go timeout 10d on timeout fail Late
  step hand_over on desk { input { input.id } compensate take_back { input { input.id } } }
}
error Late {}
`;

type Both = SagaDefinition<unknown, unknown, unknown, unknown, { 1: SagaDefinition }>;

/** The saga at two versions, released by the command line as a user would. */
async function definitions(): Promise<{ readonly v1: SagaDefinition<never>; readonly v2: SagaDefinition<never> }> {
  const folder = scratchFolder({ "package.json": `{ "type": "module" }\n`, "deliver.saga": SOURCE }, "process");
  const done = async (...args: string[]): Promise<void> => {
    const run = await cli(args, folder);
    if (run.code !== 0) throw new Error(run.stderr);
  };
  await done("release");
  const changed = readFileSync(join(folder, "deliver.saga"), "utf8")
    .replace("version 1", "version 2")
    .replace("step hand_over", "step send");
  writeFileSync(join(folder, "deliver.saga"), changed);
  await done("build");
  const load = async (path: string): Promise<SagaDefinition<never>> => {
    const module = (await import(/* @vite-ignore */ pathToFileURL(join(folder, path)).href)) as {
      deliver: SagaDefinition<never>;
    };
    return module.deliver;
  };
  return { v1: await load("generated/deliver.v1/deliver.saga.ts"), v2: await load("generated/deliver.saga.ts") };
}

/** What holds of versions side by side on every store that outlives a worker. */
export function describeVersions(name: string, place: () => Promise<StorePlace>): void {
  describe(`versions of a saga side by side, ${name}`, () => {
    it("each ends with the machine it began with, also over a restart; what nobody serves waits, and is carried on when somebody does", async () => {
      const { v1, v2 } = await definitions();
      const calls: string[] = [];
      const desk = (version: number, ...operations: string[]) => ({
        desk: Object.fromEntries(
          operations.map((operation) => [
            operation,
            (input: { id: string }) => void calls.push(`${operation}@${version} ${input.id}`),
          ]),
        ),
      });
      const steps1 = desk(1, "pack", "unpack", "hand_over", "take_back");
      const steps2 = desk(2, "pack", "unpack", "send", "take_back");
      const stores = await place();
      const store = await stores.open({});
      const start = (sagas: Parameters<typeof startWorker>[0]["sagas"], on: Store = store): Promise<Worker> =>
        startWorker({ store: on, sagas, handleSignals: false, log: silentLogger, pollMs: 50 });

      // The time of version 1.
      const old = await start([implement(v1 as SagaDefinition, steps1)]);
      const client = createClient({ store });
      const [first, second] = [
        await client.start(v1, { id: "first", input: { id: "first" } as never }),
        await client.start(v1, { id: "second", input: { id: "second" } as never }),
      ];
      await until("both wait", async () => calls.length === 2 && (await second.status()).status === "running");
      await old.stop();

      // Version 2 is rolled out by somebody who forgets version 1: its sagas are not touched.
      const forgetful = await start([implement({ ...v2, otherVersions: {} } as SagaDefinition, steps2)]);
      const third = await client.start(v2, { id: "third", input: { id: "third" } as never });
      await third.signal("go" as never, {} as never);
      expect((await third.result({ timeout: "20s" })).status).toBe("completed");
      const go = first.signal("go" as never, {} as never);
      expect(await first.status()).toMatchObject({ version: 1, status: "running" });
      // Which version waits for a worker is to be seen.
      const waiting = (await client.partitions()).filter(({ owner }) => owner === null);
      expect(new Set(waiting.map(({ saga, version }) => `${saga}@${version}`))).toEqual(new Set(["Deliver@1"]));
      await forgetful.stop();

      // Both are served: by a new process, as it were.
      const again = await stores.open({});
      const both = await start([implement(v2 as Both, steps2, { 1: steps1 })], again);
      await go;
      await createClient({ store: again }).get(v1, "second").cancel({ by: "kim" });
      expect((await first.result({ timeout: "20s" })).status).toBe("completed");
      expect((await second.result({ timeout: "20s" })).status).toBe("compensated");
      await both.stop();
      await stores.dispose();
      expect(calls.toSorted()).toEqual(
        ["pack@1 first", "pack@1 second", "hand_over@1 first", "unpack@1 second", "pack@2 third", "send@2 third"].toSorted(),
      );
    });
  });
}
