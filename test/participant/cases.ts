import { DeclaredError } from "@sagac/runtime";
import { expect, it } from "vitest";
import { type FencePlace, fenceContext, inquire, take, takeAndReturnFailure, takeInVain, undo } from "./kit.ts";

/** What the rows of docs/semantics.md and docs/runtime.md say of a fence, on any database. */
export function fenceCases<Access>(place: () => FencePlace<Access>): void {
  let keys = 0;
  const newKey = () => `case-${++keys}`;
  const effectsOf = async (id: string) =>
    (await place().effects()).filter((line) => line.endsWith(` ${id}`)).map((line) => line.split(" ")[0]);

  const STORIES = [
    {
      name: "a repeat gets the recorded answer, and takes effect once",
      uses: [take(1, 1), take(1, 1), take(1, 2), take(2, 1)],
      told: ["took as 1.1", "took as 1.1", "took as 1.1", "took as 1.1"],
      effects: ["take"],
    },
    {
      name: "what comes after a later attempt or another worker is refused",
      uses: [take(2, 3), take(2, 2), take(1, 9)],
      told: ["took as 2.3", "refused: stale", "refused: stale"],
      effects: ["take"],
    },
    {
      name: "an undo of what happened gives it back, once",
      uses: [take(1, 1), undo, undo],
      told: ["took as 1.1", "undone", "undone"],
      effects: ["take", "give"],
    },
    {
      name: "an undo of what never came succeeds, and a call after it is refused",
      uses: [undo, take(1, 1), take(9, 9), undo],
      told: ["undone", "refused: undone", "refused: undone", "undone"],
      effects: [],
    },
    {
      name: "a call after its undo is refused, although it has an answer",
      uses: [take(1, 1), undo, take(1, 1)],
      told: ["took as 1.1", "undone", "refused: undone"],
      effects: ["take", "give"],
    },
    {
      name: "a declared error takes the effect back; the same delivery is told it again",
      uses: [takeInVain(1, 1), takeInVain(1, 1), take(1, 1)],
      told: ["OutOfStock of 1.1", "OutOfStock of 1.1", "OutOfStock of 1.1"],
      effects: [],
    },
    {
      name: "a declared error that is returned takes the effect back as well",
      uses: [takeAndReturnFailure(1, 1), takeAndReturnFailure(1, 1)],
      told: ["OutOfStock of 1.1", "OutOfStock of 1.1"],
      effects: [],
    },
    {
      name: "a declared error is not final: a later attempt may do better",
      uses: [takeInVain(1, 1), take(1, 2)],
      told: ["OutOfStock of 1.1", "took as 1.2"],
      effects: ["take"],
    },
    {
      name: "an earlier delivery that comes after a declared error is refused: that the saga believed it holds",
      uses: [takeInVain(2, 1), take(1, 1)],
      told: ["OutOfStock of 2.1", "refused: stale"],
      effects: [],
    },
    {
      name: "an undo after a declared error has nothing to give back",
      uses: [takeInVain(1, 1), undo, take(1, 2)],
      told: ["OutOfStock of 1.1", "undone", "refused: undone"],
      effects: [],
    },
    {
      name: "an inquiry tells what happened, with its output",
      uses: [take(1, 1), inquire, take(1, 2)],
      told: ["took as 1.1", "happened as 1.1", "took as 1.1"],
      effects: ["take"],
    },
    {
      name: "an inquiry that says it did not happen keeps its word",
      uses: [inquire, take(1, 1), inquire, undo],
      told: ["didNotHappen", "refused: undone", "didNotHappen", "undone"],
      effects: [],
    },
    {
      name: "what was undone did not happen",
      uses: [take(1, 1), undo, inquire],
      told: ["took as 1.1", "undone", "didNotHappen"],
      effects: ["take", "give"],
    },
  ];

  it.each(STORIES)("$name", async ({ uses, told, effects }) => {
    const id = newKey();
    const side = await place().open();
    const answers: string[] = [];
    for (const use of uses) answers.push(await use(side, id));
    expect(answers).toEqual(told);
    expect(await effectsOf(id)).toEqual(effects);
    await side.close();
  });

  it("an effect that breaks off leaves nothing, and is run again", async () => {
    const id = newKey();
    const side = await place().open();
    const broken = side.fence.call(fenceContext(id), (access) => {
      const written = side.write(access, `take ${id}`);
      const fail = (): never => {
        throw new Error("the disk is on fire");
      };
      return written === undefined ? fail() : written.then(fail);
    });
    await expect(broken).rejects.toThrow("the disk is on fire");
    expect(await effectsOf(id)).toEqual([]);
    expect(await take(1, 1)(side, id)).toBe("took as 1.1");
    expect(await effectsOf(id)).toEqual(["take"]);
    await side.close();
  });

  it("an undo that breaks off is run again", async () => {
    const id = newKey();
    const side = await place().open();
    await take(1, 1)(side, id);
    const broken = side.fence.undo(fenceContext(id), () => {
      throw new DeclaredError("Never", {});
    });
    await expect(broken).rejects.toThrow("Never");
    expect(await undo(side, id)).toBe("undone");
    expect(await effectsOf(id)).toEqual(["take", "give"]);
    await side.close();
  });

  it("an undo is handed what the step answered", async () => {
    const id = newKey();
    const side = await place().open();
    await take(1, 1)(side, id);
    let handed: unknown = null;
    await side.fence.undo(fenceContext(id), (_, output) => {
      handed = output;
    });
    expect(handed).toEqual({ by: "1.1" });
    await side.close();
  });

  it("a step that is known to have happened, and of which there is no record, is not taken as undone (RT5002)", async () => {
    const id = newKey();
    const side = await place().open();
    const lost = side.fence.undo(fenceContext(id, { happened: true }), () => undefined);
    await expect(lost).rejects.toMatchObject({ code: "RT5002" });
    await side.close();
  });

  it("a key that another saga holds is not called, told or undone for this one", async () => {
    const id = newKey();
    const key = `stock/${id}/forward/0`;
    const side = await place().open();
    const mine = fenceContext(id, { idempotencyKey: key, forwardKey: key });
    const other = fenceContext(`${id}-other`, { idempotencyKey: key, forwardKey: key });
    await side.fence.call(mine, (access) => side.write(access, `take ${id}`));
    const calling = side.fence.call(other, () => "never");
    await expect(calling).rejects.toMatchObject({ kind: "declared", name: "KeyOwnedByOther" });
    expect(await side.fence.inquire(other)).toEqual({ status: "didNotHappen" });
    await side.fence.undo(other, (access) => side.write(access, `give ${id}`));
    expect(await effectsOf(id)).toEqual(["take"]);
    expect(await side.fence.inquire(mine)).toMatchObject({ status: "happened" });
    await side.close();
  });

  it("keys of any letters and of any length are kept apart", async () => {
    const side = await place().open();
    const nasty = [
      "a",
      "A",
      "a b",
      "'; DROP TABLE effect; --",
      "{a}",
      "a:b",
      "名",
      "*",
      "x".repeat(3000),
      `${"x".repeat(3000)}y`,
    ];
    for (const key of nasty) {
      const ctx = fenceContext("order-1", { idempotencyKey: key, forwardKey: key });
      expect(await side.fence.call(ctx, () => key)).toBe(key);
    }
    for (const key of nasty) {
      const ctx = fenceContext("order-1", { idempotencyKey: key, forwardKey: key });
      expect(await side.fence.inquire(ctx)).toEqual({ status: "happened", output: key });
    }
    await side.close();
  });

  it("an answer that is no JSON is refused (RT1011), and nothing happened", async () => {
    const id = newKey();
    const side = await place().open();
    const calling = side.fence.call(fenceContext(id), (access) => {
      const written = side.write(access, `take ${id}`);
      return written === undefined ? 1n : written.then(() => 1n);
    });
    await expect(calling).rejects.toMatchObject({ code: "RT1011" });
    expect(await effectsOf(id)).toEqual([]);
    await side.close();
  });
}
