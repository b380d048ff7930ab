import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../kit/scratch.ts";
import { PLANTED, type Planted } from "./mistakes.ts";
import { simulatedSagas } from "./world.ts";

export interface Found {
  /** The law that was broken, of which schedule; `null`: none. */
  readonly law: string | null;
  readonly schedules: number;
  readonly message: string;
}

/** Plants each mistake of these words into a copy of the runtime of its own, and simulates until a law breaks. 1 where one is not found. */
export async function hunt(limit: number, words: string, say: (line: string) => void): Promise<number> {
  let missed = 0;
  const chosen = PLANTED.filter(({ name }) => name.includes(words));
  if (chosen.length === 0) throw new Error(`no planted mistake has "${words}" in its name`);
  // All at once, and before the first is looked for: sources change under them.
  const gone = chosen.flatMap(goneFrom);
  if (gone.length > 0) throw new Error(`the mistakes do not fit the sources any more:\n${gone.join("\n")}`);
  for (const planted of chosen) {
    const { law, schedules, message } = await foundIn(planted, limit);
    if (law === null) missed++;
    say(
      `${planted.name.padEnd(62)} ${law === null ? `NOT FOUND in ${schedules} schedules` : `${law}, schedule ${schedules}: ${message.slice(0, 120)}`}`,
    );
  }
  say(`\n${chosen.length} planted mistakes, ${missed} not found`);
  return missed === 0 ? 0 : 1;
}

/** Which of a mistake's texts do not stand in the sources exactly once: a sentence each, with its name. */
export function goneFrom({ name, edits }: Planted): string[] {
  return edits.flatMap(({ file, find }) => {
    const times = readFileSync(join(ROOT, "runtime", file), "utf8").split(find).length - 1;
    return times === 1 ? [] : [`"${name}": in runtime/${file} this stands ${times} times, not once: ${find}`];
  });
}

/** Simulates a copy of the runtime with the mistake in it. */
export async function foundIn(planted: Planted, limit: number): Promise<Found> {
  mkdirSync(join(ROOT, ".tmp"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, ".tmp/planted-"));
  try {
    cpSync(join(ROOT, "runtime"), folder, { recursive: true, filter: (path) => !path.endsWith("node_modules") });
    for (const { file, find, replace } of planted.edits) {
      const path = join(folder, file);
      const text = readFileSync(path, "utf8");
      if (!text.includes(find)) throw new Error(`"${planted.name}": after its other edits ${file} does not have: ${find}`);
      writeFileSync(
        path,
        text.replace(find, () => replace),
      );
    }
    const { simulateWorkers } = (await import(
      /* @vite-ignore */ pathToFileURL(join(folder, "testing/index.ts")).href
    )) as typeof import("@sagac/runtime/testing");
    const simulator = simulateWorkers({ sagas: await simulatedSagas() });
    for (let seed = 1; seed <= limit; seed++) {
      const { broken } = await simulator.run(simulator.schedule(seed));
      const [first] = broken;
      if (first !== undefined) return { law: first.invariant, schedules: seed, message: first.message };
    }
    return { law: null, schedules: limit, message: "" };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
