import { dirname, resolve } from "node:path";
import { didYouMean, listNames } from "../../diagnostics/suggest.ts";
import type { CompiledSaga } from "../../pipeline.ts";
import type { CrashReport, Run, Script, SimulateRequest, Simulation } from "../../simulate/simulation.ts";
import { compileProject } from "../compile-project.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { type Io, wantsColor } from "../io.ts";
import type { SimulateOptions } from "../options.ts";
import { exitCodeOf, plural, reportJson, reportText } from "../output.ts";
import { UsageError } from "../problems.ts";
import { openProject } from "../project.ts";
import { eventsOf, inputOf, scriptOf } from "../simulate-arguments.ts";

/**
 * `sagac simulate`: a saga in virtual time, with scripted or random outcomes or the user's handlers. What happened goes to stdout; exit code 1 when
 * anything is off. Nothing is left behind.
 */
export async function simulate(path: string, saga: string | null, options: SimulateOptions, io: Io): Promise<ExitCode> {
  const project = await openProject([path], io.cwd);
  const { sagas, alongside, diagnostics } = compileProject(project);
  const report = project.report(diagnostics);
  const sound = exitCodeOf(report, options);
  const json = options.format === "json";
  if (!json) io.stderr.write(reportText(report, project.source, options, io.stderr, io));
  if (sound !== EXIT.ok) {
    if (json) io.stdout.write(reportJson(report, project.source, sound, { command: "simulate", runs: [] }));
    return sound;
  }
  const { plan, file } = choose(sagas, saga);
  const plans = [...sagas.map((each) => each.plan), ...alongside];
  const { importFile, openSimulation, endOf } = await import("../../simulate/simulation.ts");
  const handlers = together(await Promise.all(options.handlers.map((path) => handlersOf(path, io.cwd, importFile))));
  const request: SimulateRequest = {
    input: inputOf(options.input, io.cwd),
    script: scriptOf(options.outcome, plans, handlers),
    random: options.runs !== null || options.seed !== null,
    seed: options.seed ?? 1,
    events: eventsOf(options, plan),
    person: options.person === null ? null : { verb: options.person },
  };
  const simulation = await openSimulation(plan, plans, dirname(project.absolute(file)));
  if (typeof simulation === "string")
    throw new UsageError("not-installed", { name: simulation, path: project.shown(project.absolute(file)) });
  const done = await carryOut(simulation, request, options, endOf).finally(() => simulation.close());
  const color = wantsColor(options.color, io.stdout, io.env);
  const exitCode =
    done.runs.some(({ run }) => run.faults.length > 0) || (done.crash?.differences.length ?? 0) > 0 ? EXIT.sources : EXIT.ok;
  const source = project.shown(project.absolute(file));
  if (json) io.stdout.write(reportJson(report, project.source, exitCode, jsonOf(plan.saga, source, done, options)));
  else io.stdout.write(textOf(`${plan.saga} (${source})`, done, options, (run) => simulation.timeline(run, { color })));
  return exitCode;
}

interface Done {
  readonly runs: readonly { readonly run: Run; readonly end: string }[];
  /** `null`: not asked for. */
  readonly crash: CrashReport | null;
}

async function carryOut(
  simulation: Simulation,
  request: SimulateRequest,
  options: SimulateOptions,
  endOf: (run: Run) => string,
): Promise<Done> {
  const runs: Done["runs"][number][] = [];
  const points: CrashReport[] = [];
  for (let number = 0; number < (options.runs ?? 1); number++) {
    const one = { ...request, seed: request.seed + number };
    const run = await refusedInput(simulation.run(one));
    runs.push({ run, end: endOf(run) });
    if (options.crash) points.push(await simulation.crash(one));
  }
  if (!options.crash) return { runs, crash: null };
  return {
    runs,
    crash: {
      points: points.reduce((sum, each) => sum + each.points, 0),
      differences: points.flatMap((each, at) => each.differences.map((one) => ({ ...one, seed: request.seed + at }))),
    },
  };
}

/** What the runtime refuses at the start is wrong use, told in its own words. */
async function refusedInput(run: Promise<Run>): Promise<Run> {
  return run.catch((error: unknown) => {
    const code = (error as { readonly code?: unknown } | null)?.code;
    if (typeof code !== "string" || !code.startsWith("RT1")) throw error;
    throw new UsageError("wrong-simulation", {
      detail: (error as Error).message,
      help: "Say it with `--input`, `--handlers` or `--outcome`.",
    });
  });
}

function choose(sagas: readonly CompiledSaga[], name: string | null): CompiledSaga {
  const names = sagas.map(({ plan }) => plan.saga);
  const [first] = sagas;
  if (name === null && first !== undefined && sagas.length === 1) return first;
  if (name === null && sagas.length > 1)
    throw new UsageError("which-saga", { count: String(sagas.length), names: listNames(names) });
  const found = sagas.find(({ plan }) => plan.saga === name);
  if (found !== undefined) return found;
  const help =
    names.length === 0 ? "It declares no saga at all." : (didYouMean(name ?? "", names) ?? `There is ${listNames(names)}.`);
  throw new UsageError("no-such-saga", { name: name ?? "", help });
}

