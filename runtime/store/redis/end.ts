import type { Redis } from "ioredis";

/** Ends it and waits until its socket is closed, which ioredis bounds (`disconnectTimeout`). */
export async function endClient(client: Redis): Promise<void> {
  // Between two attempts to connect there is no socket, and nothing tells of the end.
  const connected = client.status === "connecting" || client.status === "connect" || client.status === "ready";
  const ended = connected ? new Promise<void>((resolve) => client.once("end", () => resolve())) : Promise.resolve();
  client.disconnect();
  await ended;
}
