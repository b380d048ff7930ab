import { expect, it } from "vitest";
import { SagaError } from "../../runtime/errors.ts";
import { evictionPolicy } from "../../runtime/store/redis/eviction.ts";

const reply = (message: string) => Object.assign(new Error(message), { name: "ReplyError" });

it.each([
  ["a user who may not ask", reply("NOPERM this user has no permissions to run the 'info' command")],
  ["a command that the server does not have", reply("ERR unknown command 'CONFIG'")],
  ["the store's own error of a refusal", new SagaError("RT2008", "Redis does not permit INFO")],
])("the policy is not told: %s", async (_, error) => {
  expect(await evictionPolicy(() => Promise.reject(error))).toBeNull();
});

it.each([
  ["a connection that broke", new Error("Connection is closed.")],
  ["a server that has no time", reply("LOADING Redis is loading the dataset in memory")],
  ["the store's own error of an answer that is lost", new SagaError("RT2001", "Redis did not answer")],
])("%s is not taken for a refusal to tell the policy", async (_, error) => {
  await expect(evictionPolicy(() => Promise.reject(error))).rejects.toBe(error);
});
