export { replay } from "../engine/replay.ts";
export { CountedIds } from "./counted-ids.ts";
export type { FaultPlan, StoreFault } from "./faulty-store.ts";
export { faultyStore } from "./faulty-store.ts";
export type { StoreCall, StoreHooks, StoreOperation, StoreOutcome } from "./observe-store.ts";
export { observeStore } from "./observe-store.ts";
export { SeededRandom } from "./seeded-random.ts";
export { VirtualClock } from "./virtual-clock.ts";
