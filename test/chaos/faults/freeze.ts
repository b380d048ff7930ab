import { drawInt } from "../draw.ts";
import type { Fault, Scene } from "../fault.ts";
import { plainGround } from "../grounds.ts";
import { pause } from "../pause.ts";

/** A worker stands still past its lease, with everything that it has in hand; others take over; then it goes on where it stood. */
export const freeze: Fault = {
  name: "freeze",
  about: "a worker gets SIGSTOP past its lease, others take over, then SIGCONT",
  stores: ["redis", "postgres", "sqlite"],
  pauseMs: [200, 900],
  async open(store, folder) {
    const { url, close } = await plainGround(store, folder);
    return { url, strike, close };
  },
};

async function strike({ fleet, random, leaseMs }: Scene): Promise<number> {
  const place = drawInt(random, 0, fleet.size - 1);
  fleet.freeze(place);
  await pause(drawInt(random, Math.ceil(leaseMs * 1.1), leaseMs * 2));
  fleet.thaw(place);
  return 1;
}
