import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";
import { openStore, type Verdict } from "@sagac/runtime";
import { type RunEvent, type RunSagaOptions, runSaga, type SagaRun } from "@sagac/runtime/testing";
import { emitSaga } from "../../compiler/emit-saga.ts";
import { collectDiagnostics, compile, memorySources, renderText } from "../../compiler/index.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import { loadSagas } from "../../compiler/simulate/load.ts";
import { findXState } from "../../compiler/verify/load.ts";
import { subjectsOf, verify } from "../../compiler/verify/verify.ts";
import { tell } from "../../compiler/verify/witness.ts";
import { compileTransition } from "../../runtime/transition/compile.ts";
import { comparableHistory } from "../engine/comparable.ts";
import { ROOT } from "../kit/scratch.ts";
import { Dice } from "./dice.ts";
import type { Program } from "./generate.ts";
import { valuesOf } from "./values.ts";

/** What is wrong with a program, or with what became of it. */
export interface Fault {
  /** `null`: with no program of its own, but with how they were held. */
  readonly seed: number | null;
  readonly where: "check" | "compile" | "types" | "laws" | "run" | "stores" | "crash";
  readonly what: string;
}

export interface JudgeOptions {
  /** Random runs of each program. */
  readonly runs: number;
  readonly maxStates: number;
  /** How many points of a run the worker is killed at. */
  readonly kills: number;
}

/** Holds a batch of programs against all that must be true of each. */
export async function judge(programs: readonly Program[], options: JudgeOptions): Promise<Fault[]> {
  const faults: Fault[] = [];
  const sound: { readonly program: Program; readonly plans: readonly Plan[] }[] = [];
  for (const program of programs) {
    const plans = compiled(program, faults);
    if (plans !== null) sound.push({ program, plans });
  }
  // Another process: it has its own core.
  const types = typeErrors(sound);
  for (const { program, plans } of sound) {
    const tried = await Promise.all([broken(program, plans, options), unequal(program, plans, options)]).catch(
      (error: unknown) => [[{ seed: program.seed, where: "run" as const, what: told(error) }]],
    );
    faults.push(...tried.flat());
  }
  return [...faults, ...(await types)];
}

/** Its saga comes first, then those that it calls. */
function compiled(program: Program, faults: Fault[]): readonly Plan[] | null {
  const sources = memorySources(program.files);
  try {
    const { sagas, diagnostics } = compile(
      sources,
      sources.list().filter((path) => path.endsWith(".saga")),
    );
    const errors = collectDiagnostics(diagnostics.filter(({ severity }) => severity === "error"));
    if (errors.errors > 0) {
      faults.push({ seed: program.seed, where: "check", what: renderText(errors, { source: () => null }) });
      return null;
    }
    for (const { plan } of sagas) emitSaga(plan, { importExtension: ".ts" });
    return sagas.map(({ plan }) => plan).sort((a, b) => Number(b.saga === program.saga) - Number(a.saga === program.saga));
  } catch (error) {
    faults.push({ seed: program.seed, where: "compile", what: told(error) });
    return null;
  }
}

/** One run of tsc for all of them, under the options of a cautious user. */
async function typeErrors(programs: readonly { readonly program: Program; readonly plans: readonly Plan[] }[]): Promise<Fault[]> {
  mkdirSync(join(ROOT, ".tmp"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, ".tmp/fuzz-"));
  try {
    for (const { program, plans } of programs) {
      const own = join(folder, String(program.seed));
      mkdirSync(own);
      for (const [path, text] of Object.entries(program.files)) if (path.endsWith(".ts")) writeFileSync(join(folder, path), text);
      for (const { path, text } of plans.flatMap((plan) => emitSaga(plan, { importExtension: ".ts" })))
        writeFileSync(join(own, path), text);
    }
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: CAUTIOUS }));
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const { stdout, code } = await promisify(execFile)(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
      cwd: folder,
      maxBuffer: 64 * 1024 * 1024,
    }).then(
      ({ stdout }) => ({ stdout, code: 0 }),
      (failure: { stdout: string; code: unknown }) => failure,
    );
    return typeFaults(stdout, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What tsc says, and how it ended: also of a file of no program, or of itself, it is a fault. */
export function typeFaults(stdout: string, code: unknown): Fault[] {
  const faults: Fault[] = [];
  let ours = false;
  let told = false;
  for (const line of stdout.split(/\r?\n/)) {
    // The runtime's sources are held to their own options by the check of types; a user has its declarations.
    if (!/^\s/.test(line)) ours = /^(?:\.\.\/)+runtime\//.test(line);
    told ||= ours;
    if (ours) continue;
    const last = faults.at(-1);
    // What is said further of an error is indented.
    if (/^\s/.test(line) && last !== undefined) faults[faults.length - 1] = { ...last, what: `${last.what}\n${line}` };
    else if (line.trim() !== "") {
      const seed = /^(\d+)\//.exec(line)?.[1];
      faults.push({ seed: seed === undefined ? null : Number(seed), where: "types", what: line });
    }
  }
  if (code !== 0 && faults.length === 0 && !told)
    faults.push({ seed: null, where: "types", what: `tsc ended with ${String(code)}` });
  return faults;
}

const CAUTIOUS = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
  module: "nodenext",
  allowImportingTsExtensions: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noImplicitReturns: true,
  erasableSyntaxOnly: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
};

/** One transition in so many is walked by XState too, which takes ten times as long; `npm run lockstep` walks all of them. */
const LOCKSTEP = { compile: compileTransition, every: 8 };

