import { describe, expect, it } from "vitest";
import { SagaError } from "../../runtime/errors.ts";
import { settleAll } from "../../runtime/store/redis/settle.ts";

const unreachable = () => Promise.reject(new SagaError("RT2001", "not sent"));
const unknown = () => Promise.reject(new SagaError("RT2002", "lost"));
const failed = () => Promise.reject(new SagaError("RT2008", "refused"));
const done = () => Promise.resolve("done");

describe("a call that is carried out in several", () => {
  it("answers with all of them, in order", async () => {
    expect(await settleAll([Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2]);
    expect(await settleAll([])).toEqual([]);
  });

  it.each([
    ["nothing was sent", [unreachable, unreachable], "RT2001"],
    ["all were refused", [failed, unreachable], "RT2008"],
    ["one is unknown", [unreachable, unknown, failed], "RT2002"],
    ["one happened, another is unknown", [done, unknown], "RT2002"],
    ["one happened, another was never sent", [done, unreachable], "RT2002"],
    ["one was refused, another happened", [failed, done], "RT2002"],
  ] as const)("%s", async (_case, calls, code) => {
    await expect(settleAll<unknown>(calls.map((call) => call()))).rejects.toMatchObject({ code });
  });
});
