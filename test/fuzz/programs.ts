import { parseArgs } from "node:util";
import { CONSTRUCTS, type Construct } from "./constructs.ts";
import { generate, type Program } from "./generate.ts";
import { type Fault, judge } from "./judge.ts";

const HELP = `npm run fuzz:programs [-- options]

Makes up well-typed programs of the language and holds each against all that must be true of it: no errors; files that type-check;
the laws of sagac verify; random runs that leave nothing half-done, also when the worker is killed, and are the same in memory and
on SQLite. Ends with 1 on any fault; a failing program is printed with the seed that makes it again.

  --count <n>    programs (default 100)
  --seed <s>     of the first one (default 1)
  --runs <n>     random runs of each (default 3)
  --states <n>   states walked of each (default 300)
  --kills <n>    points at which the worker of each is killed (default 2)
  --batch <n>    programs in one run of tsc (default 50)
  --print        print the programs
`;

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "3" },
    states: { type: "string", default: "300" },
    kills: { type: "string", default: "2" },
    batch: { type: "string", default: "50" },
    print: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
async function main(): Promise<number> {
  const [count, first, batch] = [Number(values.count), Number(values.seed), Number(values.batch)];
  const options = { runs: Number(values.runs), maxStates: Number(values.states), kills: Number(values.kills) };
  const used = new Map<Construct, number>();
  const faults: Fault[] = [];
  const startMs = performance.now();
  for (let from = first; from < first + count; from += batch) {
    const programs = Array.from({ length: Math.min(batch, first + count - from) }, (_, at) => generate(from + at));
    for (const program of programs) {
      if (values.print) say(textOf(program));
      for (const construct of program.constructs) used.set(construct, (used.get(construct) ?? 0) + 1);
    }
    const found = await judge(programs, options);
    faults.push(...found);
    for (const program of programs)
      tell(
        program,
        found.filter(({ seed }) => seed === program.seed),
      );
    for (const { seed, where, what } of found)
      if (seed === null) say(`FAULT --count ${programs.length} --seed ${from} ${where}: ${what}`);
  }
  say(`${count} programs with seeds ${first} to ${first + count - 1} in ${((performance.now() - startMs) / 1_000).toFixed(0)} s`);
  for (const line of coverage(used)) say(`  ${line}`);
  const seeds = [...new Set(faults.map(({ seed }) => seed ?? "none"))];
  say(seeds.length === 0 ? "  nothing off" : `  ${faults.length} faults, of the seeds ${seeds.join(", ")}`);
  return seeds.length === 0 ? 0 : 1;
}

function tell(program: Program, faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  say(`FAULT --count 1 --seed ${program.seed}\n${textOf(program)}`);
  for (const { where, what } of faults.slice(0, TOLD_MAX)) say(`${where}: ${what}\n`);
  if (faults.length > TOLD_MAX) say(`and ${faults.length - TOLD_MAX} more\n`);
}

function textOf({ seed, files }: Program): string {
  return [`// seed ${seed}`, ...Object.entries(files).flatMap(([path, text]) => [`// ${path}`, text])].join("\n");
}

/** How many programs had each construct, in columns; what none had is said by name. */
function coverage(used: ReadonlyMap<Construct, number>): string[] {
  const cells = CONSTRUCTS.map((construct) => `${construct.padEnd(24)}${String(used.get(construct) ?? 0).padStart(4)}`);
  const rows = Math.ceil(cells.length / COLUMNS);
  const lines = Array.from({ length: rows }, (_, row) => cells.filter((_, at) => at % rows === row).join("   "));
  const none = CONSTRUCTS.filter((construct) => !used.has(construct));
  return ["programs with each construct:", ...lines, ...(none.length === 0 ? [] : [`in none: ${none.join(", ")}`])];
}

const COLUMNS = 4;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const TOLD_MAX = 5;

if (values.help) process.stdout.write(HELP);
else process.exitCode = await main();
