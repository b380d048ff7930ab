import { parse } from "@sagac/grammar";
import { parseSync } from "oxc-parser";
import { parseFile } from "../../compiler/ast/parse.ts";
import { renderGithub } from "../../compiler/diagnostics/render/github.ts";
import { renderJson } from "../../compiler/diagnostics/render/json.ts";
import { renderSarif } from "../../compiler/diagnostics/render/sarif.ts";
import { renderText } from "../../compiler/diagnostics/render/text.ts";
import { pageFile } from "../../compiler/emit/docs/page.ts";
import { graphFile } from "../../compiler/emit/graph/draw.ts";
import { graphOf } from "../../compiler/emit/graph/model.ts";
import { TARGETS_WITH_TESTS } from "../../compiler/emit/index.ts";
import { newStepsFile } from "../../compiler/emit/steps.ts";
import type { EmittedFile } from "../../compiler/emit/target.ts";
import { emitSaga } from "../../compiler/emit-saga.ts";
import { applyFixes } from "../../compiler/fixes/apply.ts";
import { format } from "../../compiler/format/format.ts";
import { collectDiagnostics, type Diagnostic } from "../../compiler/index.ts";
import { type Compilation, compile } from "../../compiler/pipeline.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import { completion } from "../../compiler/service/completion.ts";
import { definition } from "../../compiler/service/definition.ts";
import { createChecker } from "../../compiler/service/diagnostics.ts";
import { folding } from "../../compiler/service/folding.ts";
import { formatting } from "../../compiler/service/formatting.ts";
import { hover } from "../../compiler/service/hover.ts";
import { references } from "../../compiler/service/references.ts";
import { rename } from "../../compiler/service/rename.ts";
import { symbols } from "../../compiler/service/symbols.ts";
import { memorySources, overlaySources } from "../../compiler/source/source-set.ts";
import type { Span } from "../../compiler/source/span.ts";
import { workspaceOf } from "../service/kit.ts";
import type { Dice } from "./dice.ts";
import type { Seed } from "./seeds.ts";

/** What was off, and where: the message of what was thrown or of what does not hold. */
export interface Finding {
  readonly where: string;
  readonly what: string;
}

export interface Held {
  readonly findings: readonly Finding[];
  /** Whether it has no errors, and so came as far as the emitters. */
  readonly sound: boolean;
}

