import { type Client, type Random, SagaError, type SagaHandle, type SagaStatus } from "@sagac/runtime";
import { type PlaceOrderOutput, placeOrder } from "../../sagas/place-order/generated/place-order.saga.ts";
import { drawInt } from "./draw.ts";
import type { Order } from "./orders.ts";
import { pause } from "./pause.ts";

/** One order, as its client has seen it. */
export interface Track {
  readonly order: Order;
  /** The store has said that it was started. */
  acknowledged: boolean;
  /** How it ended, as the client was told first. */
  ended: Exclude<SagaStatus, "running"> | null;
  /** How often it was gone although its start had been acknowledged. */
  lostStarts: number;
  /** How often it ran again although its end had been told. */
  setBack: number;
  /** It was set back, and nobody has seen it end again. */
  runsAgain: boolean;
  /** What became of the wish to cancel it: the code that refused it, or that it was taken. */
  cancel: string | null;
  /** Why its client gave up. */
  gaveUp: string | null;
}

export interface LoadOptions {
  readonly client: Client;
  /** Sees what is there, also what is not confirmed. */
  readonly truth: Client;
  readonly orders: readonly Order[];
  readonly random: Random;
  /** The starts are spread over so long. ms. */
  readonly spreadMs: number;
  readonly inFlightMax: number;
  /** An acknowledged start that is gone is made again. */
  readonly loses: boolean;
}

/** Clients: each starts an order, waits for its end, and repeats itself while the store does not answer. */
export class Load {
  readonly tracks: readonly Track[];
  /** What clients were told while the store did not answer, by its code, and how often. */
  readonly told = new Map<string, number>();
  readonly #options: LoadOptions;
  /** How long nothing may end before it is given up. ms. */
  #patienceMs = Number.POSITIVE_INFINITY;
  #lastMs = performance.now();
  #inFlight = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.tracks = options.orders.map((order) => ({
      order,
      acknowledged: false,
      ended: null,
      lostStarts: 0,
      setBack: 0,
      runsAgain: false,
      cancel: null,
      gaveUp: null,
    }));
  }

  /** From now on all give up once nothing has ended for so long. ms. */
  giveUpAfter(ms: number): void {
    this.#patienceMs = Math.min(this.#patienceMs, ms);
    this.#lastMs = performance.now();
  }

  /** Resolves when every client has its answer, or has given up. */
  async run(): Promise<void> {
    const beganMs = performance.now();
    const running: Promise<void>[] = [];
    for (const [index, track] of this.tracks.entries()) {
      const startMs = (this.#options.spreadMs * index) / this.tracks.length;
      while (performance.now() - beganMs < startMs || this.#inFlight >= this.#options.inFlightMax) {
        if (this.#isOver()) break;
        await pause(5);
      }
      if (this.#isOver()) {
        track.gaveUp = "it was not even started in time";
        continue;
      }
      this.#inFlight++;
      running.push(this.#one(track).finally(() => this.#inFlight--));
    }
    await Promise.all(running);
  }

  /** After the store may have lost something, and before workers go on: counts what it has acknowledged and does not know any more. */
  async recount(truth = this.#options.truth): Promise<void> {
    for (const track of this.tracks) {
      if (!track.acknowledged) continue;
      const hadEnded = track.ended !== null;
      const status = await this.#patiently(track, async () => {
        try {
          return (await truth.get(placeOrder, track.order.id).status()).status;
        } catch (error) {
          if (codeOf(error) === "RT1004") return "gone";
          throw error;
        }
      });
      if (status === "gone") {
        this.#lost(track);
        await this.#start(track, truth);
      } else if (hadEnded && status !== null) {
        const runs = status === "running" || status === "starting";
        if (runs && !track.runsAgain) track.setBack++;
        track.runsAgain = runs;
      }
    }
  }

  #isOver(): boolean {
    return performance.now() - this.#lastMs > this.#patienceMs;
  }

  async #one(track: Track): Promise<void> {
    const handle = await this.#start(track);
    if (handle === null) return;
    const cancelling = track.order.cancelled ? this.#cancel(track, handle) : Promise.resolve();
    const status = await this.#patiently(track, async () => {
      try {
        return (await handle.result({ timeout: "5s" })).status;
      } catch (error) {
        if (codeOf(error) !== "RT1004" || !this.#options.loses) throw error;
        this.#lost(track);
        await this.#start(track);
        return null;
      }
    });
    track.ended = status;
    if (status !== null) this.#lastMs = performance.now();
    await cancelling;
  }

  /** Its start is gone, whoever finds it out first: its client, or a recount. */
  #lost(track: Track): void {
    if (!track.acknowledged) return;
    track.acknowledged = false;
    track.lostStarts++;
  }

  /** `null`: it gave up. */
  async #start(track: Track, client = this.#options.client): Promise<SagaHandle<PlaceOrderOutput> | null> {
    const { id, input } = track.order;
    const handle = await this.#patiently(track, () => client.start(placeOrder, { id, input }));
    if (handle !== null) track.acknowledged = true;
    return handle;
  }

  async #cancel(track: Track, handle: SagaHandle<PlaceOrderOutput>): Promise<void> {
    await pause(drawInt(this.#options.random, 0, 60));
    track.cancel = await this.#patiently(track, async () => {
      try {
        await handle.cancel({ by: "kim", timeout: "10s" });
        return "taken";
      } catch (error) {
        const code = codeOf(error);
        if (code === "RT3003" || code === "RT3004") return code;
        throw error;
      }
    });
  }

  /** Asks until there is an answer. `null`: it gave up. */
  async #patiently<T>(track: Track, ask: () => Promise<T | null>): Promise<T | null> {
    for (let why = "no answer"; ; ) {
      // Nobody gives up over an answer to what was asked before: it may be of a store that is no more.
      const isLast = this.#isOver();
      try {
        const answer = await ask();
        if (answer !== null) return answer;
      } catch (error) {
        why = error instanceof Error ? error.message : String(error);
        const code = codeOf(error);
        this.told.set(code, (this.told.get(code) ?? 0) + 1);
        if (!PASSING.has(code)) {
          track.gaveUp = why;
          return null;
        }
      }
      if (isLast) {
        track.gaveUp = why;
        return null;
      }
      await pause(50);
    }
  }
}

export function codeOf(error: unknown): string {
  return error instanceof SagaError ? error.code : "";
}

/** Errors that say that the store is away, or that it takes longer. */
const PASSING = new Set(["RT1008", "RT2001", "RT2002", "RT2008"]);
