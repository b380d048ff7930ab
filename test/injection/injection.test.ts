import { lexer, type Token } from "marked";
import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { renderGithub } from "../../compiler/diagnostics/render/github.ts";
import { renderSarif } from "../../compiler/diagnostics/render/sarif.ts";
import { pageFile } from "../../compiler/emit/docs/page.ts";
import { graphFile } from "../../compiler/emit/graph/draw.ts";
import { graphOf } from "../../compiler/emit/graph/model.ts";
import { TARGETS_WITH_TESTS } from "../../compiler/emit/index.ts";
import { newStepsFile } from "../../compiler/emit/steps.ts";
import type { EmittedFile } from "../../compiler/emit/target.ts";
import { collectDiagnostics, compile, emitSaga, memorySources, renderJson, renderText } from "../../compiler/index.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import { HOSTILE, MISTAKES, NAMED, NAMES, POSITIONS } from "./corpus.ts";

// From the source to every format: a hostile text gives the same shape as a harmless one of the same place, and nothing else.

type Written = ReturnType<(typeof POSITIONS)[number]["write"]>;

function compiled({ path, source }: Written) {
  const sources = memorySources({ [path]: source });
  const { sagas, diagnostics } = compile(sources, [path]);
  const find = (name: string) => {
    const found = sources.read(name);
    return found.ok ? found.file : null;
  };
  return { plans: sagas.map(({ plan }) => plan), report: collectDiagnostics(diagnostics), find };
}

async function filesOf(written: Written): Promise<readonly EmittedFile[]> {
  const { plans, report } = compiled(written);
  expect(report.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const [plan] = plans;
  if (plan === undefined) throw new Error("there is no plan");
  return await filesIn(plan, FORMATS);
}

const FORMATS = ["mermaid", "dot", "json", "svg"] as const;

/** All that is written of a saga, and its drawings. */
async function filesIn(plan: Plan, formats: readonly (typeof FORMATS)[number][]): Promise<readonly EmittedFile[]> {
  const options = { importExtension: ".ts" } as const;
  const origin = { source: plan.source, compilerVersion: "0.0.0" };
  const drawn = formats.map((format) => graphFile(graphOf(plan), format, origin));
  return [
    ...emitSaga(plan, options, TARGETS_WITH_TESTS),
    { path: "sample.steps.ts", text: newStepsFile(plan, options, "./generated") },
    pageFile(plan, "0.0.0"),
    ...(await Promise.all(drawn)),
  ];
}

/** What is left of a file without what its texts say. */
function shape({ path, text }: EmittedFile): unknown {
  if (path.endsWith(".ts")) return treeOf(path, text);
  if (path.endsWith(".json")) return keysOf(JSON.parse(text));
  if (path.endsWith(".md")) return lexer(text).flatMap(kindsOf);
  if (path.endsWith(".svg")) return elementsOf(text);
  const bare = text.replace(/^(?:%%|\/\/) @generated .*\n/gm, "HEADER\n");
  return bare.replace(/^ {2}accDescr: .*$/gm, "  accDescr").replace(/"(?:[^"\\\n]|\\.)*"/g, "S");
}