/** Holds a source against all that must be true of any text, whatever it says. Never throws. */
export async function hold(seed: Seed, dice: Dice): Promise<Held> {
  const findings: Finding[] = [];
  const part = async (where: string, work: () => void | Promise<void>): Promise<void> => {
    const began = process.threadCpuUsage();
    try {
      await work();
    } catch (error) {
      findings.push({ where, what: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    const { user, system } = process.threadCpuUsage(began);
    const ms = (user + system) / 1000;
    if (ms > MOST_CPU_MS) findings.push({ where, what: `took ${Math.round(ms)} ms` });
  };
  const holder = new Holder(seed, dice);
  await part("parse", () => holder.parses());
  await part("check", () => holder.checks());
  await part("render", () => holder.renders());
  await part("format", () => holder.formats());
  await part("service", () => holder.answers());
  await part("fixes", () => holder.fixes());
  for (const plan of holder.plans) {
    await part("emit", () => holder.emits(plan));
    await part("draw", () => holder.draws(plan));
  }
  return { findings, sound: holder.plans.length > 0 };
}

/** Of one part, of the processor: many times what the slowest takes, and far less than a hang. */
const MOST_CPU_MS = 5_000;

class Holder {
  readonly #path: string;
  readonly #text: string;
  readonly #texts: Readonly<Record<string, string>>;
  readonly #dice: Dice;
  #compiled: Compilation | null = null;

  constructor({ path, text, beside }: Seed, dice: Dice) {
    this.#path = path;
    this.#text = text;
    this.#texts = { ...beside, [path]: text };
    this.#dice = dice;
  }

  get plans(): readonly Plan[] {
    return this.#compiled?.sagas.map(({ plan }) => plan) ?? [];
  }

  parses(): void {
    let last = 0;
    for (const { start, end, message } of parseFile(this.#text, this.#path).problems) {
      must(last <= start && start <= end && end <= this.#text.length, `a place out of order or of the file: ${message}`);
      last = start;
    }
  }

  checks(): void {
    const compiled = compile(memorySources(this.#texts), [this.#path]);
    this.#compiled = compiled;
    must(compiled.unreadable.length === 0, "a file that could not be read");
    for (const { span, labels, fixes, message, note, help } of compiled.diagnostics) {
      const edits = fixes.flatMap((fix) => fix.edits.map((edit) => edit.span));
      for (const place of [span, ...labels.map((label) => label.span), ...edits]) this.#mustBePlace(place, message);
      const words = `${message} ${note ?? ""} ${help ?? ""}`;
      must(message.length > 0 && (!/undefined|\[object /.test(words) || /undefined|object/.test(this.#text)), `words: ${words}`);
    }
    const errors = compiled.diagnostics.some(({ severity }) => severity === "error");
    must(errors || parseFile(this.#text, this.#path).problems.length === 0, "problems of syntax that nobody is told of");
  }

  renders(): void {
    const report = collectDiagnostics(this.#compiled?.diagnostics ?? []);
    const sources = memorySources(this.#texts);
    const source = (path: string) => {
      const found = sources.read(path);
      return found.ok ? found.file : null;
    };
    const shown = renderText(report, { source });
    must(!UNSEEN.test(shown), "characters in the report that cannot be seen");
    must(!/^\s*::/m.test(shown), "a line of the report that is a command to GitHub");
    must(shown.split("\n").filter((line) => KIND.test(line)).length === report.diagnostics.length, "one headline a diagnostic");
    JSON.parse(renderJson(report, source));
    JSON.parse(renderSarif(report, { version: "0.0.0", source, codes: [] }));
    const lines = renderGithub(report, source).trimEnd().split("\n");
    const commands = lines.filter((line) => /^\s*(?:::|##\[)/.test(line));
    must(commands.length === report.diagnostics.length, "as many annotations as diagnostics");
  }

  formats(): void {
    const once = format(this.#text, this.#path).text;
    must(same(words(once), words(this.#text)), "format changes words or comments");
    must(ink(once) === ink(this.#text), "format loses what it cannot read");
    must(format(once, this.#path).text === once, "format twice is not once");
  }

  answers(): void {
    const workspace = workspaceOf(this.#texts);
    const document = workspace.open(this.#path);
    for (const { span, message } of createChecker(workspace).diagnostics(this.#path)) this.#mustBePlace(span, message);
    for (let left = 4; left > 0; left--) {
      const offset = this.#dice.between(0, this.#text.length);
      completion(workspace, document, offset);
      hover(workspace, document, offset);
      definition(workspace, document, offset);
      const renamed = rename(workspace, document, offset, "another");
      for (const place of [...references(workspace, document, offset), ...(renamed.ok ? renamed.changes : [])]) {
        const { length } = this.#texts[place.path] ?? "";
        must(0 <= place.start && place.start <= place.end && place.end <= length, "a reference out of its file");
      }
    }
    folding(document);
    symbols(document);
    formatting(document);
  }

  /** Most sources are not taken so far: it checks them over and over. */
  fixes(): void {
    if (this.#text.length > 20_000 || !this.#dice.percent(30)) return;
    const base = memorySources(this.#texts);
    const diagnose = (texts: ReadonlyMap<string, string>): readonly Diagnostic[] =>
      compile(overlaySources(base, texts), [this.#path]).diagnostics;
    const before = errorsOf(diagnose(new Map()));
    const { texts } = applyFixes((path) => this.#texts[path] ?? null, diagnose, { unsafe: true, mine: new Set([this.#path]) });
    must(errorsOf(diagnose(texts)) <= before, "fixes bring errors");
  }

  emits(plan: Plan): void {
    const options = { importExtension: ".ts" } as const;
    const files = emitSaga(plan, options, TARGETS_WITH_TESTS);
    const steps: EmittedFile = { path: "x.steps.ts", text: newStepsFile(plan, options, "./generated") };
    for (const file of [...files, steps, pageFile(plan, "0.0.0")]) mustBeSound(file);
    must(same(files, emitSaga(plan, options, TARGETS_WITH_TESTS)), "the same plan gives other files");
  }

  async draws(plan: Plan): Promise<void> {
    const origin = { source: plan.source, compilerVersion: "0.0.0" };
    const graph = graphOf(plan);
    const isLarge = plan.steps.length > 40;
    const formats = ["mermaid", "dot", "json"] as const;
    for (const each of formats) mustBeSound(await graphFile(graph, each, origin));
    if (!isLarge && this.#dice.percent(15)) mustBeSound(await graphFile(graph, "svg", origin));
  }

  #mustBePlace({ file, start, end }: Span, message: string): void {
    const length = this.#texts[file]?.length ?? -1;
    must(0 <= start && start <= end && end <= length, `a place that is not in ${file}: ${message}`);
  }
}

function mustBeSound({ path, text }: EmittedFile): void {
  if (path.endsWith(".json")) {
    JSON.parse(text);
    return;
  }
  must(!UNSEEN.test(text), `${path} has characters that cannot be seen`);
  if (path.endsWith(".ts")) {
    const { errors } = parseSync(path, text);
    must(errors.length === 0, `${path} does not parse: ${errors[0]?.message}`);
  }
  if (path.endsWith(".svg")) must(MARKUP.test(text), `${path} is not well-formed`);
}

/** Control and direction characters, halves of characters, and line breaks but one. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

const KIND = /^\S.*: (?:error|warning) SAGA\d{4} /;

const MARKUP = /^(?:<!--(?:[^-<>]|-(?!-))*-->|<[^<>]*>|[^<>&]|&(?:amp|lt|gt|quot|#\d+|#x[0-9a-f]+);)*$/iu;

/** Tokens and comments, in order; a text that was not read is one word. */
function words(text: string): readonly string[] {
  const { cst, tokens, comments } = parse(text, "");
  if (cst === null) return [text.trimEnd()];
  const all = [
    ...tokens.map(({ startOffset, image }) => ({ start: startOffset, word: image })),
    ...comments.map(({ start, text: said }) => ({ start, word: said.trimEnd() })),
  ];
  return all.sort((a, b) => a.start - b.start).map(({ word }) => word.replaceAll("\r\n", "\n"));
}

/** All but the gaps between words. */
function ink(text: string): string {
  return text.replaceAll(/\s+/g, "");
}

function errorsOf(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === "error").length;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
