import { systemClock } from "../../ports/clock.ts";
import { Gather } from "../gather.ts";
import { encodeId, partitionKey, rootOf } from "../partition.ts";
import type { Command, Partition } from "../store.ts";
import type { RedisConnection } from "./connection.ts";
import { list } from "./replies.ts";
import type { Script } from "./scripts.ts";

/** A start, and the key of its claim. */
interface Ask {
  readonly partition: Partition;
  readonly command: Command;
  readonly claim: string;
}

interface Ports {
  readonly connection: RedisConnection;
  readonly script: Script;
  /** The root key of a partition, by its name. */
  readonly root: (partition: string) => string;
  readonly channel: string;
  /** Whose hints these are. */
  readonly origin: string;
  readonly time: () => { now?: number };
}

/** Starts that are asked for in one turn of the event loop, by one call of `start.lua`. */
export class StartCalls {
  readonly #ports: Ports;
  readonly #gather: Gather<Ask, unknown>;

  constructor(ports: Ports) {
    this.#ports = ports;
    const size = { of: ({ command }: Ask) => command.payload.length, most: MAX_CHARS };
    const patience = { ...ports.connection.patience, clock: systemClock };
    this.#gather = new Gather((asks) => this.#start(asks), { ...patience, most: MAX_STARTS, atOnce: AT_ONCE, size });
  }

  /** What `start.lua` answers of this one. */
  start(ask: Ask): Promise<unknown> {
    return this.#gather.ask(ask);
  }

  /** Resolves when all that was asked for has its answer. */
  settled(): Promise<void> {
    return this.#gather.settled();
  }

  async #start(asks: readonly Ask[]): Promise<readonly unknown[]> {
    const { connection, script, root, channel, time } = this.#ports;
    const places = new Map<string, number[]>();
    for (const [index, { partition }] of asks.entries()) {
      const name = partitionKey(partition);
      const there = places.get(name);
      if (there === undefined) places.set(name, [index]);
      else there.push(index);
    }
    const keys: string[] = [];
    const args = [channel, String(time().now ?? "")];
    for (const [name, indexes] of places) {
      const hint = [this.#ports.origin, name];
      const head = args.push("", String(asks[indexes[0] ?? 0]?.partition.version), String(indexes.length)) - 3;
      const key = root(name);
      for (const index of indexes) {
        const ask = asks[index];
        if (ask === undefined) continue;
        const id = encodeId(ask.command.id);
        const saga = encodeId(ask.command.sagaId);
        keys.push(key, ask.claim);
        args.push(id, saga, ask.command.payload, id === `start%3A${saga}` ? "" : encodeId(rootOf(ask.command.sagaId)));
        hint.push("start", saga);
      }
      args[head] = JSON.stringify(hint);
    }
    const replies = list(await connection.run(script, keys, args), script.name);
    const answers: unknown[] = asks.map(() => null);
    let next = 0;
    for (const indexes of places.values()) for (const index of indexes) answers[index] = replies[next++];
    return answers.map((answer) => (answer instanceof Error ? Promise.reject(connection.refusal(answer, script.name)) : answer));
  }
}

/** A script call is bounded, so that it neither holds up the server nor outgrows its buffers. */
const MAX_STARTS = 256;
const MAX_CHARS = 4 << 20;
/** So many calls are under way: what comes meanwhile shares the next one. */
const AT_ONCE = 4;
