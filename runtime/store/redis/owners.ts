import { checkAttendance, checkSagaVersion, occupiedOf } from "../edge.ts";
import { partitionKey, sagaKey, sagaNamed } from "../partition.ts";
import type { Attendance, Occupied, Partition, SagaVersion } from "../store.ts";
import type { RedisConnection } from "./connection.ts";
import { emptied } from "./errors.ts";
import { int, list, text } from "./replies.ts";
import type { Scripts } from "./scripts.ts";
import { checkEviction } from "./server.ts";

export interface OwnersPorts {
  readonly connection: RedisConnection;
  readonly scripts: Scripts;
  readonly partitions: number;
  /** The name of the data, as it was when they were opened. */
  readonly place: string;
  /** The root key of a partition, by its name. */
  readonly root: (partition: string) => string;
  readonly time: () => { now?: number };
  /** Whether the server's `maxmemory-policy` is looked at. Not where its user may not ask: each look would be an entry in its ACL LOG. */
  readonly refusesEviction: boolean;
}

/** Who is here, which partitions have work, and who holds them: what is asked of more than one partition. */
export class Owners {
  readonly #ports: OwnersPorts;
  /** Sagas that this handle has entered in the list of all. */
  readonly #known = new Set<string>();

  constructor(ports: OwnersPorts) {
    this.#ports = ports;
  }

  async attend(worker: Attendance, ttlMs: number): Promise<Attendance[]> {
    checkAttendance(worker, ttlMs);
    const { connection, scripts, place } = this.#ports;
    const key = this.#ports.root("meta");
    const serves = JSON.stringify(worker.serves.map(sagaKey));
    const call = { ...this.#ports.time(), place, owner: worker.owner, serves, ttl: ttlMs };
    // Its policy may have been set since: whoever is about to leave is let go all the same.
    const checked = ttlMs > 0 && this.#ports.refusesEviction ? checkEviction(connection) : undefined;
    const [reply] = await Promise.all([connection.write(scripts.attend, key, call, []), checked]);
    if (reply === "gone") throw emptied(connection.server);
    const here = list(reply, key).map((reply): Attendance => {
      const [owner, serves] = list(reply, key);
      return { owner: text(owner, key), serves: (JSON.parse(text(serves, key)) as string[]).map(sagaNamed) };
    });
    return here.sort((a, b) => (a.owner < b.owner ? -1 : 1));
  }

  async occupied(of: readonly SagaVersion[] | null): Promise<Occupied[]> {
    for (const saga of of ?? []) checkSagaVersion(saga);
    const sagas = of === null ? await this.sagas() : [...new Set(of.map(sagaKey))].map(sagaNamed);
    const partitions = sagas.flatMap((saga) => this.sharesOf(saga));
    const found = await Promise.all(
      partitions.map(async (partition): Promise<Occupied | null> => {
        const root = this.#ports.root(partitionKey(partition));
        const reply = list(await this.#ports.connection.read(this.#ports.scripts.occupied, root, this.#ports.time()), root);
        if (reply.length === 0) return null;
        const [now, owner, expires, live, accepted] = reply;
        const held = { owner: owner === "" ? null : text(owner, root), expiresAtMs: int(expires, root) };
        return occupiedOf(partition, held, live === "1" || accepted === "" ? null : int(accepted, root), int(now, root));
      }),
    );
    const occupied = found.filter((entry) => entry !== null);
    return occupied.sort((a, b) => (partitionKey(a.partition) < partitionKey(b.partition) ? -1 : 1));
  }

  /** Before anything of a saga is written: keys of its partitions lie in other slots, so that no script could do both. */
  async register(saga: SagaVersion): Promise<void> {
    const name = sagaKey(saga);
    if (this.#known.has(name)) return;
    await this.#ports.connection.add(`${this.#ports.root("meta")}:sagas`, name);
    this.#known.add(name);
  }

  sharesOf({ saga, version }: SagaVersion): Partition[] {
    return Array.from({ length: this.#ports.partitions }, (_, index) => ({ saga, version, index }));
  }

  /** All sagas that were ever written here. */
  async sagas(): Promise<SagaVersion[]> {
    const key = `${this.#ports.root("meta")}:sagas`;
    const names = list(await this.#ports.connection.ask("SMEMBERS", key), key);
    return names.map((name) => sagaNamed(text(name, key)));
  }
}
