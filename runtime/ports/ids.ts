import { randomUUID } from "node:crypto";

/** New identifiers as the engine sees them; the simulator brings counted ones. */
export interface Ids {
  next(): string;
}

export const systemIds: Ids = { next: () => randomUUID() };
