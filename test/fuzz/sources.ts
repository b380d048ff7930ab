import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { ROOT } from "../kit/scratch.ts";
import { Dice } from "./dice.ts";
import type { Finding } from "./hold.ts";
import { mutated } from "./mutate.ts";
import { seedSources } from "./seeds.ts";

const HELP = `npm run fuzz [-- options]

Changes examples, cases and what the documentation shows, word by word and unit by unit, and holds each text against all that must be
true of any: lexer, parser, checker, formatter, fixes, reports and what an editor asks never throw, hang, or speak of a place that is
not in the file; and of a text without errors every emitted file parses. Ends with 1 on a finding, which is printed with its seed and
kept in .tmp/fuzz.

  --seconds <n>  how long (default 60)
  --seed <s>     of the first one (default 1); the next has the next number
  --count <n>    at most so many
  --print        print the text of the first one, and hold nothing
`;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "1000000000" },
    print: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

interface Message {
  readonly seed: number;
  readonly began: boolean;
  readonly findings?: readonly Finding[];
  readonly sound?: boolean;
  readonly text?: string;
}

/** Nothing that a text can hold takes so long, also on a busy machine. */
const HANG_MS = 120_000;

const folder = join(ROOT, ".tmp/fuzz");
const first = Number(values.seed);
const endMs = performance.now() + Number(values.seconds) * 1000;
let held = 0;
let sound = 0;
let found = 0;

async function main(): Promise<number> {
  for (let from = first; performance.now() < endMs && held < Number(values.count); ) from = await work(from);
  say(`${held} texts with seeds from ${first} on, ${sound} of them without errors, ${found} with findings`);
  return found === 0 ? 0 : 1;
}

/** One worker until time is up or it hangs; gives the seed to go on with. */
function work(from: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./sources-worker.ts", import.meta.url), { workerData: { from } });
    let current = from;
    let stopped = false;
    let hang = setTimeout(hangs, HANG_MS);
    worker.on("error", reject);
    worker.on("message", (message: Message) => {
      if (stopped) return;
      current = message.seed;
      clearTimeout(hang);
      if (message.began) hang = setTimeout(hangs, HANG_MS);
      else {
        held += 1;
        if (message.sound === true) sound += 1;
        if ((message.findings?.length ?? 0) > 0) tell(message.seed, message.findings ?? [], message.text ?? "");
        if (performance.now() >= endMs || held >= Number(values.count)) stop();
      }
    });
    function hangs(): void {
      held += 1;
      tell(
        current,
        [{ where: "somewhere", what: `no answer after ${HANG_MS / 1000} s` }],
        mutated(new Dice(current), seedSources()).text,
      );
      stop();
    }
    function stop(): void {
      stopped = true;
      clearTimeout(hang);
      worker.terminate().then(() => resolve(current + 1), reject);
    }
  });
}

function tell(seed: number, findings: readonly Finding[], text: string): void {
  found += 1;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${seed}.saga`), text);
  for (const { where, what } of findings) say(`FOUND --count 1 --seed ${seed} ${where}: ${what}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

if (values.help) process.stdout.write(HELP);
else if (values.print) process.stdout.write(mutated(new Dice(first), seedSources()).text);
else process.exitCode = await main();
