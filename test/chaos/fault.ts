import type { Random } from "@sagac/runtime";
import type { Fleet } from "./fleet.ts";
import type { Load } from "./load.ts";

export type StoreName = "sqlite" | "redis" | "postgres";

/** What of `openStore`'s options a fault may want. */
export interface StoreOptions {
  readonly commandTimeoutMs?: number;
  readonly strict?: { readonly replicas: number };
}

/** One kind of thing that goes wrong. */
export interface Fault {
  readonly name: string;
  /** One line for `--help`. */
  readonly about: string;
  readonly stores: readonly StoreName[];
  /**
   * The store may lose what it has acknowledged: how much is measured. Sagas may then be gone or be set back; effects of which the fence has the
   * record take place once all the same.
   */
  readonly loses?: true;
  /** Why it cannot be had on this machine; `null`: it can. */
  unless?(store: StoreName): string | null;
  /** How long between two strikes, least and most. ms. */
  readonly pauseMs: readonly [number, number];
  /** A server or file of its own. */
  open(store: StoreName, folder: string): Promise<Ground>;
}

/** The store under attack. */
export interface Ground {
  /** For workers and clients. */
  readonly url: string;
  /** How both open it. */
  readonly options?: StoreOptions;
  /** Does it once, and mends it again where it can be mended; answers with how many things it broke. */
  strike(scene: Scene): Promise<number>;
  /** What else has to be true once it is over. */
  judge?(scene: Scene): Promise<Judgement>;
  close(): Promise<void>;
}

export interface Judgement {
  readonly faults: readonly string[];
  /** Figures for the row's note. */
  readonly note: string;
  /** The sagas are gone, as they must be: there is nothing more to look at. */
  readonly instead?: boolean;
}

/** What a strike can reach. */
export interface Scene {
  readonly fleet: Fleet;
  readonly load: Load;
  readonly random: Random;
  readonly leaseMs: number;
  /** Effects that took place so far. */
  effects(): number;
}
