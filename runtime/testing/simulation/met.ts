/** What befell a world, and what came of it. */
export interface Met {
  /** Workers that vanished. */
  readonly crashes: number;
  /** Workers that stood still and went on. */
  readonly freezes: number;
  /** Workers that were told to stop. */
  readonly drains: number;
  /** Requests and replies of the store that were lost on their way. */
  readonly lost: number;
  /** Partitions that went to another worker. */
  readonly takeOvers: number;
  /** Commits that the store refused: of a worker that does not own the partition any more, or at a version that has passed. */
  readonly refused: number;
  /** Calls that were made although an earlier delivery may have run. */
  readonly redelivered: number;
}

/** The same while it is counted. */
export type Tally = { -readonly [What in keyof Met]: Met[What] };

export function newTally(): Tally {
  return { crashes: 0, freezes: 0, drains: 0, lost: 0, takeOvers: 0, refused: 0, redelivered: 0 };
}