async function broken(program: Program, plans: readonly Plan[], { maxStates }: JudgeOptions): Promise<Fault[]> {
  const xstate = findXState(ROOT);
  if (xstate === null) throw new Error("xstate is not installed");
  const faults: Fault[] = [];
  const subjects = await Promise.all(plans.map((plan) => subjectsOf(plan, xstate, LOCKSTEP)));
  for (const subject of subjects.flat()) {
    for (const law of verify(subject, { maxStates }).broken) {
      const story = tell(law.story, subject.facts).map((line) => `  ${line}`);
      faults.push({
        seed: program.seed,
        where: "laws",
        what: [`${subject.facts.plan.saga}: ${law.law}: ${law.what.join("; ")}`, ...story].join("\n"),
      });
    }
  }
  return faults;
}

/** Random runs in memory and on SQLite: the same history and end, and nothing off; the worker killed at a few points: the same end. */
async function unequal(program: Program, plans: readonly Plan[], options: JudgeOptions): Promise<Fault[]> {
  const [plan, ...callees] = plans;
  if (plan === undefined) return [];
  const loaded = await loadSagas(plans, ROOT);
  if (typeof loaded === "string") throw new Error(`${loaded} is not installed`);
  const faults: Fault[] = [];
  const note = (where: Fault["where"], seed: number, what: string): void => {
    faults.push({ seed: program.seed, where, what: `outcomes of seed ${seed}: ${what}` });
  };
  try {
    const definition = loaded.definition(plan.saga);
    for (let seed = 1; seed <= options.runs; seed++) {
      const common: RunSagaOptions<unknown, unknown, unknown> = {
        input: valuesOf(plan.input, plan, `input ${program.seed} ${seed}`),
        random: true,
        seed,
        limit: "35d",
        events: eventsOf(plan, program.seed * 1_000 + seed),
        steps: COMPUTES,
        callees: callees.map((callee) => ({ definition: loaded.definition(callee.saga), steps: COMPUTES })),
        forgets: ({ service }) => service === "plain",
        answers: ({ saga, step, key }) => {
          const owner = plans.find((each) => each.saga === saga) ?? plan;
          const found = [owner, ...owner.bodies].flatMap(({ steps }) => steps).find(({ name }) => name === step);
          return found === undefined || found.output.length === 0 ? null : valuesOf(found.output, owner, key);
        },
      };
      const memory = await runSaga(definition, { ...common, person: patientPerson() });
      for (const fault of memory.faults) note("run", seed, `${fault}\n${memory.timeline.join("\n")}`);
      const sqlite = await runSaga(definition, {
        ...common,
        person: patientPerson(),
        open: (clock) => openStore("sqlite::memory:", { clock, partitions: 1 }),
      });
      if (!isDeepStrictEqual(comparable(sqlite), comparable(memory)))
        note("stores", seed, `memory and SQLite differ:\n${memory.timeline.join("\n")}\n---\n${sqlite.timeline.join("\n")}`);
      if (seed > 1) continue;
      const dice = new Dice(program.seed);
      const { points } = await runSaga(definition, { ...common, person: patientPerson(), killAt: 0 });
      for (let kill = 0; kill < options.kills; kill++) {
        const killAt = dice.between(1, Math.max(1, points));
        const killed = await runSaga(definition, { ...common, person: patientPerson(), killAt });
        for (const fault of killed.faults)
          if (!memory.faults.includes(fault)) note("crash", seed, `killed at ${killAt}: ${fault}\n${killed.timeline.join("\n")}`);
      }
    }
  } finally {
    loaded.close();
  }
  return faults;
}

/** What its computes answer: the same for the same arguments, as computes do. */
const COMPUTES = {
  compute: {
    measure: (text: string, list: readonly string[]) => text.length + list.length,
    label: (n: number) => `n ${n}`,
    pause: (n: number) => Math.abs(n % 100) * 1_000,
  },
};

/** Who tries again a few times, and then leaves it parked. */
function patientPerson(): (call: string) => Verdict | null {
  const times = new Map<string, number>();
  return (call) => {
    const before = times.get(call) ?? 0;
    times.set(call, before + 1);
    return before < RETRIES_MAX ? { verb: "retry" } : null;
  };
}

const RETRIES_MAX = 4;

function eventsOf(plan: Plan, seed: number): RunEvent[] {
  const dice = new Dice(seed);
  const events: RunEvent[] = [];
  for (const { name, fields } of plan.signals) {
    for (let sent = dice.between(0, 2); sent > 0; sent--) {
      const at = dice.between(1, 20_000) * dice.pick([1, 60, 600]);
      events.push({ at, signal: name, payload: valuesOf(fields, plan, `${name} ${seed} ${sent}`) });
    }
  }
  if (dice.percent(15)) events.push({ at: dice.between(1, 60_000), cancel: "fuzz" });
  return events;
}

function comparable(run: SagaRun<unknown>): unknown {
  const { history, children } = run;
  return withoutIds({
    status: run.status,
    output: run.status === "completed" ? run.output : null,
    failure: run.status === "compensated" ? run.failure : null,
    history: comparableHistory(history),
    children: Object.entries(children)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, entries]) => [id, comparableHistory(entries)]),
    effects: run.effects.map(({ key, undoneAtMs }) => `${key} ${undoneAtMs === null ? "stands" : "undone"}`).sort(),
  });
}

/** How many ids were drawn before a command is no part of how a saga goes. */
function withoutIds(told: unknown): unknown {
  return JSON.parse(JSON.stringify(told).replaceAll(/:id-\d+"/g, ':id"'));
}

function told(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
