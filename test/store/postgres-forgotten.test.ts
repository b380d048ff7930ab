import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { partitionKey } from "../../runtime/store/partition.ts";
import { loadSql } from "../../runtime/store/postgres/sql.ts";
import type { Store } from "../../runtime/store/store.ts";
import { VirtualClock } from "../../runtime/testing/index.ts";
import { command, part, partition, take } from "../conformance/kit.ts";
import { describePostgres, type PostgresServer, postgresForTests } from "../kit/postgres.ts";
import type { PostgresPlace } from "./places.ts";
import { postgresPlace, query } from "./places.ts";

const KEPT = { keepMs: 1_000, rememberMs: 1_000 };

describePostgres("a saga of many commands that is being forgotten in Postgres", () => {
  let server: PostgresServer;
  let place: PostgresPlace;
  let clock: VirtualClock;
  let store: Store;
  /** Of a service, with a transaction begun. */
  let other: Client;

  beforeAll(async () => {
    server = await postgresForTests();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    place = await postgresPlace(server)();
    clock = new VirtualClock();
    store = await place.open({ clock });
    await store.append(partition(), command());
    await store.commit([part(await take(store), { status: "completed", live: false })]);
    for (let n = 0; n < 30; n++) await store.append(partition(), signal(`s-${n}`));
    clock.advanceBy(1_000);
    await store.remove(partition(), KEPT, 100);
    clock.advanceBy(1_000);
    other = new Client({ connectionString: server.url });
    await other.connect();
    await other.query("BEGIN");
  });
  afterEach(async () => {
    await other.end();
    await place.dispose();
  });

  const signal = (id: string) => command({ id, kind: "signal" });
  const commands = (how = "") => query(server.url, `SELECT id FROM "${place.schema}".command ${how}`);

  it("a call locks no more commands than it takes away", async () => {
    const { statements } = await loadSql(place.schema);
    await other.query(statements.remove, [partitionKey(partition()), 1_000, 1_000, 10, clock.now()]);
    expect((await commands("FOR UPDATE SKIP LOCKED")).length).toBeGreaterThan(20);
    await other.query("COMMIT");
    expect((await commands()).length).toBeGreaterThan(20);
    let forgotten = 0;
    for (let call = 0; call < 10 && forgotten === 0; call++) forgotten = (await store.remove(partition(), KEPT, 10)).forgotten;
    expect({ forgotten, commands: await commands() }).toEqual({ forgotten: 1, commands: [] });
  });

  it("waits for no transaction that asks something of it, and is forgotten with that when it has ended", async () => {
    expect(await store.append(partition(), signal("late"), other)).toEqual({ status: "appended" });
    expect(await store.remove(partition(), KEPT, 100)).toMatchObject({ forgotten: 0, more: false });
    await other.query("COMMIT");
    expect((await commands()).map(({ id }) => id)).toContain("late");
    expect(await store.remove(partition(), KEPT, 100)).toMatchObject({ forgotten: 1 });
    expect(await commands()).toEqual([]);
  });
});