/** Elements and attributes, in order, but for lines of a label; what is no markup is text. */
function elementsOf(text: string): unknown {
  const bare = text.replaceAll("\n", "");
  expect(bare).toMatch(/^(?:<!--(?:[^-<>]|-(?!-))*-->|<[^<>]*>|[^<>&]|&(?:amp|lt|gt|quot|#\d+|#x[0-9a-f]+);)*$/iu);
  const tags = bare.match(/<[a-z/][^<>]*>/g) ?? [];
  expect(tags.filter((tag) => /\son\w+="|\s(?:xlink:)?href=|^<(?:a|script|image|style|foreignobject)\b/i.test(tag))).toEqual([]);
  return tags.map((tag) => tag.replaceAll(/="[^"]*"/g, "")).filter((tag) => !/^<\/?text/.test(tag));
}

/** The kinds of a program's nodes, as they stand in each other. */
function treeOf(path: string, text: string): unknown {
  const { program, errors } = parseSync(path, text);
  expect(errors, path).toEqual([]);
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== "object" || node === null) return null;
    const inner = Object.entries(node).flatMap(([key, value]) =>
      typeof value === "object" && value !== null ? [[key, walk(value)]] : [],
    );
    return ["type" in node ? node.type : null, inner];
  };
  return walk(program.body);
}

/** Of a block and of what stands in it that is no mere text; a text has as many paragraphs as it has. */
function kindsOf(token: Token): readonly string[] {
  const inner: readonly Token[] = token.type === "list" ? token.items : "tokens" in token ? (token.tokens ?? []) : [];
  return [...(PLAIN.has(token.type) ? [] : [token.type]), ...inner.flatMap(kindsOf)];
}

const PLAIN = new Set(["space", "paragraph", "text", "escape", "codespan"]);

function keysOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(keysOf);
  if (typeof value !== "object" || value === null) return value === null ? null : typeof value;
  return Object.entries(value).map(([key, inner]) => [key, keysOf(inner)]);
}

/** Control and direction characters, halves of characters, and line breaks but one. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

describe.each(POSITIONS)("$title", ({ write }) => {
  it("takes any text, and every file keeps its shape", async () => {
    const harmless = new Map((await filesOf(write("harmless"))).map((file) => [file.path, JSON.stringify(shape(file))]));
    for (const text of HOSTILE) {
      const files = await filesOf(write(text));
      expect(files.map(({ path }) => path)).toEqual([...harmless.keys()]);
      for (const file of files) {
        const what = `${file.path}: ${JSON.stringify(text)}`;
        expect(JSON.stringify(shape(file)) === harmless.get(file.path), what).toBe(true);
        if (file.path.endsWith(".json")) continue;
        expect(UNSEEN.test(file.text), what).toBe(false);
        if (file.path.endsWith(".ts")) expect(file.text, what).not.toMatch(/<\/script|<!--/i);
      }
    }
  });
});

describe.each(MISTAKES)("$title", ({ write }) => {
  it("is told in every format, in its own words", () => {
    for (const text of HOSTILE) {
      const { report, find } = compiled(write(text));
      const what = JSON.stringify(text);
      const { length } = report.diagnostics;
      expect(report.errors, what).toBeGreaterThan(0);
      const shown = renderText(report, { source: find });
      expect(UNSEEN.test(shown), what).toBe(false);
      expect(shown.split("\n").filter((line) => /^\S.*: (?:error|warning) SAGA\d{4} /.test(line)).length, what).toBe(length);
      expect(shown, what).not.toMatch(/^\s*::/m);
      const lines = renderGithub(report, find)
        .trimEnd()
        .split(/[\r\n]+/);
      expect(
        lines.map((line) => /^::(?:error|warning) file=[^:]*::[^\r\n]*$/.test(line)),
        what,
      ).toEqual(lines.map(() => true));
      expect(lines.length, what).toBe(length);
      expect(JSON.parse(renderJson(report, find)).diagnostics.length, what).toBe(length);
      const sarif = JSON.parse(renderSarif(report, { version: "0.0.0", source: find, codes: [] }));
      expect(sarif.runs[0].results.length, what).toBe(length);
    }
  });
});

describe.each(NAMED.map((named, place) => ({ ...named, place })))("$title", ({ write, place }) => {
  const path = "orders/sample.saga";

  it("is refused in its place, or taken wherever it is written", async () => {
    let taken = 0;
    for (const [at, name] of NAMES.entries()) {
      // An SVG takes longer than all else together: each name has one in one place of seven, and every place has some.
      const formats = FORMATS.filter((format) => format !== "svg" || (at + place) % 7 === 0);
      const { plans, report, find } = compiled({ path, source: write(name) });
      const what = JSON.stringify(name);
      if (report.errors > 0) {
        const file = find(path);
        const places = report.diagnostics.filter(({ severity }) => severity === "error");
        for (const { span, message } of places) {
          const around = file?.text.slice(Math.max(0, span.start - 130), span.end + 130);
          expect(`${message} ${around}`, what).toContain(name);
        }
        continue;
      }
      taken += 1;
      for (const plan of plans) {
        for (const file of await filesIn(plan, formats)) {
          expect(file.path, what).toMatch(/^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]*$/u);
          expect(UNSEEN.test(file.text), `${file.path}: ${what}`).toBe(false);
          if (file.path.endsWith(".ts")) expect(parseSync(file.path, file.text).errors, `${file.path}: ${what}`).toEqual([]);
          if (file.path.endsWith(".svg")) expect(elementsOf(file.text), `${file.path}: ${what}`).not.toEqual([]);
          if (file.path.endsWith(".json")) expect(isPlain(JSON.parse(file.text)), `${file.path}: ${what}`).toBe(true);
        }
      }
    }
    expect(taken).toBeGreaterThan(NAMES.length / 3);
  });
});

/** Nothing that was read has another prototype than what is written so: no key became one. */
function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value !== "object" || value === null) return true;
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
}
