import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, openStore, type Store } from "@sagac/runtime";
import { SeededRandom } from "@sagac/runtime/testing";
import { type Audit, audit } from "./audit.ts";
import { Books } from "./books.ts";
import { drawInt } from "./draw.ts";
import type { Fault, Ground, Judgement, Scene, StoreName, StoreOptions } from "./fault.ts";
import { Fleet } from "./fleet.ts";
import { Load } from "./load.ts";
import { drawOrder } from "./orders.ts";
import { startParticipants } from "./participants.ts";
import { pause } from "./pause.ts";

export interface RunOptions {
  readonly store: StoreName;
  readonly sagas: number;
  readonly workers: number;
  /** For how long sagas are started and things go wrong. */
  readonly seconds: number;
  readonly seed: number;
  readonly leaseMs: number;
}

/** What one run came to. */
export interface Run extends Omit<Audit, "faults" | "losses"> {
  /** How often something was broken. */
  readonly broken: number;
  readonly effects: number;
  /** Calls that came again, and were answered from the participants' records. */
  readonly repeats: number;
  /** Acknowledged starts that were gone, and sagas that ran again after their end, as they were counted when the store was back. */
  readonly lostStarts: number;
  readonly setBack: number;
  /** The longest time for which a partition with work had no owner, and between two effects. */
  readonly unownedMs: number;
  readonly stillMs: number;
  readonly tookMs: number;
  readonly note: string;
  readonly faults: readonly string[];
  readonly losses: readonly string[];
  /** What the workers said of errors, by its code or its first words. */
  readonly said: ReadonlyMap<string, number>;
}

/** Starts a store, workers, participants and clients, lets things go wrong for a while, waits until all is quiet, and looks at what there is. */
export async function run(fault: Fault, options: RunOptions): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "saga-chaos-"));
  const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const ground = await fault.open(options.store, folder);
    ends.push(() => ground.close());
    return await play(fault, options, ground, folder, ends);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function play(fault: Fault, options: RunOptions, ground: Ground, folder: string, ends: (() => unknown)[]): Promise<Run> {
  const random = new SeededRandom(options.seed);
  const beganMs = performance.now();
  const storeOptions = ground.options ?? {};
  const open = async (options: StoreOptions): Promise<Store> => {
    const store = await openStore(ground.url, { partitions: PARTITIONS, ...options, onWarning: () => undefined });
    ends.push(() => store.close());
    return store;
  };
  const store = await open(storeOptions);
  // Shows what is there, whoever has confirmed it.
  const { strict: _, ...unconfirmed } = storeOptions;
  const truth = await open(unconfirmed);
  const books = new Books(join(folder, "books.db"));
  ends.push(() => books.close());
  const participants = await startParticipants(books, random);
  ends.push(() => participants.close());
  const fleet = new Fleet(options.workers, {
    store: ground.url,
    partitions: PARTITIONS,
    options: storeOptions,
    participants: participants.port,
    leaseMs: options.leaseMs,
  });
  ends.push(() => fleet.close());
  await fleet.start();

  const client = createClient({ store });
  const loses = fault.loses === true;
  const load = new Load({
    client,
    truth: createClient({ store: truth }),
    orders: Array.from({ length: options.sagas }, (_, number) => drawOrder(random, number, !loses)),
    random,
    spreadMs: options.seconds * 1_000,
    inFlightMax: IN_FLIGHT_MAX,
    loses,
  });
  const scene: Scene = { fleet, load, random, leaseMs: options.leaseMs, effects: () => books.effects };
  const watch = watchOwners(client);
  ends.push(() => watch.stop());

  const running = load.run();
  const broken = await strikes(fault, ground, scene, options.seconds * 1_000);
  load.giveUpAfter(STILL_MAX_MS);
  await running;
  const [stillMs, effects] = [books.longestGapMs, books.effects];
  await watch.stop();
  const judgement: Judgement = (await ground.judge?.(scene)) ?? { faults: [], note: "" };
  const found: Audit =
    judgement.instead === true
      ? { completed: 0, compensated: 0, parked: 0, lost: 0, doubled: 0, changed: 0, faults: [], losses: [] }
      : await audit(truth, books, load.tracks, loses);
  const goneBack = loses ? [] : load.tracks.filter(({ lostStarts, setBack }) => lostStarts + setBack > 0);
  const sum = (of: "lostStarts" | "setBack") => load.tracks.reduce((total, track) => total + track[of], 0);
  return {
    ...found,
    broken,
    effects,
    repeats: books.repeats,
    lostStarts: sum("lostStarts"),
    setBack: sum("setBack"),
    unownedMs: watch.longestMs,
    stillMs,
    tookMs: performance.now() - beganMs,
    note: judgement.note,
    faults: [
      ...found.faults,
      ...goneBack.map(({ order }) => `${order.id} went back behind what its client was told`),
      ...judgement.faults,
      ...fleet.noise,
    ],
    said: saidBy(fleet),
  };
}

/** Strikes again and again, at random times; when the last one is over everything is whole again. */
async function strikes(fault: Fault, ground: Ground, scene: Scene, forMs: number): Promise<number> {
  const endMs = performance.now() + forMs;
  const [least, most] = fault.pauseMs;
  let broken = 0;
  for (;;) {
    const pauseMs = drawInt(scene.random, least, most);
    if (performance.now() + pauseMs > endMs && broken > 0) break;
    await pause(pauseMs);
    broken += await ground.strike(scene);
  }
  await pause(Math.max(0, endMs - performance.now()));
  return broken;
}

/** Asks again and again who owns what. */
function watchOwners(client: Client): { readonly longestMs: number; stop(): Promise<void> } {
  let longestMs = 0;
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      // While the store is away nobody knows.
      const partitions = await client.partitions().catch(() => []);
      for (const { unownedMs } of partitions) longestMs = Math.max(longestMs, unownedMs);
      await pause(200);
    }
  })();
  return {
    get longestMs() {
      return longestMs;
    },
    async stop() {
      stopped = true;
      await loop;
    },
  };
}

function saidBy(fleet: Fleet): Map<string, number> {
  const said = new Map<string, number>();
  for (const { level, message, error } of fleet.log) {
    const code = error?.match(/RT\d{4}/)?.[0];
    const what = `${level}: ${message}${code === undefined ? "" : ` (${code})`}`;
    said.set(what, (said.get(what) ?? 0) + 1);
  }
  return said;
}

const PARTITIONS = 8;
const IN_FLIGHT_MAX = 400;
/** Once nothing goes wrong any more, something ends within so long, until all has. */
const STILL_MAX_MS = 60_000;
