import { drawChance, drawInt } from "../draw.ts";
import type { Fault, Scene } from "../fault.ts";
import { plainGround } from "../grounds.ts";
import { pause } from "../pause.ts";

/** Workers die in the middle of whatever they do, now and then all at once; new ones take their places. */
export const kill: Fault = {
  name: "kill",
  about: "workers get SIGKILL, at random or all at once; others start in their places",
  stores: ["redis", "postgres", "sqlite"],
  pauseMs: [200, 1_800],
  async open(store, folder) {
    const { url, close } = await plainGround(store, folder);
    return { url, strike, close };
  },
};

async function strike({ fleet, random }: Scene): Promise<number> {
  const all = drawChance(random, 15);
  const first = drawInt(random, 0, fleet.size - 1);
  const places = all ? Array.from({ length: fleet.size }, (_, place) => place) : [first];
  await Promise.all(places.map((place) => fleet.kill(place)));
  await pause(drawInt(random, 0, 600));
  await Promise.all(places.map((place) => fleet.begin(place)));
  return places.length;
}
