import { dirname } from "node:path";
import { CompilerBug } from "../../bug.ts";
import type { BrokenLaw, Coverage, Exploration } from "../../verify/explore.ts";
import { findCompile, findXState } from "../../verify/load.ts";
import type { Lockstep } from "../../verify/lockstep.ts";
import { ALL_LAWS, type Subject, subjectsOf, verify } from "../../verify/verify.ts";
import { tell } from "../../verify/witness.ts";
import { compileProject } from "../compile-project.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { VerifyOptions } from "../options.ts";
import { exitCodeOf, plural, reportJson, reportText } from "../output.ts";
import { UsageError } from "../problems.ts";
import { openProject, type Project } from "../project.ts";

/** `sagac verify`: each saga's machine is walked over everything that can happen; what was found goes to stdout. Writes no files. */
export async function verifySagas(paths: readonly string[], options: VerifyOptions, io: Io): Promise<ExitCode> {
  const project = await openProject(paths, io.cwd);
  const { sagas, diagnostics } = compileProject(project);
  const report = project.report(diagnostics);
  const sound = exitCodeOf(report, options);
  const json = options.format === "json";
  if (!json) io.stdout.write(reportText(report, project.source, options, io.stdout, io));

  const verified: Verified[] = [];
  for (const { plan, file } of sound === EXIT.ok ? sagas : []) {
    const one = await verifyOne(project, file, options, (xstate, lockstep) => subjectsOf(plan, xstate, lockstep));
    if (!json) io.stdout.write(textOf(one, options));
    verified.push(one);
  }
  const broken = verified.some((one) => [one, ...one.bodies].some(isBroken));
  const exitCode = broken ? EXIT.sources : sound;
  if (json)
    io.stdout.write(
      reportJson(report, project.source, exitCode, { command: "verify", laws: ALL_LAWS, sagas: verified.map(jsonOf) }),
    );
  else if (!options.quiet) io.stderr.write(`${plural(verified.length, "saga")} verified\n`);
  return exitCode;
}

interface Walked {
  readonly subject: Subject;
  readonly result: Exploration;
  readonly tookMs: number;
}

interface Verified extends Walked {
  readonly saga: string;
  readonly source: string;
  /** The blocks of it that run as instances of their own, each with its own machine. */
  readonly bodies: readonly Walked[];
}

async function verifyOne(
  project: Project,
  file: string,
  options: VerifyOptions,
  load: (xstate: string, lockstep: Lockstep | null) => Promise<readonly Subject[]>,
): Promise<Verified> {
  const source = project.absolute(file);
  const xstate = findXState(dirname(source));
  if (xstate === null) throw new UsageError("no-xstate", { path: project.shown(source) });
  const compile = options.lockstep === "none" ? null : await findCompile(dirname(source));
  const [saga, ...bodies] = await load(xstate, compile === null ? null : { compile, every: EVERY[options.lockstep] });
  if (saga === undefined) throw new CompilerBug("a saga without a machine");
  const { saga: name } = saga.facts.plan;
  return {
    saga: name,
    source: project.shown(source),
    ...walked(saga, options),
    bodies: bodies.map((body) => walked(body, options)),
  };
}

/** How many transitions are walked by the compiled transition for one that XState walks too. */
const EVERY = { all: 1, sampled: 16, none: 1 } as const;

/** Each machine has the whole budget. */
function walked(subject: Subject, options: VerifyOptions): Walked {
  const startedMs = performance.now();
  const enough = (): boolean => performance.now() - startedMs > options.seconds * 1000;
  const result = verify(subject, { maxStates: options.maxStates, enough });
  return { subject, result, tookMs: Math.round(performance.now() - startedMs) };
}

function isBroken({ result }: Walked): boolean {
  return result.broken.length > 0;
}

// ---- what is said

function textOf(one: Verified, { quiet }: VerifyOptions): string {
  const { saga, source, subject, result, bodies } = one;
  if (quiet && ![one, ...bodies].some(isBroken)) return "";
  const { states, ends, parked, coverage, broken } = result;
  const lines = [
    `${saga} (${source}): ${lawsText(result)}`,
    `  ${countsText(one)}`,
    `  ${number(ends.completed)} end completed, ${number(ends.compensated)} compensated; in ${number(parked)} a person is waited for`,
    `  coverage: ${coverageText(coverage, states)}`,
    ...broken.flatMap((law) => storyText(law, subject)),
    ...bodies.flatMap(bodyText),
  ];
  return `${lines.join("\n")}\n`;
}

/** A line for each block that runs as instances of its own; its machine is walked like that of a saga. */
function bodyText(one: Walked): string[] {
  const { subject, result } = one;
  const { body } = subject.facts;
  const { states, coverage, broken } = result;
  const who = body?.kind === "item" ? "each item" : "each round";
  return [
    `  ${who} of ${body?.name}: ${lawsText(result)}; ${countsText(one)}; coverage: ${coverageText(coverage, states)}`,
    ...broken.flatMap((law) => storyText(law, subject)),
  ];
}

function countsText({ result, tookMs }: Walked): string {
  const { states, transitions, compared } = result;
  const beside = compared === null ? "" : ` (${number(compared)} by XState too)`;
  return `${number(states)} states, ${number(transitions)} transitions${beside}, ${seconds(tookMs)}`;
}

function lawsText({ broken, coverage }: Exploration): string {
  const laws = broken.length === 0 ? `${ALL_LAWS.length} laws hold` : `${broken.length} of ${ALL_LAWS.length} laws broken`;
  return `${laws}${coverage.complete ? "" : ", as far as was walked"}`;
}

function coverageText(coverage: Coverage, states: number): string {
  if (coverage.complete) return "complete";
  const { cut, frontier, depth } = coverage;
  const by = { states: "--max-states", time: "--seconds", broken: "a broken law" }[cut];
  const upTo = depth === 0 ? "" : `; every story of up to ${plural(depth, "event")} was`;
  return `cut by ${by}: ${number(frontier)} of the ${number(states)} states were not walked on from${upTo}`;
}

function storyText({ law, says, what, story }: BrokenLaw, { facts }: Subject): string[] {
  const told = tell(story, facts).map((line, at) => `    ${at + 1}. ${line}`);
  return ["", `  broken: ${says} (${law})`, ...told, `    => ${what.join("; ")}`];
}

function jsonOf({ saga, source, bodies, ...own }: Verified): unknown {
  const blocks = bodies.map((one) => ({ body: one.subject.facts.body?.name, ...walkedJson(one) }));
  return { saga, source, ...walkedJson(own), bodies: blocks };
}

function walkedJson({ subject, result, tookMs }: Walked): object {
  const broken = result.broken.map((law) => ({ ...law, story: tell(law.story, subject.facts) }));
  return { ...result, broken, tookMs };
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
