import { createClient, openStore, type Store } from "@sagac/runtime";
import { partitionOf } from "../../../runtime/store/partition.ts";
import type { Partition } from "../../../runtime/store/store.ts";
import { type OwnRedisServer, startRedis } from "../../kit/redis.ts";
import { askRedis, replicate } from "../../kit/replication.ts";
import { startSentinels } from "../../kit/sentinel.ts";
import { until } from "../../kit/until.ts";
import { drawInt } from "../draw.ts";
import type { Fault, Ground, Judgement, Scene, StoreOptions } from "../fault.ts";
import { pause } from "../pause.ts";

/**
 * Three sentinels watch a primary and its replica, and promote on their own. Replication stands still for a while; then, in turn, the primary
 * dies, or it stands still for so long that it is replaced and afterwards goes on, as a second primary that knows nothing of the first.
 */
export const sentinel: Fault = {
  name: "sentinel",
  about: "three sentinels; replication stands still, then the primary dies, or hangs until it is replaced",
  stores: ["redis"],
  loses: true,
  pauseMs: [1_500, 3_000],
  open: () => open({}),
};

/** The same, where nothing counts that the replica has not confirmed. */
export const sentinelStrict: Fault = {
  name: "sentinel-strict",
  about: "the same with strict: { replicas: 1 }, which loses nothing",
  stores: ["redis"],
  pauseMs: [1_500, 3_000],
  open: () => open({ strict: { replicas: 1 } }),
};

async function open(options: StoreOptions): Promise<Ground> {
  let [primary, replica] = await Promise.all([startRedis(AT_ONCE), startRedis(AT_ONCE)]);
  let replication = await replicate(primary, replica);
  const sentinels = await startSentinels("orders", primary, {
    downAfterMs: DOWN_AFTER_MS,
    failoverTimeoutMs: FAILOVER_TIMEOUT_MS,
  });
  const url = `redis+sentinel://${sentinels.hosts}/orders`;
  let hangs = false;
  let strikes = 0;
  let longestMs = 0;
  const faults: string[] = [];

  /** Sentinels lead a replica past our line to the primary itself: before it can be frozen, it is put between them again. */
  async function freezeReplication(): Promise<void> {
    const line = await replicate(primary, replica);
    await replication.close();
    replication = line;
    line.freeze();
  }

  return {
    url,
    options: { ...options, commandTimeoutMs: COMMAND_TIMEOUT_MS },
    async strike({ random, load }: Scene) {
      // On a busy machine they may have thought it gone in between, and promoted the other one.
      if ((await sentinels.agree()) !== primary.port) [primary, replica] = [replica, primary];
      const [old, next] = [primary, replica];
      const lease = await takeLease(old, strikes);
      hangs = !hangs;
      await freezeReplication();
      await pause(drawInt(random, 300, 1_200));
      const beganMs = performance.now();
      await (hangs ? old.freeze() : old.kill());
      await until("the sentinels promote the replica", () => isPrimary(next), 60_000);
      longestMs = Math.max(longestMs, performance.now() - beganMs);
      if (hangs) {
        await pause(drawInt(random, 0, 300));
        await old.thaw();
        // There are two primaries, until somebody tells the old one.
        await pause(drawInt(random, 200, 800));
      } else await old.restart();
      await replication.close();
      await askRedis(old, (redis) => redis.replicaof("127.0.0.1", next.port));
      const direct = await openStore(next.url, { onWarning: () => undefined });
      try {
        // What is lost is counted before a worker can have a lease, which is a lease's time after the promotion.
        await load.recount(createClient({ store: direct }));
        if (await renews(direct, strikes, lease)) faults.push("a lease of the old primary was renewed by the new one");
      } finally {
        await direct.close();
      }
      [primary, replica] = [next, old];
      replication = await replicate(primary, replica);
      strikes++;
      return 1;
    },
    async judge({ load }): Promise<Judgement> {
      const told = [...load.told].filter(([code]) => code.startsWith("RT20"));
      const clients =
        told.length === 0 ? "" : `; clients were told ${told.map(([code, times]) => `${code} × ${times}`).join(", ")}`;
      return { faults, note: `promoted ${strikes} times, after at most ${Math.round(longestMs)} ms${clients}` };
    },
    async close() {
      await Promise.all([primary.thaw(), replica.thaw()]);
      await sentinels.stop();
      await replication.close();
      await Promise.all([primary.stop(), replica.stop()]);
    },
  };
}

/** A lease of which the replica hears in time, and which is long enough to outlive the primary. */
async function takeLease(primary: OwnRedisServer, strike: number): Promise<number> {
  const store = await openStore(primary.url, { onWarning: () => undefined });
  try {
    const [lease] = await store.lease([{ partition: ownOf(strike), epoch: null }], OWNER, LEASE_MS);
    if (lease === null || lease === undefined) throw new Error("nobody else takes this lease");
    return lease.epoch;
  } finally {
    await store.close();
  }
}

async function renews(store: Store, strike: number, epoch: number): Promise<boolean> {
  const [lease] = await store.lease([{ partition: ownOf(strike), epoch }], OWNER, LEASE_MS);
  return lease !== null;
}

async function isPrimary(server: OwnRedisServer): Promise<boolean> {
  const [role] = await askRedis(server, (redis) => redis.role());
  return role === "master";
}

/** A partition that no worker serves, another one for each strike: one whose lease was refused rests. */
function ownOf(strike: number): Partition {
  return partitionOf(`Nobodys${strike}`, 1, "lease", 1);
}

const OWNER = "chaos";
const LEASE_MS = 60_000;
/** Longer than a promotion takes: connections to a primary that hangs are still there when it goes on. */
const COMMAND_TIMEOUT_MS = 2_000;
const DOWN_AFTER_MS = 800;
/** Twice as long must pass between two fail-overs; below it, sentinels of a busy machine give a promotion up. */
const FAILOVER_TIMEOUT_MS = 2_000;
/** A replica need not wait for others that might come. */
const AT_ONCE = ["--repl-diskless-sync-delay", "0"];
