import type { Fault } from "./fault.ts";
import type { Run, RunOptions } from "./run.ts";

/** The first line of the table. */
export function heads(): string {
  return line(COLUMNS.map(([name]) => name));
}

export function rowOf(done: Run, fault: Fault, options: RunOptions): string {
  return line(COLUMNS.map(([, cell]) => cell(done, fault, options)));
}

const COLUMNS: readonly (readonly [name: string, cell: (done: Run, fault: Fault, options: RunOptions) => string])[] = [
  ["fault                 ", (_, { name }) => name],
  ["store   ", (_, __, { store }) => store],
  ["sagas", (_, __, { sagas }) => `${sagas}`],
  ["broken", ({ broken }) => `${broken}`],
  ["completed", ({ completed }) => `${completed}`],
  ["compensated", ({ compensated }) => `${compensated}`],
  ["parked", ({ parked }) => `${parked}`],
  ["lost", ({ lost, lostStarts }) => `${lost + lostStarts}`],
  ["set back", ({ setBack }) => `${setBack}`],
  ["effects", ({ effects }) => `${effects}`],
  ["doubled", ({ doubled }) => `${doubled}`],
  ["repeats", ({ repeats }) => `${repeats}`],
  ["no owner", ({ unownedMs }) => `${Math.round(unownedMs)} ms`],
  ["no effect", ({ stillMs }) => `${Math.round(stillMs)} ms`],
  ["took ", ({ tookMs }) => `${Math.round(tookMs / 1_000)} s`],
  ["verdict", ({ faults, note }) => [faults.length === 0 ? "good" : `${faults.length} FAULTS`, note].filter(Boolean).join("; ")],
];

function line(cells: readonly string[]): string {
  return cells
    .map((cell, index) => cell.padEnd(COLUMNS[index]?.[0].length ?? 0))
    .join("  ")
    .trimEnd();
}
