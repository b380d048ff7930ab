import { readdirSync, readFileSync } from "node:fs";
import { Client } from "pg";
import { startPostgres } from "../test/kit/postgres.ts";

export interface OwnServer {
  readonly url: string;
  readonly port: number;
  pids(): readonly number[];
  stop(): Promise<void>;
}

/** A Postgres as it comes: every commit is on disk before it is answered. */
export async function postgresServer(): Promise<OwnServer> {
  const server = await startPostgres(["fsync=on", "synchronous_commit=on", "shared_buffers=512MB", "max_wal_size=4GB"]);
  const client = new Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  const main = parentOf(rows[0]?.pid ?? 0);
  await client.end();
  return { url: server.url, port: server.port, pids: () => [main, ...childrenOf(main)], stop: () => server.stop() };
}

function parentOf(pid: number): number {
  return Number(statOf(pid)[1] ?? 0);
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => parentOf(pid) === parent);
}

function statOf(pid: number): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    // It has ended.
    return [];
  }
}
