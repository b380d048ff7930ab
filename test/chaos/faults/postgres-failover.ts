import { Client } from "pg";
import { startPostgres, startStandby } from "../../kit/postgres.ts";
import { readBytes } from "../../kit/replication.ts";
import { startProxy } from "../../kit/tcp-proxy.ts";
import { drawInt } from "../draw.ts";
import type { Fault, Ground, Scene } from "../fault.ts";
import { pause } from "../pause.ts";

/**
 * A primary dies while its standby has not heard of its last commits, and the standby is promoted. Clients reach whoever is the primary through a proxy,
 * the standby its primary through another one, which is what stands still.
 */
export const postgresFailover: Fault = {
  name: "postgres-failover",
  about: "replication stands still for a while, then Postgres dies and its asynchronous standby is promoted",
  stores: ["postgres"],
  loses: true,
  pauseMs: [2_000, 3_500],
  open,
};

async function open(): Promise<Ground> {
  let primary = await startPostgres();
  const target = { host: "127.0.0.1", port: primary.port };
  const proxy = await startProxy(target, () => readBytes);
  const follow = async () => {
    const line = await startProxy(primary, () => readBytes);
    const standby = await startStandby(primary, line.port).catch(async (error: unknown) => {
      await line.close();
      throw error;
    });
    return { line, standby };
  };
  let { line, standby } = await follow();
  const url = new URL(primary.url);
  url.port = `${proxy.port}`;
  return {
    url: url.href,
    async strike({ random, load }: Scene) {
      line.freeze();
      await pause(drawInt(random, 300, 1_200));
      await primary.kill();
      await line.close();
      await promote(standby.url);
      target.port = standby.port;
      proxy.cutAll();
      await load.recount();
      await primary.stop();
      primary = standby;
      ({ line, standby } = await follow());
      return 1;
    },
    async close() {
      await proxy.close();
      await line.close();
      await standby.stop();
      await primary.stop();
    },
  };
}

async function promote(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("SELECT pg_promote(true, 30)");
  await client.end();
}
