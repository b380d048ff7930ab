export type { Fence } from "./fence.ts";
export { type PostgresFence, type PostgresFenceOptions, postgresFence } from "./postgres/fence.ts";
export type { FenceContext } from "./record.ts";
export { type RedisAccess, type RedisFence, type RedisFenceOptions, redisFence } from "./redis/fence.ts";
export { FenceRefusal, KeyOwnedByOther } from "./refusal.ts";
export { type SqliteFence, type SqliteFenceOptions, sqliteFence } from "./sqlite/fence.ts";
