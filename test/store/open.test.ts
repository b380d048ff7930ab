import { describe, expect, it } from "vitest";
import { SagaError } from "../../runtime/errors.ts";
import { openStore } from "../../runtime/store/open.ts";
import { parseRedisUrl } from "../../runtime/store/redis/url.ts";

describe("openStore", () => {
  it.each([
    "",
    "memory",
    "memory:x",
    "sqlite:",
    "sqlite://",
    "sqlite:./saga.db?mode=ro",
    "sqlite:saga\0.db",
    "saga.db",
    "postgres://",
    "postgres://localhost",
    "postgres:///saga",
    "postgres://localhost/saga?options=-c%20statement_timeout=0",
    "postgres://localhost/saga?statement_timeout=0",
    "redis:localhost",
    "REDIS",
    "redis://",
    "redis://host/name",
    "redis://host:port",
    "redis://host/0?autoResendUnfulfilledCommands=true",
    "redis://host/0#x",
  ])("%j is refused (RT1009), with the forms that there are", async (url) => {
    const error: unknown = await openStore(url).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "RT1009" });
    expect(String(error)).toMatch(/(redis|postgres):\/\//);
  });

  it("a URL of no known form is shown without its password", async () => {
    for (const url of [
      "rediss+x://user:hu/sh@host/0",
      "redi://:hush@host",
      "user:hush@host",
      "redis://u:hush@host/x",
      "postgres://u:hush@host/x/y",
    ]) {
      const error: unknown = await openStore(url).catch((reason: unknown) => reason);
      expect(String(error)).not.toMatch(/hush|hu\/sh/);
    }
  });

  it.each([0, -1, 1.5, 4097, Number.NaN])("%d partitions are refused (RT2006)", async (partitions) => {
    await expect(openStore("memory:", { partitions })).rejects.toMatchObject({ code: "RT2006" });
  });

  it("a new store has 8 partitions, or as many as asked for", async () => {
    for (const url of ["memory:", "sqlite::memory:"]) {
      const [eight, three] = [await openStore(url), await openStore(url, { partitions: 3 })];
      expect([eight.partitions, three.partitions]).toEqual([8, 3]);
      await eight.close();
      await three.close();
    }
  });

  it("a prefix that could break a key is refused", async () => {
    for (const prefix of ["", "{a}", "a b", "a*"]) {
      await expect(openStore("redis://127.0.0.1:1", { prefix })).rejects.toMatchObject({ code: "RT1009" });
    }
  });

  it("a schema that would have to be quoted is refused", async () => {
    for (const schema of ["", "Saga", "a b", 'a"', "1a", "a".repeat(49)]) {
      await expect(openStore("postgres://127.0.0.1:1/x", { schema })).rejects.toMatchObject({ code: "RT1009" });
    }
  });

  it("only a store in a database of the service's takes part in a transaction of its own (RT1015)", async () => {
    const transaction = { query: async () => ({ rows: [] }) };
    for (const url of ["memory:", "sqlite::memory:"]) {
      const store = await openStore(url);
      const command = { id: "start:order-1", sagaId: "order-1", kind: "start", payload: "{}" } as const;
      const appending = store.append({ saga: "PlaceOrder", version: 1, index: 0 }, command, transaction);
      await expect(appending).rejects.toMatchObject({ code: "RT1015" });
      await store.close();
    }
  });
});

describe("a Redis URL", () => {
  it("names host, port, database, user and password", () => {
    expect(parseRedisUrl("redis://localhost")).toEqual({ host: "localhost", port: 6379, db: 0 });
    expect(parseRedisUrl("redis://[::1]:7000/3")).toEqual({ host: "::1", port: 7000, db: 3 });
    expect(parseRedisUrl("rediss://ann:p%40ss@h:1/2")).toEqual({
      host: "h",
      port: 1,
      db: 2,
      username: "ann",
      password: "p@ss",
      tls: {},
    });
  });

  it("names sentinels and the primary that they watch", () => {
    const local = { sentinels: [{ host: "h1", port: 26379 }], name: "orders", db: 0 };
    expect(parseRedisUrl("redis+sentinel://h1/orders")).toEqual(local);
    expect(parseRedisUrl("rediss+sentinel://ann:p%40ss@h1:7,[::1]:8/my%20orders/3")).toEqual({
      sentinels: [
        { host: "h1", port: 7 },
        { host: "::1", port: 8 },
      ],
      name: "my orders",
      db: 3,
      username: "ann",
      password: "p@ss",
      tls: {},
      enableTLSForSentinelMode: true,
      sentinelTLS: {},
    });
  });

  it.each([
    ["redis+sentinel:///orders", "names no sentinels"],
    ["redis+sentinel://h1", "the name of the primary"],
    ["redis+sentinel://h1,h2/", "the name of the primary"],
    ["redis+sentinel://h1,,h2/orders", "one of its sentinels is no host"],
    ["redis+sentinel://h1:x/orders", "one of its sentinels is no host"],
    ["redis+sentinel://h1/orders/one", "the database is no number"],
    ["redis+sentinel://h1/orders/1/2", "the name of the primary"],
    ["redis+sentinel://h1/orders?tls=1", "options after the database"],
    ["redis+sentinel://ann:%zz@h1/orders", "begins no character"],
  ])("%s is refused: %s", (url, why) => {
    expect(() => parseRedisUrl(url)).toThrow(why);
    expect(() => parseRedisUrl(url)).toThrow(SagaError);
  });
});
