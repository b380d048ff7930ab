import type { Run } from "./measure.ts";
import type { Shares } from "./profile.ts";
import type { StoreName } from "./stores.ts";

export interface Cell {
  readonly store: StoreName;
  readonly way: "completed" | "compensated";
  readonly inFlight: number;
  readonly workers: number;
  readonly transition: "compiled" | "xstate";
  readonly runs: Run[];
}

/** The cells as a Markdown table: medians, and the range of the rate. */
export function printTable(cells: readonly Cell[]): void {
  const lines = [
    "| store | ends | in flight | workers | transition | sagas/s (min–max) | p50 ms | p99 ms | CPU ms/saga | server CPU ms/saga | bytes/saga | machine | JSON | store | validation | engine | handler | GC | other |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
  ];
  for (const { store, way, inFlight, workers, transition, runs } of cells) {
    const rates = runs.map((run) => run.sagasPerSecond);
    const share = (kind: keyof Shares) => `${Math.round(median(runs.map((run) => run.shares[kind])) * 100)} %`;
    lines.push(
      `| ${[
        store,
        way,
        inFlight,
        workers,
        transition,
        `${Math.round(median(rates))} (${Math.round(Math.min(...rates))}–${Math.round(Math.max(...rates))})`,
        median(runs.map((run) => run.p50Ms)).toFixed(1),
        median(runs.map((run) => run.p99Ms)).toFixed(1),
        median(runs.map((run) => run.cpuMs)).toFixed(2),
        median(runs.map((run) => run.serverCpuMs)).toFixed(2),
        Math.round(median(runs.map((run) => run.bytes))),
        share("machine"),
        share("json"),
        share("store"),
        share("validation"),
        share("engine"),
        share("handler"),
        share("collector"),
        share("other"),
      ].join(" | ")} |`,
    );
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
