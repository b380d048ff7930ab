/** What is dangerous in a store's server but not refused. */
export interface StoreWarning {
  readonly code:
    | "redis-eviction"
    | "redis-eviction-unknown"
    | "redis-info"
    | "redis-aof"
    | "redis-hints"
    | "postgres-durability"
    | "postgres-hints";
  readonly message: string;
}
