import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { collectDiagnostics, compile, type Diagnostic, memorySources, renderText } from "../../compiler/index.ts";
import { type CodeBlock, deadLinks, readMarkdown } from "./markdown.ts";
import { filesEnding, isFixture, isGenerated, textOf } from "./repository.ts";

const pages = filesEnding(".md")
  .filter((file) => !isFixture(file) && !isGenerated(file))
  .map((file) => readMarkdown(file, textOf(file)));
const blocks = pages.flatMap((page) => page.blocks);

describe("Markdown", () => {
  it("links to files and headings that are there", () => {
    expect(pages.flatMap(deadLinks)).toEqual([]);
  });

  it("says what its blocks are in words that are known", () => {
    const isKnown = (language: string, mark: string): boolean => isFileMark(mark) || (MARKS[language] ?? []).includes(mark);
    const unknown = blocks.filter(({ language, marks }) => marks.some((mark) => !isKnown(language, mark)));
    expect(unknown.map((block) => `${at(block)} ${block.language} ${block.marks.join(" ")}`)).toEqual([]);
  });

  it("names npm scripts that exist", () => {
    const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Readonly<Record<string, string>> };
    const named = pages.flatMap(({ file }) =>
      [...textOf(file).matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name = ""]) => ({ file, name })),
    );
    expect(named.filter(({ name }) => !(name in scripts)).map(({ file, name }) => `${file}: npm run ${name}`)).toEqual([]);
  });
});

describe("Examples in Markdown", () => {
  it.each(named(blocks.filter(({ language, marks }) => language === "saga" && isWhole(marks))))("compiles %s", (_name, block) => {
    expect(errorsOf(block.text, besides(block))).toBe("");
  });

  it.each(named(blocks.filter(({ language, marks }) => language === "saga" && marks.includes("wrong"))))(
    "complains of %s",
    (_name, block) => {
      expect(diagnosticsOf(block.text, besides(block))).not.toEqual([]);
    },
  );

  it.each(named(blocks.filter(({ language, marks }) => language === "saga" && marks.includes("fragment"))))(
    "parses %s",
    (_name, block) => {
      const wrapped = `saga Fragment {\n${block.text}\n}\n`;
      const syntax = [block.text, wrapped].map((text) => errorsOf(text).match(/\bSAGA1\d{3}\b.*/g) ?? []);
      expect(Math.min(...syntax.map((errors) => errors.length)), syntax.flat().join("\n")).toBe(0);
    },
  );

  it.each(named(blocks.filter(({ language }) => language === "ts")))("is TypeScript: %s", (_name, block) => {
    expect(parseSync("block.ts", block.text).errors.map((error) => error.message)).toEqual([]);
  });

  it.each(named(blocks.filter(({ language }) => language === "json")))("is JSON: %s", (_name, block) => {
    expect(() => JSON.parse(block.text) as unknown).not.toThrow();
  });
});

describe("The reader of Markdown", () => {
  const text = [
    "# A title: with `code`",
    "",
    "See [a](repository.ts), [b](nowhere.md#x), [c](#a-title-with-code), [d](#no), [e](https://example.test/x), [f](../../../x).",
    "",
    "- in a list:",
    "",
    "  ```saga wrong",
    "  saga",
    "  ```",
    "",
    "```",
    "[no](link.md)",
    "```",
  ].join("\n");
  const page = readMarkdown("test/tidy/page.md", text);

  it("finds blocks, wherever they stand", () => {
    expect(page.blocks.map(({ line, language, marks, text }) => ({ line, language, marks, text }))).toEqual([
      { line: 5, language: "saga", marks: ["wrong"], text: "saga" },
      { line: 11, language: "", marks: [], text: "[no](link.md)" },
    ]);
  });

  it("finds the links that lead nowhere", () => {
    expect(deadLinks(page).map((found) => found.replace("test/tidy/page.md:3 ", ""))).toEqual([
      "nowhere.md#x is not there",
      "#no: no heading gives this anchor",
      "../../../x leads out of the repository",
    ]);
  });
});

/** Of `.saga`. `before`, `after`, `fine`: a change, and another one (`test/diff` looks at them). `fragment`: a part of a saga, which need only parse. `wrong`: must give a diagnostic. `right`: no error, as if it were not said. */
const MARKS: Readonly<Record<string, readonly string[]>> = { saga: ["after", "before", "fine", "fragment", "right", "wrong"] };

function isWhole(marks: readonly string[]): boolean {
  return !marks.includes("wrong") && !marks.includes("fragment");
}

const EXAMPLE = "example.saga";

/** `./common.saga`: the block is a file that the others of its page may import. */
function isFileMark(mark: string): boolean {
  return mark.startsWith("./");
}

/** The files beside a block, by path. */
function besides({ file }: CodeBlock): Readonly<Record<string, string>> {
  const files = blocks.filter((block) => block.file === file && block.marks.some(isFileMark));
  return Object.fromEntries(files.flatMap(({ marks, text }) => marks.filter(isFileMark).map((mark) => [mark, text])));
}

/** The report of all errors, as a user sees it; empty if there are none. Warnings are no errors. */
function errorsOf(text: string, others: Readonly<Record<string, string>> = {}): string {
  const report = collectDiagnostics(diagnosticsOf(text, others).filter(({ severity }) => severity === "error"));
  if (report.errors === 0) return "";
  const source = memorySources({ [EXAMPLE]: text }).read(EXAMPLE);
  return renderText(report, { source: () => (source.ok ? source.file : null) });
}

/** Errors and warnings. */
function diagnosticsOf(text: string, others: Readonly<Record<string, string>>): readonly Diagnostic[] {
  return compile(memorySources({ ...others, [EXAMPLE]: text }), [EXAMPLE]).diagnostics;
}

function named(list: readonly CodeBlock[]): [name: string, block: CodeBlock][] {
  return list.map((block) => [at(block), block]);
}

function at({ file, line }: CodeBlock): string {
  return `${file}:${line}`;
}
