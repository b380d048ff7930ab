import type { KillPoint } from "./kill-point.ts";

/** What a child process is told, as its only argument. */
export interface ChildTask {
  readonly order: string;
  readonly store: string;
  /** Of the keys in Redis, and by it the schema in Postgres: each trial has a store of its own. */
  readonly prefix: string;
  readonly leaseMs: number;
  /** `null`: it lives until the order has ended. */
  readonly kill: KillPoint | null;
}

/** What a child that lived to the end says, on stdout. */
export interface ChildReport {
  readonly ended: "completed" | "compensated";
  /** How often it did what. */
  readonly counts: Readonly<Record<string, number>>;
}
