import { createClient, implement, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { describe, expect, test } from "vitest";
import { MASK, maskAt } from "../../runtime/observe/mask.ts";
import { itemsSaga } from "../kit/items.ts";

describe("what is marked as secret", () => {
  test("is masked at its paths, whatever stands there", () => {
    const value = {
      card: "4111",
      holder: { name: "Kim", pin: 1 },
      list: [{ code: "a" }, { code: null }, "b"],
      map: { x: { code: 7 } },
    };
    expect(
      maskAt(value, [["card"], ["holder", "pin"], ["list", "*", "code"], ["map", "*", "code"], ["nothing", "here"]]),
    ).toEqual({
      card: MASK,
      holder: { name: "Kim", pin: MASK },
      list: [{ code: MASK }, { code: null }, "b"],
      map: { x: { code: MASK } },
    });
    expect(maskAt(value, [["holder", "**"]])).toMatchObject({ holder: MASK, card: "4111" });
    expect(value.card).toBe("4111");
  });

  test("does not show in the history of a saga and its items, unless it is asked for", async () => {
    const plain = itemsSaga({ keepsOutput: true });
    const definition = {
      ...plain,
      secrets: {
        input: [["token"]],
        output: [["*", "code"]],
        outputs: { reserve: [["code"]] },
        bodies: { $foreach1: { output: [["code"]] } },
      },
    };
    const store = await openStore("memory:");
    const steps = { things: { reserve: () => ({ code: "hush-1", seat: 7 }), undo_reserve: () => null, close: () => null } };
    const worker = await startWorker({ store, sagas: [implement(definition, steps)], log: silentLogger, handleSignals: false });
    const group = await createClient({ store }).start(definition, { id: "group-1", input: { count: 2, token: "hush-2" } });
    expect(await group.result({ timeout: "10s" })).toMatchObject({
      status: "completed",
      output: [{ code: "hush-1" }, { code: "hush-1" }],
    });
    for (const child of [undefined, "group-1//$foreach1.1.0"]) {
      expect(JSON.stringify(await group.history(child))).not.toContain("hush");
      expect(JSON.stringify(await group.history(child))).toContain(MASK);
      expect(JSON.stringify(await group.history(child, { secrets: "shown" }))).toContain("hush");
    }
    expect(JSON.stringify(await group.history("group-1//$foreach1.1.0"))).toContain('"seat":7');
    await worker.stop();
    await store.close();
  });
});
