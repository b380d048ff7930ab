import { randomUUID } from "node:crypto";
import { SagaError } from "../../errors.ts";
import type { RedisConnection } from "./connection.ts";
import { int, list, text } from "./replies.ts";
import type { Scripts } from "./scripts.ts";

/** Raised with every change of the keys that an older saga would misread. */
export const REDIS_FORMAT = 9;
/** What an older one wrote from here on is brought up to it when it is opened. */
const OLDEST_FORMAT = 3;

export interface Claimed {
  readonly partitions: number;
  /** Names these data, for as long as they are there. */
  readonly place: string;
}

interface Place {
  readonly prefix: string;
  /** `null`: what is there already. */
  readonly partitions: number | null;
  readonly defaultPartitions: number;
}

/** Makes the place for data, or checks that it is one of ours. */
export async function preparePlace(connection: RedisConnection, scripts: Scripts, options: Place): Promise<Claimed> {
  const key = `{${options.prefix}:meta}`;
  const asked = {
    format: REDIS_FORMAT,
    oldest: OLDEST_FORMAT,
    partitions: options.partitions ?? options.defaultPartitions,
    place: randomUUID(),
  };
  // As one that reads: what it leaves is the same however often it is run, so a lost answer leaves no doubt.
  const [format, stored, place] = list(await connection.read(scripts.open, key, asked), key);
  const where = `the data under ${options.prefix} in Redis at ${connection.server}`;
  if (int(format, key) !== REDIS_FORMAT) {
    throw new SagaError(
      "RT2004",
      `${where} has store format ${format}, this version of saga reads ${REDIS_FORMAT}. Use the version of saga that wrote it.`,
    );
  }
  const partitions = int(stored, key);
  if (options.partitions !== null && options.partitions !== partitions) {
    throw new SagaError(
      "RT2006",
      `${where} was made with ${partitions} partitions and cannot be opened with ${options.partitions}. Leave the option out, or ask for ${partitions}.`,
    );
  }
  return { partitions, place: text(place, key) };
}
