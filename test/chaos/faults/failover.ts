import { startRedis } from "../../kit/redis.ts";
import { askRedis, replicate } from "../../kit/replication.ts";
import { startProxy } from "../../kit/tcp-proxy.ts";
import { drawInt } from "../draw.ts";
import type { Fault, Ground, Scene, StoreOptions } from "../fault.ts";
import { pause } from "../pause.ts";

/**
 * A primary dies while its replica has not heard of its last writes, and the replica is promoted, as a sentinel would do it. Clients reach whoever is
 * the primary through a proxy, replicas through another one, which is what stands still.
 */
export const failover: Fault = {
  name: "failover",
  about: "replication stands still for a while, then Redis dies and its replica is promoted",
  stores: ["redis"],
  loses: true,
  pauseMs: [2_000, 3_500],
  open: () => open({}),
};

/** The same, where nothing counts that the replica has not confirmed. */
export const failoverStrict: Fault = {
  name: "failover-strict",
  about: "the same with strict: { replicas: 1 }, which loses nothing",
  stores: ["redis"],
  pauseMs: [2_000, 3_500],
  open: () => open({ strict: { replicas: 1 } }),
};

async function open(options: StoreOptions): Promise<Ground> {
  let [primary, replica] = [await startRedis(AT_ONCE), await startRedis(AT_ONCE)];
  const target = { host: "127.0.0.1", port: primary.port };
  const proxy = await startProxy(target);
  let replication = await replicate(primary, replica);
  return {
    url: `redis://127.0.0.1:${proxy.port}`,
    options,
    async strike({ random, load }: Scene) {
      replication.freeze();
      await pause(drawInt(random, 300, 1_200));
      await primary.kill();
      await replication.close();
      await askRedis(replica, (redis) => redis.replicaof("NO", "ONE"));
      target.port = replica.port;
      proxy.cutAll();
      await load.recount();
      await primary.restart();
      [primary, replica] = [replica, primary];
      replication = await replicate(primary, replica);
      return 1;
    },
    async close() {
      await proxy.close();
      await replication.close();
      await primary.stop();
      await replica.stop();
    },
  };
}

/** A replica need not wait for others that might come. */
const AT_ONCE = ["--repl-diskless-sync-delay", "0"];
