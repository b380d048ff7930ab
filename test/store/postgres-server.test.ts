import { createClient, silentLogger, startWorker } from "@sagac/runtime";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { loadSql } from "../../runtime/store/postgres/sql.ts";
import type { Store } from "../../runtime/store/store.ts";
import type { StoreWarning } from "../../runtime/store/warning.ts";
import { command, part, partition, take } from "../conformance/kit.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import type { OwnPostgresServer } from "../kit/postgres.ts";
import { describePostgres, startPostgres } from "../kit/postgres.ts";
import { until } from "../kit/until.ts";
import { expectToGoOn, OLDER } from "./formats/older.ts";
import type { PostgresPlace } from "./places.ts";
import { postgresPlace, query } from "./places.ts";

describePostgres(
  "what a Postgres server can do to a store",
  () => {
    let server: OwnPostgresServer;
    let place: PostgresPlace;
    const clients: Client[] = [];

    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.stop());
    beforeEach(async () => {
      place = await postgresPlace(server)();
    });
    afterEach(async () => {
      for (const client of clients.splice(0)) await client.end();
      await place.dispose();
    });

    /** A connection of the service, with a transaction begun. */
    async function begun(isolation = "READ COMMITTED"): Promise<Client> {
      const client = new Client({ connectionString: server.url });
      await client.connect();
      clients.push(client);
      await client.query(`BEGIN ISOLATION LEVEL ${isolation}`);
      return client;
    }

    it("of two transactions that append, the first may commit last: its command is found behind one that was consumed", async () => {
      const store = await place.open();
      const [first, second] = [await begun(), await begun()];
      expect(await store.append(partition(), command({ id: "first" }), first)).toEqual({ status: "appended" });
      expect(await store.append(partition(), command({ id: "second" }), second)).toEqual({ status: "appended" });
      expect(await store.pending(partition(), 10)).toEqual([]);
      await second.query("COMMIT");
      const [taken] = await store.pending(partition(), 10);
      expect(taken).toMatchObject({ id: "second" });
      const result = { status: "applied", code: null, message: null } as const;
      const consume = [{ position: taken?.position ?? "", id: "second", result }];
      await store.commit([part(await take(store), { consume })]);
      await first.query("COMMIT");
      const [late] = await store.pending(partition(), 10);
      expect(late).toMatchObject({ id: "first" });
      expect(Number(late?.position)).toBeLessThan(Number(taken?.position));
    });

    it("a server whose data say another timeline than its own has failed over, also where a store has seen that timeline before", async () => {
      const store = await place.open();
      const worker = { owner: "worker-1", serves: [] };
      await store.attend(worker, 60_000);
      const lease = await take(store, partition(), worker.owner);
      // As on a standby that was promoted to the number that another one had, and follows a primary of before.
      await query(server.url, `UPDATE "${place.schema}".meta SET value = '000000AA' WHERE name = 'timeline'`);
      await store.attend(worker, 60_000);
      expect(await store.commit([part(lease)])).toEqual([{ status: "fenced" }]);
    });

    it("of two transactions that start an id under two versions the second waits, and is told of the first unless that is rolled back", async () => {
      const store = await place.open();
      for (const end of ["COMMIT", "ROLLBACK"]) {
        const start = command({ id: `start:${end}`, sagaId: end });
        const [first, second] = [await begun(), await begun()];
        expect(await store.append(partition(0, "PlaceOrder", 1), start, first)).toEqual({ status: "appended" });
        const waiting = store.append(partition(0, "PlaceOrder", 2), start, second);
        await until("the second waits", async () => {
          const waits = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%"${place.schema}".append_%'`;
          return (await query(server.url, waits)).length > 0;
        });
        await first.query(end);
        expect(await waiting).toEqual(
          end === "COMMIT" ? { status: "elsewhere", version: 1, payload: start.payload } : { status: "appended" },
        );
        await second.query("COMMIT");
        const under = [1, 2].map((version) => store.pending(partition(0, "PlaceOrder", version), 10));
        const there = (await Promise.all(under)).map((pending) => pending.filter(({ sagaId }) => sagaId === end).length);
        expect(there).toEqual(end === "COMMIT" ? [1, 0] : [0, 1]);
      }
    });

    it("a command whose transaction is rolled back was never there", async () => {
      const store = await place.open();
      const transaction = await begun();
      await store.append(partition(), command(), transaction);
      await transaction.query("ROLLBACK");
      expect(await store.pending(partition(), 10)).toEqual([]);
      expect(await store.append(partition(), command({ payload: "other" }))).toEqual({ status: "appended" });
    });

    it.each(["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])(
      "one that was there before is a duplicate in a transaction too, and leaves it usable (%s)",
      async (isolation) => {
        const store = await place.open();
        await store.append(partition(), command({ payload: "before" }));
        const transaction = await begun(isolation);
        const again = await store.append(partition(), command({ payload: "again" }), transaction);
        expect(again).toEqual({ status: "duplicate", kind: "start", payload: "before" });
        await transaction.query("COMMIT");
      },
    );

    it("two that add the same id wait for each other: the second is told what the first has committed", async () => {
      const store = await place.open();
      const transaction = await begun();
      await store.append(partition(), command({ payload: "held" }), transaction);
      const second = store.append(partition(), command({ payload: "second" }));
      await until("the second waits", async () => {
        const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%"${place.schema}".append_%'`;
        return (await query(server.url, waiting)).length === 1;
      });
      await transaction.query("COMMIT");
      expect(await second).toEqual({ status: "duplicate", kind: "start", payload: "held" });
    });

    it("of commands that are added together each has its own answer, and none waits for what another waits for", async () => {
      const store = await place.open();
      const older = { ...partition(), version: 1 };
      const newer = { ...older, version: 2 };
      const start = (id: string, payload: string) => command({ id: `start:${id}`, sagaId: id, payload });
      /** Together: a start that another version has, one that is there, a signal, and one twice. */
      async function expectAnswers(of: string): Promise<void> {
        const [elsewhere, again, signal, ...twice] = await Promise.all([
          store.append(newer, start("there", "newer")),
          store.append(older, start("there", "again")),
          store.append(older, command({ id: `signal ${of}`, sagaId: "there", kind: "signal" })),
          store.append(older, start(`new ${of}`, "same")),
          store.append(older, start(`new ${of}`, "same")),
        ]);
        expect(elsewhere).toEqual({ status: "elsewhere", version: 1, payload: "before" });
        expect(again).toEqual({ status: "duplicate", kind: "start", payload: "before" });
        expect(signal).toEqual({ status: "appended" });
        // Which of the two is first nobody has said.
        expect(twice).toContainEqual({ status: "appended" });
        expect(twice).toContainEqual({ status: "duplicate", kind: "start", payload: "same" });
      }
      await store.append(older, start("there", "before"));
      await expectAnswers("alone");
      const transaction = await begun();
      await store.append(older, start("held", "held"), transaction);
      const held = store.append(older, start("held", "second"));
      await expectAnswers("beside");
      await transaction.query("COMMIT");
      expect(await held).toEqual({ status: "duplicate", kind: "start", payload: "held" });
      const pending = (await store.pending(older, 10)).map(({ id }) => id);
      const signals = ["signal alone", "signal beside"];
      expect(pending.sort()).toEqual([...signals, "start:held", "start:new alone", "start:new beside", "start:there"]);
    });

    it("sagas that take too long to be read together are read one by one", async () => {
      const store = await place.open({ commandTimeoutMs: 2_000 });
      const lease = await take(store);
      const ids = ["a", "b", "c", "d", "e"];
      await store.commit(ids.map((sagaId) => part(lease, { sagaId })));
      await query(
        server.url,
        `ALTER TABLE "${place.schema}".instance RENAME TO kept;
        CREATE VIEW "${place.schema}".instance AS SELECT *, pg_sleep(0.5)::text AS slept FROM "${place.schema}".kept`,
      );
      const loaded = await Promise.all(ids.map((id) => store.load(partition(), id)));
      expect(loaded.map((saga) => saga?.sagaId)).toEqual(ids);
    });

    it("sagas start with the service's own rows or not at all, also while transactions overlap", async () => {
      const store = await place.open();
      const world = orderWorld();
      const worker = await startWorker({ store, sagas: [orderImplementation(world)], handleSignals: false, log: silentLogger });
      await query(server.url, `CREATE TABLE "${place.schema}".basket (id text PRIMARY KEY)`);
      const client = createClient({ store });
      const [early, late, undone] = [await begun(), await begun(), await begun()];
      try {
        const start = async (id: string, transaction: Client) => {
          await transaction.query(`INSERT INTO "${place.schema}".basket VALUES ($1)`, [id]);
          return await client.start(placeOrder, { id, input: orderInput(), transaction });
        };
        const first = await start("order-1", early);
        const second = await start("order-2", late);
        await start("order-3", undone);
        await late.query("COMMIT");
        await undone.query("ROLLBACK");
        expect(await second.result({ timeout: "20s" })).toMatchObject({ status: "completed" });
        await early.query("COMMIT");
        expect(await first.result({ timeout: "20s" })).toMatchObject({ status: "completed" });
        const rows = await query(server.url, `SELECT id FROM "${place.schema}".basket ORDER BY id`);
        expect(rows.map(({ id }) => id)).toEqual(["order-1", "order-2"]);
        expect(world.calls.filter(({ key }) => key.includes("order-3"))).toEqual([]);
      } finally {
        await worker.stop();
      }
    });

    it("a service that reads JSON as text starts sagas in its transactions all the same", async () => {
      const store = await place.open();
      const transaction = await begun();
      const asText = {
        query: (text: string, values: readonly unknown[]) =>
          transaction.query({ text, values: [...values], types: { getTypeParser: () => String } }),
      };
      expect(await store.append(partition(), command(), asText)).toEqual({ status: "appended" });
      expect(await store.append(partition(), command(), asText)).toMatchObject({ status: "duplicate", kind: "start" });
      await transaction.query("COMMIT");
    });

    it("a saga that is started in a transaction under an id with other input is refused (RT1003)", async () => {
      const store = await place.open();
      const client = createClient({ store });
      await client.start(placeOrder, { id: "order-1", input: orderInput() });
      const transaction = await begun();
      const again = client.start(placeOrder, { id: "order-1", input: orderInput(), correlationId: "other", transaction });
      await expect(again).rejects.toMatchObject({ code: "RT1003" });
    });

    it("a commit that others are in the way of decides anew: of two that create a saga at once, one is told of the other", async () => {
      const [one, other] = [await place.open(), await place.open()];
      const lease = await take(one);
      for (let round = 0; round < 30; round += 1) {
        const ids = Array.from({ length: 5 }, (_, index) => `order-${round}-${index}`);
        const made = (commitId: string, order: readonly string[]) => order.map((sagaId) => part(lease, { sagaId, commitId }));
        const results = await Promise.all([one.commit(made("one", ids)), other.commit(made("other", ids.toReversed()))]);
        const statuses = results.flat().map(({ status }) => status);
        expect(statuses.filter((status) => status === "committed")).toHaveLength(5);
        expect(statuses.filter((status) => status === "conflict")).toHaveLength(5);
      }
    });

    it("a take-over waits for the commit that is under way, and what that wrote stands", async () => {
      const store = await place.open();
      const lease = await take(store);
      await store.commit([part(lease)]);
      await store.release([lease]);
      const holder = await begun();
      // As a commit does: the lease shared, then the saga.
      await holder.query(`SELECT 1 FROM "${place.schema}".lease FOR KEY SHARE`);
      let taken = false;
      const taking = take(store, partition(), "worker-2").then((given) => {
        taken = true;
        return given;
      });
      await until("the take-over waits", async () => {
        const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%"${place.schema}".lease_%'`;
        return (await query(server.url, waiting)).length === 1;
      });
      expect(taken).toBe(false);
      await holder.query("COMMIT");
      expect((await taking).epoch).toBe(lease.epoch + 1);
    });

    it("the server is killed and comes back: the store goes on with what it had acknowledged", async () => {
      const store = await place.open();
      const lease = await take(store);
      await store.commit([part(lease)]);
      await server.kill();
      // A process of the server may answer once more before it notices that its parent is gone.
      await until("the server is gone", () =>
        store.now().then(
          () => false,
          () => true,
        ),
      );
      await expect(store.now()).rejects.toMatchObject({ code: "RT2001" });
      await expect(store.commit([part(lease, { expectedVersion: 1, commitId: "c-2" })])).rejects.toMatchObject({
        code: "RT2001",
      });
      await server.restart();
      expect(await store.load(partition(), "order-1")).toMatchObject({ version: 1 });
      expect(await store.commit([part(lease, { expectedVersion: 1, commitId: "c-2" })])).toMatchObject([{ status: "committed" }]);
    });

    it("tables that were dropped are told as such (RT2004), not as an empty store", async () => {
      const store = await place.open();
      await query(server.url, `DROP TABLE "${place.schema}".instance`);
      await expect(store.load(partition(), "order-1")).rejects.toMatchObject({ code: "RT2004" });
      await query(server.url, `DROP SCHEMA "${place.schema}" CASCADE`);
      await expect(take(store)).rejects.toMatchObject({ code: "RT2004" });
      await expect(store.append(partition(), command())).rejects.toMatchObject({ code: "RT2004" });
    });

    it("tables of a newer saga are refused (RT2004); a function that is missing is made, one of another version stays", async () => {
      await place.open();
      const functions = async () => {
        const rows = await query(
          server.url,
          "SELECT proname FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace WHERE nspname = $1 ORDER BY proname",
          [place.schema],
        );
        return rows.map(({ proname }) => proname as string);
      };
      const [append = "", ...others] = await functions();
      await query(server.url, `ALTER FUNCTION "${place.schema}".${append} RENAME TO append_older`);
      const store = await place.open();
      expect(await store.append(partition(), command())).toEqual({ status: "appended" });
      expect((await functions()).sort()).toEqual([append, "append_older", ...others].sort());
      await query(server.url, `INSERT INTO "${place.schema}".migration (number, name) VALUES (999, 'later')`);
      await expect(place.open()).rejects.toMatchObject({ code: "RT2004" });
    });

    it("tables of format 2 are brought up to date, and their sagas go on; what a worker of that format knows is refused", async () => {
      const { schema } = place;
      const { sagaId, version, commitId, snapshot, records, timer, createdAtMs, updatedAtMs } = OLDER;
      const run = (sql: string, values?: unknown[]) => query(server.url, sql.replaceAll('"saga"', `"${schema}"`), values);
      await run(`CREATE SCHEMA "saga";
        CREATE TABLE "saga".migration (number int PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
        CREATE TABLE "saga".meta (name text PRIMARY KEY, value text NOT NULL);
        INSERT INTO "saga".meta VALUES ('partitions', '8')`);
      for (const { number, name, source } of (await loadSql(schema)).migrations.slice(0, 2)) {
        await run(source);
        await run(`INSERT INTO "saga".migration (number, name) VALUES ($1, $2)`, [number, name]);
      }
      await run(
        `INSERT INTO "saga".instance (partition, saga_id, live, active, version, commit_id, status, conditions, records, created_at_ms,
          updated_at_ms, snapshot) VALUES ('PlaceOrder@1/0', $1, true, false, $2, $3, 'running', 'parked', $4, $5, $6, $7)`,
        [sagaId, version, commitId, records.length, createdAtMs, updatedAtMs, snapshot],
      );
      const rows = records.map((record, index) => [sagaId, index + 1, createdAtMs, record]);
      for (const row of rows) await run(`INSERT INTO "saga".history VALUES ('PlaceOrder@1/0', $1, $2, $3, $4)`, row);
      await run(`INSERT INTO "saga".timer VALUES ('PlaceOrder@1/0', $1, $2, $3)`, [sagaId, timer.key, timer.dueAtMs]);
      const other = await begun();
      await other.query(`LOCK TABLE "${schema}".instance`);
      const opening = place.open({ commandTimeoutMs: 2_000 });
      const waits = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND now() - query_start > '2.4 s'";
      await until("it has waited for longer than a call may", async () => (await query(server.url, waits)).length > 0);
      await other.query("COMMIT");
      await expectToGoOn(await opening);
      await expect(run(`SELECT snapshot FROM "saga".instance`)).rejects.toThrow(/column "snapshot" does not exist/);
    });

    it("a user who may only use the tables can open them and work", async () => {
      await place.open();
      const role = `${place.schema}_user`;
      const { schema } = place;
      await query(
        server.url,
        `CREATE ROLE ${role} LOGIN; GRANT USAGE ON SCHEMA "${schema}" TO ${role};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "${schema}" TO ${role}`,
      );
      const store = await place.open({ postgres: { user: role } });
      const lease = await take(store);
      await store.append(partition(), command());
      expect(await store.commit([part(lease, { setTimers: [{ key: "t", delayMs: 5 }] })])).toMatchObject([
        { status: "committed" },
      ]);
      await store.close();
      await query(server.url, `DROP OWNED BY ${role}; DROP ROLE ${role}`);
    });

    it("a user who is not let in, and one who may not make the schema, are told so (RT2008)", async () => {
      const wrong = place.open({ postgres: { user: "nobody_here" } });
      await expect(wrong).rejects.toMatchObject({ code: "RT2008", message: expect.stringContaining("lets nobody in") });
      const role = `${place.schema}_user`;
      await query(server.url, `CREATE ROLE ${role} LOGIN`);
      await expect(place.open({ postgres: { user: role } })).rejects.toMatchObject({ code: "RT2008" });
      await query(server.url, `DROP ROLE ${role}`);
    });

    it("a server that may lose what it acknowledged is warned of", async () => {
      const warnings: StoreWarning[] = [];
      await place.open({ onWarning: (warning) => warnings.push(warning) });
      expect(warnings).toMatchObject([{ code: "postgres-durability", message: expect.stringContaining("fsync") }]);
    });

    it("ids longer than an index can hold are kept apart, and come back whole", async () => {
      const store = await place.open();
      const lease = await take(store);
      const root = "名".repeat(85);
      const deep = (end: string) => `${root}//${"call.1.0//".repeat(200)}${end}`;
      const ids = [deep("a"), deep("b")];
      const child = (sagaId: string) =>
        part(lease, { sagaId, root, setTimers: [{ key: "t", delayMs: 0 }], snapshot: { whole: sagaId } });
      await store.commit([part(lease, { sagaId: root }), ...ids.map(child)]);
      for (const id of ids) expect(await store.load(partition(), id)).toMatchObject({ sagaId: id, snapshot: { whole: id } });
      const found: string[] = [];
      for (let cursor: string | null = null; ; ) {
        const page: Awaited<ReturnType<Store["children"]>> = await store.children(partition(), root, cursor, 1);
        found.push(...page.children.map(({ sagaId }) => sagaId));
        if (page.cursor === null) break;
        cursor = page.cursor;
      }
      expect(found.sort()).toEqual(ids.toSorted());
      await until("both timers are due", async () => (await store.due(partition(), 10)).due.length === 2);
      expect((await store.due(partition(), 10)).due.map(({ sagaId }) => sagaId).sort()).toEqual(ids.toSorted());
    });
  },
  { own: true },
);
