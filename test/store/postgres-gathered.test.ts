import { describe, expect, test } from "vitest";
import { GatheredAppends } from "../../runtime/store/postgres/appends.ts";
import { toSagaError } from "../../runtime/store/postgres/errors.ts";
import { GatheredReads } from "../../runtime/store/postgres/reads.ts";
import type { Row } from "../../runtime/store/postgres/rows.ts";
import { VirtualClock } from "../../runtime/testing/index.ts";

const patience = { timeoutMs: 5_000, late: () => new Error("late"), clock: new VirtualClock() };

/** What the server says, as the connection hands it on. */
function said(code: string, severity = "ERROR") {
  return toSagaError(Object.assign(new Error(code), { code, severity }), "there", "load", "read");
}

describe("reads that fail together", () => {
  async function loads(error: Error) {
    const sizes: number[] = [];
    const reads = new GatheredReads(async (_, [partitions, keys]) => {
      const sagas = keys as string[];
      sizes.push((partitions as string[]).length);
      if (sagas.length > 1 || sagas[0] === "broken") throw error;
      return sagas[0] === "none" ? [] : [{ n: 1, saga: sagas[0] }];
    }, patience);
    const asked = await Promise.allSettled(["a", "none", "broken", "b"].map((key) => reads.saga("p", key)));
    return { sizes, answers: asked.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : outcome.reason)) };
  }

  test.each([
    ["cancelled by statement_timeout", "57014"],
    ["out of memory", "53200"],
    ["an answer that is too long", "54000"],
  ])("for what the statement is (%s): each is read by itself", async (_, code) => {
    const error = said(code);
    expect(await loads(error)).toEqual({
      sizes: [4, 1, 1, 1, 1],
      answers: [{ n: 1, saga: "a" }, null, error, { n: 1, saga: "b" }],
    });
  });

  test.each([
    ["the connection broke", toSagaError(new Error("read ECONNRESET"), "there", "load", "read")],
    ["the server ends it", said("57P01", "FATAL")],
    ["the server became a standby", said("25006")],
    ["none could be had", toSagaError(new Error("all connections were busy"), "there", "connecting", "connect")],
  ])("with their connection (%s): none is sent again", async (_, error) => {
    expect(await loads(error)).toEqual({ sizes: [4], answers: [error, error, error, error] });
  });
});

describe("commands that are asked for at once", () => {
  interface Sent {
    readonly operation: string;
    readonly count: number;
  }

  /** A server that fails statements, by how many commands are in them and which. */
  function appending(failure: (ids: readonly string[]) => Error | null) {
    const sent: Sent[] = [];
    const added: string[] = [];
    const write = async (operation: string, values: readonly unknown[]): Promise<readonly Row[]> => {
      const ids = operation === "append" ? [values[1] as string] : texts(values[1] as Buffer);
      sent.push({ operation, count: ids.length });
      const error = failure(ids);
      if (error !== null) throw error;
      added.push(...ids);
      return [{ answer: operation === "append" ? ["signal", "there"] : ids.map((_, index) => index + 1) }];
    };
    return { sent, added, appends: new GatheredAppends(write, patience, () => null) };
  }

  const names = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);
  const ask = (id: string, payload = "") => ["p", id, "saga", "signal", payload] as const;

  test("are appended in the order asked, the first of each id", async () => {
    const { sent, added, appends } = appending(() => null);
    const answers = await Promise.all(["c", "a", "c", "b"].map((id) => appends.append(ask(id))));
    expect(added).toEqual(["c", "a", "b", "c"]);
    expect(answers).toEqual([null, null, ["signal", "there"], null]);
    expect(sent.map(({ operation }) => operation)).toEqual(["appends", "append"]);
  });

  test("go together up to 4 Mi characters of payload; one that has more goes by itself", async () => {
    const { sent, appends } = appending(() => null);
    const sizes = [3, 1, 1, 5, 1, 1, 1, 1, 1].map((mi) => "x".repeat(mi * 1024 * 1024));
    await Promise.all(sizes.map((payload, index) => appends.append(ask(`c${index}`, payload))));
    expect(sent.map(({ count }) => count)).toEqual([2, 1, 1, 4, 1]);
  });

  test("one that another is in the way of: few are appended by themselves, all have their own answers", async () => {
    const busy = said("55P03");
    const { sent, added, appends } = appending((ids) => (ids.length > 1 && ids.includes("c100") ? busy : null));
    await Promise.all(names(256).map((id) => appends.append(ask(id))));
    expect(sent.filter(({ operation }) => operation === "appends").map(({ count }) => count)).toEqual([
      256,
      ...Array(16).fill(16),
    ]);
    expect(sent.filter(({ operation }) => operation === "append")).toHaveLength(16);
    expect(added.toSorted()).toEqual(names(256).sort());
  });

  test("of pieces of which one's answer is lost only those in it are unknown, and none of them is sent again", async () => {
    const lost = toSagaError(new Error("read ECONNRESET"), "there", "appends", "write");
    const failure = (ids: readonly string[]) => (ids.length > 16 ? said("55P03") : ids.includes("c20") ? lost : null);
    const { sent, appends } = appending(failure);
    const outcomes = await Promise.allSettled(names(40).map((id) => appends.append(ask(id))));
    const rejected = outcomes.flatMap((outcome, index) => (outcome.status === "rejected" ? [[index, outcome.reason]] : []));
    expect(rejected).toEqual(Array.from({ length: 16 }, (_, index) => [16 + index, lost]));
    expect(sent.map(({ count }) => count)).toEqual([40, 16, 16, 8]);
  });

  test("that go by themselves: what is asked of a saga goes after its start, also where that fails, and what is of others waits for neither", async () => {
    const lost = toSagaError(new Error("read ECONNRESET"), "there", "append", "write");
    const sent: string[] = [];
    const settle = new Map<string, (error?: Error) => void>();
    const write = async (operation: string, values: readonly unknown[]): Promise<readonly Row[]> => {
      if (operation === "appends") throw said("55P03");
      const id = values[1] as string;
      sent.push(id);
      if (id.startsWith("start"))
        await new Promise<void>((resolve, reject) => settle.set(id, (error) => (error ? reject(error) : resolve())));
      return [{ answer: null }];
    };
    const appends = new GatheredAppends(write, patience, () => null);
    const asked = ["start:a", "a", "a%2F%2Fitem", "start:b", "b", "c"].map((id) =>
      appends
        .append(["p", id, id.replace("start:", ""), id.startsWith("start") ? "start" : "signal", ""])
        .catch((error) => error),
    );
    expect(await asked[5]).toBeNull();
    expect(sent).toEqual(["start:a", "start:b", "c"]);
    settle.get("start:a")?.();
    settle.get("start:b")?.(lost);
    expect(await Promise.all(asked)).toEqual([null, null, null, lost, null, null]);
    expect(sent).toHaveLength(6);
  });

  /** Of an array in Postgres's binary form, without nulls. */
  function texts(binary: Buffer): string[] {
    const found: string[] = [];
    for (let at = 20; at < binary.length; ) {
      const end = at + 4 + binary.readInt32BE(at);
      found.push(binary.toString("utf8", at + 4, end));
      at = end;
    }
    return found;
  }
});
