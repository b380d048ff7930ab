import type { Family } from "./family.ts";

/**
 * Families at rest that are kept in memory all the same: reading one with thousands of children anew for each signal or timer would make
 * every one of them cost as much as all. Bounded by members; the one that has rested longest is let go first.
 */
export class Resting {
  readonly #families = new Map<string, Family>();
  readonly #membersMax: number;
  #members = 0;

  constructor(membersMax: number) {
    this.#membersMax = membersMax;
  }

  put(family: Family): void {
    this.take(family.rootId);
    this.#families.set(family.rootId, family);
    this.#members += family.members.size;
    for (const oldest of this.#families.keys()) {
      if (this.#members <= this.#membersMax) return;
      this.take(oldest);
    }
  }

  /** Takes it out of here; `null` where it is not here. */
  take(rootId: string): Family | null {
    const family = this.#families.get(rootId) ?? null;
    if (family === null) return null;
    this.#families.delete(rootId);
    this.#members -= family.members.size;
    return family;
  }

  clear(): void {
    this.#families.clear();
    this.#members = 0;
  }
}

/** Some tens of megabytes, at a few kilobytes a member. */
export const RESTING_MAX = 20_000;
