import { dirname } from "node:path";
import { CompilerBug } from "../../bug.ts";
import type { BrokenLaw, Coverage, Exploration } from "../../verify/explore.ts";
import { findXState } from "../../verify/load.ts";
import { ALL_LAWS, type Subject, subjectsOf, verify } from "../../verify/verify.ts";
import { tell } from "../../verify/witness.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { VerifyOptions } from "../options.ts";
import { exitCodeOf, plural, reportJson, reportText } from "../output.ts";
import { UsageError } from "../problems.ts";
import { compileProject, openProject, type Project } from "../project.ts";

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
    const one = await verifyOne(project, file, options, (xstate) => subjectsOf(plan, xstate));
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
  load: (xstate: string) => Promise<readonly Subject[]>,
): Promise<Verified> {
  const source = project.absolute(file);
  const xstate = findXState(dirname(source));
  if (xstate === null) throw new UsageError("no-xstate", { path: project.shown(source) });
  const [saga, ...bodies] = await load(xstate);
  if (saga === undefined) throw new CompilerBug("a saga without a machine");
  const { saga: name } = saga.facts.plan;
  return {
    saga: name,
    source: project.shown(source),
    ...walked(saga, options),
    bodies: bodies.map((body) => walked(body, options)),
  };
}

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
  const { saga, source, subject, result, tookMs, bodies } = one;
  if (quiet && ![one, ...bodies].some(isBroken)) return "";
  const { states, transitions, ends, parked, coverage, broken } = result;
  const lines = [
    `${saga} (${source}): ${lawsText(result)}`,
    `  ${number(states)} states, ${number(transitions)} transitions, ${seconds(tookMs)}`,
    `  ${number(ends.completed)} end completed, ${number(ends.compensated)} compensated; in ${number(parked)} a person is waited for`,
    `  coverage: ${coverageText(coverage, states)}`,
    ...broken.flatMap((law) => storyText(law, subject)),
    ...bodies.flatMap(bodyText),
  ];
  return `${lines.join("\n")}\n`;
}

/** A line for each block that runs as instances of its own; its machine is walked like that of a saga. */
function bodyText({ subject, result, tookMs }: Walked): string[] {
  const { body } = subject.facts;
  const { states, transitions, coverage, broken } = result;
  const who = body?.kind === "item" ? "each item" : "each round";
  const counts = `${number(states)} states, ${number(transitions)} transitions, ${seconds(tookMs)}`;
  return [
    `  ${who} of ${body?.name}: ${lawsText(result)}; ${counts}; coverage: ${coverageText(coverage, states)}`,
    ...broken.flatMap((law) => storyText(law, subject)),
  ];
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
