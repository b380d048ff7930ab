/**
 * `npm run bench:peers`: the same order of four steps by Saga and by what a TypeScript team would pick instead, side by side in one run. Each
 * contestant is a process of its own with an empty store of its own; they take turns, `--rounds` times over, since the machine's speed drifts.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median } from "../table.ts";
import { ENTRIES, type Entry } from "./contestants.ts";

const HELP = `npm run bench:peers -- [options]

Saga beside BullMQ, Restate, DBOS and a naive loop of XState and ioredis: completed orders a second, at the same durability.

  --install          installs the peers' packages first, into bench/peers/node_modules (250 MB)
  --only a,b         of ${ENTRIES.map(({ name }) => name).join(", ")}
  --in-flight a,b    sagas at a time  (default: 64,512)
  --seconds n        per cell         (default: 3)
  --rounds n         how often all take their turn  (default: 3)
  --json             one JSON object a cell and round
`;

const { values } = parseArgs({
  options: {
    install: { type: "boolean", default: false },
    only: { type: "string", default: ENTRIES.map(({ name }) => name).join(",") },
    "in-flight": { type: "string", default: "64,512" },
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

interface Row {
  readonly name: string;
  readonly way: "completed" | "compensated";
  readonly inFlight: number;
  readonly sagasPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMs: number;
  readonly serverCpuMs: number;
}

if (values.help) process.stdout.write(HELP);
else await main();

async function main(): Promise<void> {
  const chosen = values.only.split(",").map((name) => {
    const entry = ENTRIES.find((known) => known.name === name);
    if (entry === undefined) throw new Error(`--only: there is no "${name}"; see --help`);
    return entry;
  });
  if (!(Number(values.rounds) >= 1 && Number(values.seconds) > 0))
    throw new Error("--rounds and --seconds are numbers above nought");
  if (values.install) install();
  if (chosen.some(({ name }) => !/^saga|^naive/.test(name)) && !existsSync(join(import.meta.dirname, "node_modules")))
    throw new Error("the peers' packages are not installed: npm run bench:peers -- --install");
  const rows: Row[] = [];
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const entry of chosen) {
      process.stderr.write(`\rround ${round}/${values.rounds}: ${entry.name.padEnd(24)}`);
      rows.push(...(await cellsOf(entry)));
    }
  }
  process.stderr.write("\n");
  if (values.json) for (const row of rows) say(JSON.stringify(row));
  else {
    table(chosen, rows);
    ratios(chosen, rows);
  }
}

function install(): void {
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: import.meta.dirname,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("the peers' packages could not be installed");
}

async function cellsOf({ name }: Entry): Promise<Row[]> {
  const child = spawn(
    process.execPath,
    ["--no-warnings", join(import.meta.dirname, "run-one.ts"), name, values["in-flight"], values.seconds],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`${name} ended with ${code}`);
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Row);
}

function table(chosen: readonly Entry[], rows: readonly Row[]): void {
  say("| durability | who | ends | in flight | sagas/s (min–max) | p50 ms | p99 ms | CPU ms/saga | server CPU ms/saga |");
  say("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
  for (const { name, durability } of chosen) {
    for (const cell of cells(rows, name)) {
      const rates = cell.map(({ sagasPerSecond }) => sagasPerSecond);
      const of = (figure: (row: Row) => number, digits: number) => median(cell.map(figure)).toFixed(digits);
      say(
        `| ${[
          durability,
          name,
          cell[0]?.way,
          cell[0]?.inFlight,
          `${median(rates).toFixed(0)} (${Math.min(...rates).toFixed(0)}–${Math.max(...rates).toFixed(0)})`,
          of((row) => row.p50Ms, 1),
          of((row) => row.p99Ms, 1),
          of((row) => row.cpuMs, 2),
          of((row) => row.serverCpuMs, 2),
        ].join(" | ")} |`,
      );
    }
  }
}

/** Each of ours against whom it means to beat, cell by cell, by the medians. */
function ratios(chosen: readonly Entry[], rows: readonly Row[]): void {
  say("\n| who | over | ends | in flight | times | goal |\n| --- | --- | --- | ---: | ---: | --- |");
  for (const { name, goals = [] } of chosen) {
    for (const { over, times } of goals) {
      for (const cell of cells(rows, name)) {
        const [first] = cell;
        const other = cells(rows, over).find(([there]) => there?.way === first?.way && there?.inFlight === first?.inFlight);
        if (first === undefined || other === undefined) continue;
        const ratio = median(cell.map((row) => row.sagasPerSecond)) / median(other.map((row) => row.sagasPerSecond));
        say(
          `| ${name} | ${over} | ${first.way} | ${first.inFlight} | ${ratio.toFixed(1)} | ${ratio >= times ? "holds" : "MISSED"}: ${times} |`,
        );
      }
    }
  }
}

function cells(rows: readonly Row[], name: string): Row[][] {
  const found = Map.groupBy(
    rows.filter((row) => row.name === name),
    ({ way, inFlight }) => `${way} ${inFlight}`,
  );
  return [...found.values()];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
