import { encodeId, partitionKey } from "../partition.ts";
import type { AppendResult, Command, Partition } from "../store.ts";
import type { RedisConnection } from "./connection.ts";
import { isCrossSlot } from "./errors.ts";
import { int, list, text } from "./replies.ts";
import type { Scripts } from "./scripts.ts";

/** The version that a start is of, with its payload while the start may be missing, and when that was said (ms, as text; empty: never). */
interface Claim {
  readonly version: number;
  readonly payload: string;
  readonly at: string;
}

/** What claims are made with; each may be repeated. */
export interface StartPorts {
  /** The claim that is there already. `null`: it is this one's now, maybe taken from one that was left behind, unless that was made anew since. */
  claim(partition: Partition, command: Command, from: Claim | null): Promise<Claim | null>;
  append(partition: Partition, command: Command): Promise<AppendResult>;
  /** The payload of a start; `null`: it is not there. */
  payloadOf(partition: Partition, command: Command): Promise<string | null>;
  /** What became of the start of a claim is known: it need not keep the payload. Most wait for nothing of it, and it never rejects. */
  settled(partition: Partition, command: Command): Promise<void>;
}

/**
 * Appends a start, once for all versions of its saga, in two steps. Their partitions lie in different slots of a cluster, so that no script can look
 * at both: the version is claimed first, then the start is appended. Whoever finds a claim of another version whose start may be missing (its client died
 * in between, or is slow) appends that one, with the payload that the claim has; to append twice is nothing.
 */
export async function appendStart(ports: StartPorts, partition: Partition, command: Command): Promise<AppendResult> {
  for (let from: Claim | null = null; ; ) {
    const claim: Claim | null = await ports.claim(partition, command, from);
    if (claim === null || claim.version === partition.version) {
      const result = await ports.append(partition, command);
      if (claim?.payload !== "") void ports.settled(partition, command);
      return result;
    }
    const { version } = claim;
    const other = { ...partition, version };
    if (claim.payload !== "") {
      const result = await ports.append(other, { ...command, payload: claim.payload });
      const settled = ports.settled(other, command);
      if (result.status !== "duplicate") return { status: "elsewhere", version, payload: claim.payload };
      if (result.kind === "start") return { status: "elsewhere", version, payload: result.payload };
      // A command of another kind has its id there: it cannot be started under that version, and the claim is free once it is settled.
      await settled;
    }
    const payload = await ports.payloadOf(other, command);
    if (payload !== null) return { status: "elsewhere", version, payload };
    // It was forgotten, or never came to be, and its claim left behind.
    from = claim;
  }
}

interface Ports {
  readonly connection: RedisConnection;
  readonly scripts: Scripts;
  /** The root key of a partition or a claim, by its name. */
  readonly root: (name: string) => string;
  readonly append: (partition: Partition, command: Command) => Promise<AppendResult>;
  /** Appends it as `start.lua` does, with that claim: its reply. */
  readonly appendClaimed: (partition: Partition, command: Command, claim: string) => Promise<AppendResult | "claimed">;
  readonly time: () => { now?: number };
  /** Whether the server lets a script have keys of two slots, as far as is known. */
  readonly inOneStep: boolean;
}

/** A root (encoded) that is to be forgotten, and since when. */
export interface Forgettable {
  readonly root: string;
  readonly sinceMs: number;
}

/** Starts, and the claims that keep them one. */
export class Starts {
  readonly #ports: Ports;
  #inOneStep: boolean;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#inOneStep = ports.inOneStep;
  }

  async append(partition: Partition, command: Command): Promise<AppendResult> {
    const result = this.#inOneStep ? await this.#appendInOne(partition, command) : "claimed";
    return result === "claimed" ? await this.#appendInTwo(partition, command) : result;
  }

  async #appendInOne(partition: Partition, command: Command): Promise<AppendResult | "claimed"> {
    try {
      return await this.#ports.appendClaimed(partition, command, this.#key(partition, encodeId(command.sagaId)));
    } catch (error) {
      if (!isCrossSlot(error)) throw error;
      // A cluster, or something before one, that did not say so.
      this.#inOneStep = false;
      return "claimed";
    }
  }

  #appendInTwo(partition: Partition, command: Command): Promise<AppendResult> {
    const ports: StartPorts = {
      claim: (where, start, from) => this.#claim(where, start, from),
      append: this.#ports.append,
      payloadOf: (where, start) => this.#payloadOf(where, start),
      // What is left of a claim is a copy that is not needed: nobody waits, and nothing is lost, where it stays.
      settled: (where, { sagaId }) => this.#settle(where, encodeId(sagaId), null).catch(() => undefined),
    };
    return appendStart(ports, partition, command);
  }

  /** Frees the claims of these roots, where they are of this version, and not of a start that came after somebody else had forgotten it. */
  async free(partition: Partition, roots: readonly Forgettable[]): Promise<void> {
    await Promise.all(roots.map(({ root, sinceMs }) => this.#settle(partition, root, sinceMs)));
  }

  async #claim(partition: Partition, { sagaId, payload }: Command, from: Claim | null): ReturnType<StartPorts["claim"]> {
    const key = this.#key(partition, encodeId(sagaId));
    const version = String(partition.version);
    const taken = from === null ? {} : { from: String(from.version), at: from.at };
    const call = { ...this.#ports.time(), version, payload: 2, ...taken };
    const there = list(await this.#ports.connection.write(this.#ports.scripts.claim, key, call, [payload]), key);
    if (there.length === 0) return null;
    return { version: int(there[0], key), payload: text(there[1], key), at: text(there[2], key) };
  }

  async #payloadOf(partition: Partition, { id }: Command): Promise<string | null> {
    const key = `${this.#ports.root(partitionKey(partition))}:command:${encodeId(id)}`;
    const [kind, payload] = list(await this.#ports.connection.ask("HMGET", key, "kind", "payload"), key);
    return kind === "start" ? text(payload, key) : null;
  }

  async #settle(partition: Partition, sagaId: string, forgetMs: number | null): Promise<void> {
    const key = this.#key(partition, sagaId);
    const call = { version: String(partition.version), ...(forgetMs === null ? {} : { forget: forgetMs }) };
    await this.#ports.connection.write(this.#ports.scripts["settle-claim"], key, call, []);
  }

  /** No partition is called so: its name would have an `@`, and no `:`. */
  #key({ saga }: Partition, sagaId: string): string {
    return this.#ports.root(`start:${encodeId(saga)}/${sagaId}`);
  }
}
