import { expect } from "vitest";
import { PENDING_BYTES } from "../../runtime/store/pending.ts";
import type { CommandResult } from "../../runtime/store/store.ts";
import type { Cases } from "./cases.ts";
import { command, part, partition, take } from "./kit.ts";

const APPLIED: CommandResult = { status: "applied", code: null, message: null };

export function commandCases(it: Cases): void {
  it("a command is appended without a lease and is pending with the store's time", async ({ store, clock }) => {
    clock.advanceBy(1234);
    expect(await store.append(partition(), command())).toEqual({ status: "appended" });
    const [pending] = await store.pending(partition(), 10);
    expect(pending).toEqual({ ...command(), position: expect.any(String), acceptedAtMs: clock.now() });
  });

  it("they come oldest first, at most as many as asked for", async ({ store }) => {
    const ids = ["start:order-1", ...Array.from({ length: 25 }, (_, index) => `signal-${24 - index}`)];
    await store.append(partition(), command());
    for (const id of ids.slice(1)) await store.append(partition(), command({ id, kind: "signal" }));
    expect((await store.pending(partition(), 100)).map(({ id }) => id)).toEqual(ids);
    expect((await store.pending(partition(), 3)).map(({ id }) => id)).toEqual(ids.slice(0, 3));
  });

  it("one of a kind that only later versions know is kept, told as it is, and hides none behind it", async ({ store }) => {
    const later = command({ id: "later-1", kind: "later" as never });
    await store.append(partition(), command());
    expect(await store.append(partition(), later)).toEqual({ status: "appended" });
    expect(await store.append(partition(), later)).toEqual({ status: "duplicate", kind: "later", payload: later.payload });
    await store.append(partition(), command({ id: "signal-1", kind: "signal" }));
    expect((await store.pending(partition(), 10)).map(({ kind }) => kind)).toEqual(["start", "later", "signal"]);
  });

  it("of large ones no more come than a page holds: none after those that have so many bytes, and the first always", async ({
    store,
  }) => {
    const payloads = ["a", "é".repeat(50), "b".repeat(99), "c"];
    await store.append(partition(), command({ payload: payloads[0] }));
    for (const [n, payload] of payloads.entries())
      if (n > 0) await store.append(partition(), command({ id: `signal-${n}`, kind: "signal", payload }));
    const told = async (bytes?: number) => (await store.pending(partition(), 10, bytes)).map(({ payload }) => payload);
    expect(await told(1)).toEqual(payloads.slice(0, 1));
    expect(await told(2)).toEqual(payloads.slice(0, 2));
    expect(await told(101)).toEqual(payloads.slice(0, 2));
    expect(await told(102)).toEqual(payloads.slice(0, 3));
    expect(await told(201)).toEqual(payloads);
    const large = "x".repeat(PENDING_BYTES / 2);
    for (const n of [4, 5, 6]) await store.append(partition(), command({ id: `signal-${n}`, kind: "signal", payload: large }));
    expect(await told()).toEqual([...payloads, large, large]);
    expect((await store.pending(partition(), 2)).map(({ payload }) => payload)).toEqual(payloads.slice(0, 2));
  });

  it("of sagas that are set aside only a release comes, and what is left out hides nothing", async ({ store }) => {
    for (const sagaId of ["order-1", "order-10"]) await store.append(partition(), command({ id: `start:${sagaId}`, sagaId }));
    for (const n of [1, 2, 3, 4, 5]) await store.append(partition(), command({ id: `s${n}`, kind: "signal" }));
    const child = "order-1//$foreach1.1.0";
    await store.append(partition(), command({ id: "verdict", sagaId: child, kind: "operator", payload: "long".repeat(100) }));
    await store.append(partition(), command({ id: "release", kind: "release" }));
    await store.append(partition(), command({ id: "other", sagaId: "order-10", kind: "signal" }));
    const told = async (limit: number, setAside: readonly string[], bytes?: number) =>
      (await store.pending(partition(), limit, bytes, setAside)).map(({ id }) => id);
    expect(await told(10, ["order-1"])).toEqual(["start:order-10", "release", "other"]);
    expect(await told(2, ["order-1", "none"])).toEqual(["start:order-10", "release"]);
    expect(await told(10, ["order-1"], 1)).toEqual(["start:order-10"]);
    expect(await told(10, ["order-1", "order-10"])).toEqual(["release"]);
    expect(await told(3, ["order"])).toEqual(["start:order-1", "start:order-10", "s1"]);
  });

  it("those of one turn come in the order in which they were sent", async ({ store }) => {
    await store.append(partition(), command());
    const ids = ["c", "a", "b"];
    await Promise.all(ids.map((id) => store.append(partition(), command({ id, kind: "signal" }))));
    expect((await store.pending(partition(), 10)).map(({ id }) => id)).toEqual(["start:order-1", ...ids]);
  });

  it("a repeat answers with what is there and appends nothing", async ({ store }) => {
    await store.append(partition(), command({ payload: "first" }));
    expect(await store.append(partition(), command({ payload: "second", kind: "cancel" }))).toEqual({
      status: "duplicate",
      kind: "start",
      payload: "first",
    });
    expect(await store.pending(partition(), 10)).toHaveLength(1);
  });

  it("ten repeats at once append one", async ({ store }) => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => store.append(partition(), command())));
    expect(answers.filter(({ status }) => status === "appended")).toHaveLength(1);
    expect(await store.pending(partition(), 10)).toHaveLength(1);
  });

  it("a repeat is known also after the command was consumed", async ({ store }) => {
    await store.append(partition(), command());
    await consumeAll(store, APPLIED);
    expect(await store.append(partition(), command())).toMatchObject({ status: "duplicate", payload: command().payload });
    expect(await store.pending(partition(), 10)).toEqual([]);
  });

  it("the same id in another partition is another command", async ({ store }) => {
    for (const where of [partition(0), partition(1), partition(0, "PlaceOrderB")]) {
      await store.append(where, command());
      expect(await store.append(where, command({ id: "signal:1", kind: "signal" }))).toEqual({ status: "appended" });
    }
  });

  it("what is no start is refused where neither its saga nor a start of it is there, and leaves nothing", async ({ store }) => {
    const signal = command({ id: "signal:1", kind: "signal" });
    const ofItem = command({ id: "signal:2", sagaId: "order-1//items.1.0", kind: "operator" });
    const absent = async () => {
      for (const each of [signal, ofItem]) expect(await store.append(partition(), each)).toEqual({ status: "absent" });
    };
    await absent();
    // Of others: a longer id, a shorter one, another partition.
    for (const sagaId of ["order-11", "order-", "order"]) {
      await store.append(partition(), command({ id: `start:${sagaId}`, sagaId }));
    }
    await store.append(partition(1), command());
    await absent();
    expect(await store.pending(partition(), 10)).toHaveLength(3);
    await store.append(partition(), command());
    for (const each of [signal, ofItem]) expect(await store.append(partition(), each)).toEqual({ status: "appended" });
    expect(await store.append(partition(), signal)).toMatchObject({ status: "duplicate", kind: "signal" });
    expect((await store.pending(partition(), 10)).map(({ id }) => id).slice(3)).toEqual([
      "start:order-1",
      "signal:1",
      "signal:2",
    ]);
  });

  it("an id that another command has is a duplicate, also where the saga that is asked now is not there", async ({ store }) => {
    await store.append(partition(), command());
    await store.append(partition(), command({ id: "signal:1", kind: "signal", payload: "first" }));
    const again = command({ id: "signal:1", kind: "signal", sagaId: "order-2", payload: "second" });
    const there = { status: "duplicate", kind: "signal", payload: "first" };
    expect(await store.append(partition(), again)).toEqual(there);
    expect(await Promise.all([again, again].map((each) => store.append(partition(), each)))).toEqual([there, there]);
    expect(await store.pending(partition(), 10)).toHaveLength(2);
  });

  it("many at once, some of sagas that are not there: those alone are refused", async ({ store }) => {
    const there = [0, 2, 4, 6, 8].map((n) => `order-${n}`);
    for (const sagaId of there) await store.append(partition(), command({ id: `start:${sagaId}`, sagaId }));
    const asked = Array.from({ length: 10 }, (_, n) => command({ id: `signal:${n}`, sagaId: `order-${n}`, kind: "signal" }));
    const answers = await Promise.all(asked.map((each) => store.append(partition(), each)));
    expect(answers.map(({ status }) => status)).toEqual(
      asked.map(({ sagaId }) => (there.includes(sagaId) ? "appended" : "absent")),
    );
    expect(await store.pending(partition(), 20)).toHaveLength(10);
  });

  it("the start may have a name of its own, as that of a long id has", async ({ store }) => {
    const sagaId = "o".repeat(255);
    await store.append(partition(), command({ id: "start of a long one", sagaId }));
    const signal = command({ id: "signal:1", sagaId: `${sagaId}//items.1.0`, kind: "signal" });
    expect(await store.append(partition(), signal)).toEqual({ status: "appended" });
  });

  it("what a commit consumed is no longer pending, the rest stays in order", async ({ store }) => {
    for (const id of ["a", "b", "c"]) await store.append(partition(), command({ id }));
    const [, second] = await store.pending(partition(), 10);
    const lease = await take(store);
    await store.commit([part(lease, { consume: [{ position: second?.position ?? "", id: "b", result: APPLIED }] })]);
    expect((await store.pending(partition(), 10)).map(({ id }) => id)).toEqual(["a", "c"]);
  });

  it("the result is durable: null while it is pending or unknown, then what the commit said", async ({ store }) => {
    expect(await store.commandResult(partition(), "start:order-1")).toBeNull();
    await store.append(partition(), command());
    expect(await store.commandResult(partition(), "start:order-1")).toBeNull();
    const refused: CommandResult = { status: "refused", code: "RT3004", message: "the pivot was passed; “no way” back\n" };
    await consumeAll(store, refused);
    expect(await store.commandResult(partition(), "start:order-1")).toEqual(refused);
  });

  it("empty texts of a result are kept apart from none", async ({ store }) => {
    await store.append(partition(), command());
    const result: CommandResult = { status: "refused", code: "", message: null };
    await consumeAll(store, result);
    expect(await store.commandResult(partition(), "start:order-1")).toEqual(result);
  });

  it("a command is consumed once: the first result stays", async ({ store }) => {
    await store.append(partition(), command());
    const [pending] = await store.pending(partition(), 1);
    const consume = (result: CommandResult) => [{ position: pending?.position ?? "", id: command().id, result }];
    const lease = await take(store);
    await store.commit([part(lease, { consume: consume(APPLIED) })]);
    const refused: CommandResult = { status: "refused", code: "RT3003", message: "late" };
    const again = part(lease, { expectedVersion: 1, commitId: "commit-2", consume: consume(refused) });
    expect(await store.commit([again])).toMatchObject([{ status: "committed" }]);
    expect(await store.commandResult(partition(), command().id)).toEqual(APPLIED);
  });

  it("consuming what is not there is nothing", async ({ store }) => {
    await store.append(partition(), command());
    const lease = await take(store);
    const consume = [
      { position: "999999", id: "nobody", result: APPLIED },
      { position: "999999", id: command().id, result: APPLIED },
    ];
    expect(await store.commit([part(lease, { consume })])).toMatchObject([{ status: "committed" }]);
    expect(await store.commandResult(partition(), "nobody")).toBeNull();
    expect(await store.append(partition(), command({ id: "nobody" }))).toEqual({ status: "appended" });
    expect((await store.pending(partition(), 10)).map(({ id }) => id)).toEqual([command().id, "nobody"]);
  });

  it("a refused commit consumes nothing", async ({ store }) => {
    await store.append(partition(), command());
    const lease = await take(store);
    const [pending] = await store.pending(partition(), 1);
    const consume = [{ position: pending?.position ?? "", id: command().id, result: APPLIED }];
    expect(await store.commit([part(lease, { expectedVersion: 7, consume })])).toMatchObject([{ status: "conflict" }]);
    expect(await store.pending(partition(), 10)).toHaveLength(1);
    expect(await store.commandResult(partition(), command().id)).toBeNull();
  });

  async function consumeAll(store: Parameters<Parameters<Cases>[1]>[0]["store"], result: CommandResult): Promise<void> {
    const lease = await take(store);
    const pending = await store.pending(partition(), 100);
    const consume = pending.map(({ position, id }) => ({ position, id, result }));
    expect(await store.commit([part(lease, { consume })])).toMatchObject([{ status: "committed" }]);
  }
}
