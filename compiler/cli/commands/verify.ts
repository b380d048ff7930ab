import { dirname } from "node:path";
import type { BrokenLaw, Coverage, Exploration } from "../../verify/explore.ts";
import { findXState } from "../../verify/load.ts";
import { ALL_LAWS, type Subject, subjectOf, verify } from "../../verify/verify.ts";
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
    const one = await verifyOne(project, file, options, (xstate) => subjectOf(plan, xstate));
    if (!json) io.stdout.write(textOf(one, options));
    verified.push(one);
  }
  const broken = verified.some(({ result }) => result.broken.length > 0);
  const exitCode = broken ? EXIT.sources : sound;
  if (json)
    io.stdout.write(
      reportJson(report, project.source, exitCode, { command: "verify", laws: ALL_LAWS, sagas: verified.map(jsonOf) }),
    );
  else if (!options.quiet) io.stderr.write(`${plural(verified.length, "saga")} verified\n`);
  return exitCode;
}

interface Verified {
  readonly saga: string;
  readonly source: string;
  readonly subject: Subject;
  readonly result: Exploration;
  readonly tookMs: number;
}

async function verifyOne(
  project: Project,
  file: string,
  options: VerifyOptions,
  load: (xstate: string) => Promise<Subject>,
): Promise<Verified> {
  const source = project.absolute(file);
  const xstate = findXState(dirname(source));
  if (xstate === null) throw new UsageError("no-xstate", { path: project.shown(source) });
  const subject = await load(xstate);
  const startedMs = performance.now();
  const enough = (): boolean => performance.now() - startedMs > options.seconds * 1000;
  const result = verify(subject, { maxStates: options.maxStates, enough });
  const tookMs = Math.round(performance.now() - startedMs);
  return { saga: subject.facts.plan.saga, source: project.shown(source), subject, result, tookMs };
}

// ---- what is said

function textOf({ saga, source, subject, result, tookMs }: Verified, { quiet }: VerifyOptions): string {
  const { states, transitions, ends, parked, coverage, broken } = result;
  if (quiet && broken.length === 0) return "";
  const laws = broken.length === 0 ? `${ALL_LAWS.length} laws hold` : `${broken.length} of ${ALL_LAWS.length} laws broken`;
  const lines = [
    `${saga} (${source}): ${laws}${coverage.complete ? "" : ", as far as was walked"}`,
    `  ${number(states)} states, ${number(transitions)} transitions, ${seconds(tookMs)}`,
    `  ${number(ends.completed)} end completed, ${number(ends.compensated)} compensated; in ${number(parked)} a person is waited for`,
    `  coverage: ${coverageText(coverage, states)}`,
    ...broken.flatMap((law) => storyText(law, subject)),
  ];
  return `${lines.join("\n")}\n`;
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

function jsonOf({ saga, source, subject, result, tookMs }: Verified): unknown {
  const broken = result.broken.map((law) => ({ ...law, story: tell(law.story, subject.facts) }));
  return { saga, source, ...result, broken, tookMs };
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
