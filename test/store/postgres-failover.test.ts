import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore } from "../../runtime/store/open.ts";
import type { Lease, Store } from "../../runtime/store/store.ts";
import { part, partition, take } from "../conformance/kit.ts";
import { describePostgres, type OwnPostgresServer, startPostgres, startStandby } from "../kit/postgres.ts";
import { until } from "../kit/until.ts";
import { query } from "./places.ts";

describePostgres(
  "Postgres that fails over to a standby",
  () => {
    let primary: OwnPostgresServer;
    let standby: OwnPostgresServer;
    let before: Store;
    let after: Store;
    let lease: Lease;
    const worker = { owner: "worker-1", serves: [] };
    const TTL_MS = 400;

    beforeAll(async () => {
      primary = await startPostgres();
      before = await openStore(primary.url, { onWarning: () => undefined });
      await before.attend(worker, TTL_MS);
      lease = await take(before, partition(), worker.owner);
      await before.commit([part(lease)]);
      standby = await startStandby(primary, primary.port);
      await before.commit([part(lease, { expectedVersion: 1 })]);
      const [written] = await query(primary.url, "SELECT pg_current_wal_lsn() AS lsn");
      await until("the standby has all of it", async () => {
        const [has] = await query(standby.url, `SELECT pg_last_wal_replay_lsn() >= '${written?.lsn}' AS has`);
        return has?.has === true;
      });
      await primary.kill();
      await query(standby.url, "SELECT pg_promote(true, 30)");
      after = await openStore(standby.url, { onWarning: () => undefined });
    });
    afterAll(async () => {
      await before?.close();
      await after?.close();
      await primary?.stop();
      await standby?.stop();
    });

    it("a lease of before is nobody's for a whole lease, and its epoch jumps; then all goes on, and no lease is taken away again", async () => {
      expect(await after.lease([{ partition: partition(), epoch: lease.epoch }], worker.owner, TTL_MS)).toMatchObject([
        { epoch: lease.epoch },
      ]);
      const startMs = performance.now();
      await after.attend(worker, TTL_MS);
      expect(await after.commit([part(lease, { expectedVersion: 2 })])).toEqual([{ status: "fenced" }]);
      expect(await after.lease([{ partition: partition(), epoch: lease.epoch }], worker.owner, TTL_MS)).toEqual([null]);
      let given: Lease | null = null;
      await until("it is given", async () => {
        [given = null] = await after.lease([{ partition: partition(), epoch: null }], worker.owner, 60_000);
        return given !== null;
      });
      expect(performance.now() - startMs).toBeGreaterThan(TTL_MS / 2);
      const now = given as unknown as Lease;
      expect(now.epoch).toBeGreaterThan(lease.epoch + 999);
      const other = await openStore(standby.url, { onWarning: () => undefined });
      await other.attend({ owner: "worker-2", serves: [] }, TTL_MS);
      await after.attend(worker, TTL_MS);
      await other.close();
      expect(await after.commit([part(now, { expectedVersion: 2 })])).toMatchObject([{ status: "committed", version: 3 }]);
    });
  },
  { own: true },
);
