import { parentPort, workerData } from "node:worker_threads";
import { Dice } from "./dice.ts";
import { hold } from "./hold.ts";
import { mutated } from "./mutate.ts";
import { seedSources } from "./seeds.ts";

// Holds one mutated source after the other, and says before each which it is, so that whoever listens knows of which a hang is.

const seeds = seedSources();
for (let seed = Number(workerData.from); ; seed++) {
  parentPort?.postMessage({ seed, began: true });
  const source = mutated(new Dice(seed), seeds);
  const { findings, sound } = await hold(source, new Dice(seed));
  parentPort?.postMessage({ seed, began: false, findings, sound, text: findings.length > 0 ? source.text : "" });
}