async function handlersOf(
  path: string,
  cwd: string,
  importFile: (path: string) => Promise<Readonly<Record<string, unknown>>>,
): Promise<Script> {
  const module = await importFile(resolve(cwd, path)).catch((error: unknown) => {
    throw new UsageError("cannot-access", { path, reason: error instanceof Error ? error.message : String(error) });
  });
  const { steps } = module;
  if (typeof steps === "object" && steps !== null) return steps as Script;
  throw new UsageError("wrong-simulation", {
    detail: `\`--handlers ${path}\` exports no \`steps\`.`,
    help: "Name a file that ends in `export const steps: …Steps = { … }`, like the one that `sagac build` makes.",
  });
}

/** The handlers of several files; of those that several have, the last. */
function together(scripts: readonly Script[]): Script {
  const all: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const [service, operations] of scripts.flatMap((script) => Object.entries(script)))
    all[service] = { ...all[service], ...operations };
  return all;
}

// ---- what is said

type Timeline = (run: Run) => readonly string[];

function textOf(name: string, { runs, crash }: Done, options: SimulateOptions, timeline: Timeline): string {
  const [first] = runs;
  const lines = runs.length === 1 && first !== undefined ? oneText(name, first, timeline) : manyText(name, runs);
  if (crash !== null) lines.push(...crashText(crash));
  const told = options.quiet ? lines.filter((line) => /^ {2}(?:fault|killed)/.test(line)) : lines;
  return told.map((line) => `${line}\n`).join("");
}

function oneText(name: string, { run, end }: Done["runs"][number], timeline: Timeline): string[] {
  const undone = run.effects.filter(({ undoneAtMs }) => undoneAtMs !== null).length;
  const kept = run.effects.length - undone;
  return [
    ...timeline(run),
    "",
    `${name}: ${end}`,
    `  ${plural(run.calls.length, "call")}; of ${plural(run.effects.length, "effect")} ${undone} undone, ${kept} kept; ${duration(run.tookMs)} of virtual time`,
    ...(run.status === "completed" ? [`  output ${JSON.stringify(run.output)}`] : []),
    ...run.refused.map((what) => `  refused: ${what}`),
    ...run.faults.map((fault) => `  fault: ${fault}`),
  ];
}

function manyText(name: string, runs: Done["runs"]): string[] {
  const ends = new Map<string, { count: number; seed: number }>();
  for (const { run, end } of runs) {
    const entry = ends.get(end);
    ends.set(end, { count: (entry?.count ?? 0) + 1, seed: entry?.seed ?? run.seed });
  }
  const rows = [...ends].sort(([, a], [, b]) => b.count - a.count);
  const width = Math.max(...rows.map(([, { count }]) => String(count).length));
  const widest = Math.max(...rows.map(([end]) => end.length));
  const faults = runs.flatMap(({ run }) => run.faults.map((fault) => `  fault: ${fault} (--seed ${run.seed})`));
  return [
    `${name}: ${runs.length} runs, ${faults.length === 0 ? "nothing off" : plural(faults.length, "fault")}`,
    ...rows.map(
      ([end, { count, seed }]) => `  ${String(count).padStart(width)}  ${end.padEnd(widest)}  first with --seed ${seed}`,
    ),
    ...faults,
  ];
}

function crashText({ points, differences }: CrashReport): string[] {
  if (differences.length === 0)
    return [`  its worker was killed at ${points} points in turn: the same end each time, nothing lost, nothing doubled`];
  return [
    `  its worker was killed at ${points} points in turn: ${differences.length} of them made a difference`,
    ...differences.map(({ killAt, what }) => `  killed at ${killAt}: ${what.join("; ")}`),
  ];
}

function jsonOf(
  saga: string,
  source: string,
  { runs, crash }: Done,
  options: SimulateOptions,
): Readonly<Record<string, unknown>> {
  const all = options.runs === null;
  return {
    command: "simulate",
    saga,
    source,
    runs: runs.map(({ run, end }) => {
      const { history, children, timeline, calls, effects, ...rest } = run;
      return all ? { ...rest, end, timeline, calls, effects, history, children } : { ...rest, end };
    }),
    crash,
  };
}

function duration(ms: number): string {
  const units = [
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "m"],
  ] as const;
  const parts: string[] = [];
  let left = ms;
  for (const [size, unit] of units) {
    if (left >= size) parts.push(`${Math.floor(left / size)}${unit}`);
    left %= size;
  }
  if (left > 0 || parts.length === 0) parts.push(`${(left / 1000).toFixed(parts.length > 0 ? 0 : 1)}s`);
  return parts.join("");
}
