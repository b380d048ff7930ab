import type { Contestant } from "./work.ts";

export type Durability = "a second may be lost" | "on disk before it is answered";

export interface Entry {
  readonly name: string;
  readonly durability: Durability;
  /** Whom it is measured against, by name, and how many times faster it means to be; of ours only. */
  readonly goals?: readonly { readonly over: string; readonly times: number }[];
  readonly start: () => Promise<Contestant>;
}

/** One a line; a new peer is a file and a line here. Peers are loaded only where they are asked for: their packages are installed apart. */
export const ENTRIES: readonly Entry[] = [
  {
    name: "saga-redis",
    durability: "a second may be lost",
    goals: [
      { over: "bullmq", times: 2 },
      { over: "naive", times: 1 },
    ],
    start: async () => (await import("./saga.ts")).startSaga("redis"),
  },
  {
    name: "saga-redis-events",
    durability: "a second may be lost",
    goals: [{ over: "saga-redis", times: 1 }],
    start: async () => (await import("./saga.ts")).startSaga("redis", 0, "events"),
  },
  {
    name: "saga-redis-2-workers",
    durability: "a second may be lost",
    goals: [{ over: "bullmq", times: 2 }],
    start: async () => (await import("./saga.ts")).startSaga("redis", 1),
  },
  { name: "bullmq", durability: "a second may be lost", start: async () => (await import("./bull.ts")).startBull("everysec") },
  { name: "naive", durability: "a second may be lost", start: async () => (await import("./naive.ts")).startNaive("everysec") },
  {
    name: "saga-redis-always",
    durability: "on disk before it is answered",
    goals: [
      { over: "bullmq-always", times: 2 },
      { over: "restate", times: 4 },
    ],
    start: async () => (await import("./saga.ts")).startSaga("redis-always"),
  },
  {
    name: "saga-sqlite",
    durability: "on disk before it is answered",
    goals: [
      { over: "restate", times: 4 },
      { over: "dbos", times: 10 },
    ],
    start: async () => (await import("./saga.ts")).startSaga("sqlite"),
  },
  {
    name: "saga-sqlite-events",
    durability: "on disk before it is answered",
    goals: [{ over: "saga-sqlite", times: 1 }],
    start: async () => (await import("./saga.ts")).startSaga("sqlite", 0, "events"),
  },
  {
    name: "saga-postgres",
    durability: "on disk before it is answered",
    goals: [
      { over: "dbos", times: 10 },
      { over: "restate", times: 4 },
    ],
    start: async () => (await import("./saga.ts")).startSaga("postgres"),
  },
  {
    name: "bullmq-always",
    durability: "on disk before it is answered",
    start: async () => (await import("./bull.ts")).startBull("always"),
  },
  {
    name: "restate",
    durability: "on disk before it is answered",
    start: async () => (await import("./restate.ts")).startRestate(4),
  },
  { name: "dbos", durability: "on disk before it is answered", start: async () => (await import("./dbos.ts")).startDbos(20) },
];
