import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { partitionKey } from "../../runtime/store/partition.ts";
import { loadSql } from "../../runtime/store/postgres/sql.ts";
import type { Store } from "../../runtime/store/store.ts";
import { VirtualClock } from "../../runtime/testing/index.ts";
import { command, part, partition, take } from "../conformance/kit.ts";
import { describePostgres, type PostgresServer, postgresForTests } from "../kit/postgres.ts";
import { until } from "../kit/until.ts";
import type { PostgresPlace } from "./places.ts";
import { postgresPlace, query } from "./places.ts";

const version = (number: number) => partition(0, "PlaceOrder", number);
const START = command();

describePostgres("a start in Postgres while the one before it is being forgotten", () => {
  let server: PostgresServer;
  let place: PostgresPlace;
  let clock: VirtualClock;
  let store: Store;
  /** Of whoever forgets. */
  let other: Client;

  beforeAll(async () => {
    server = await postgresForTests();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    place = await postgresPlace(server)();
    clock = new VirtualClock();
    store = await place.open({ clock });
    other = new Client({ connectionString: server.url });
    await other.connect();
    await store.append(version(1), START);
    await store.commit([part(await take(store, version(1)), { status: "completed", live: false })]);
    clock.advanceBy(1_000);
    await store.remove(version(1), { keepMs: 1_000, rememberMs: 1_000 }, 100);
    clock.advanceBy(1_000);
  });
  afterEach(async () => {
    await other.end();
    await place.dispose();
  });

  async function waits(): Promise<void> {
    await until("it waits", async () => {
      const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%"${place.schema}".append_%'`;
      return (await query(server.url, waiting)).length === 1;
    });
  }

  /** Begins a start, which finds the one of before; all that begins with a look at the commands comes after that was forgotten. */
  async function startedMeanwhile(under: number) {
    await other.query("BEGIN");
    await other.query(`LOCK TABLE "${place.schema}".command IN ACCESS EXCLUSIVE MODE`);
    const starting = store.append(version(under), START);
    await waits();
    const { statements } = await loadSql(place.schema);
    const removal = await other.query(statements.remove, [partitionKey(version(1)), 1_000, 1_000, 100, clock.now()]);
    expect(removal.rows).toMatchObject([{ answer: [0, 1, expect.any(Number)] }]);
    return { starting, forgotten: () => other.query("COMMIT") };
  }

  it.each([1, 2])("is the one of its id from then on, under version %i", async (under) => {
    const { starting, forgotten } = await startedMeanwhile(under);
    await forgotten();
    expect(await starting).toEqual({ status: "appended" });
    expect(await store.append(version(3), START)).toMatchObject({ status: "elsewhere", version: under });
    expect(await store.append(version(under), START)).toMatchObject({ status: "duplicate" });
  });

  it("is told of the one that another version was first with", async () => {
    // Holds the start under version 2 right before its command.
    await query(
      server.url,
      `CREATE FUNCTION "${place.schema}".hold() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock(hashtext('${place.schema}')); RETURN NEW; END $$;
      CREATE TRIGGER hold BEFORE INSERT ON "${place.schema}".command FOR EACH ROW
        WHEN (NEW.partition = '${partitionKey(version(2))}') EXECUTE FUNCTION "${place.schema}".hold()`,
    );
    await other.query(`SELECT pg_advisory_lock(hashtext('${place.schema}'))`);
    const { starting, forgotten } = await startedMeanwhile(2);
    await forgotten();
    await until("it is held before its command", async () => {
      return (await query(server.url, "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")).length === 1;
    });
    expect(await store.append(version(3), START)).toEqual({ status: "appended" });
    await other.query(`SELECT pg_advisory_unlock(hashtext('${place.schema}'))`);
    expect(await starting).toEqual({ status: "elsewhere", version: 3, payload: START.payload });
    expect(await store.pending(version(2), 10)).toEqual([]);
  });
});
