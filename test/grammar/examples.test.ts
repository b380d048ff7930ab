import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseFile } from "../../compiler/ast/parse.ts";
import { childrenOf, walk } from "../../compiler/ast/walk.ts";
import { parse } from "../../grammar/index.ts";
import { read } from "./marked.ts";

const FOLDER = new URL("./examples/", import.meta.url);
const EXAMPLES = readdirSync(FOLDER).map((name) => ({ name, text: readFileSync(new URL(name, FOLDER), "utf8") }));

describe("The examples", () => {
  it.each(EXAMPLES)("$name is read without a problem and without a gap", ({ name, text }) => {
    const { file, problems } = parseFile(text, name);
    const gaps: string[] = [];
    walk(file, (node) => {
      if (node.kind.startsWith("invalid") || node.kind === "misplaced" || ("broken" in node && node.broken)) gaps.push(node.kind);
      return true;
    });
    expect(problems).toEqual([]);
    expect(gaps).toEqual([]);
    expect(file.docs.stray).toEqual([]);
    expect(file.declarations.length).toBeGreaterThan(0);
  });

  it.each(EXAMPLES)("$name has its nodes within each other, and its names where they are written", ({ name, text }) => {
    walk(parseFile(text, name).file, (node) => {
      expect(node.span.file).toBe(name);
      for (const child of childrenOf(node)) {
        expect(child.span.start).toBeGreaterThanOrEqual(node.span.start);
        expect(child.span.end).toBeLessThanOrEqual(node.span.end);
      }
      if (node.kind === "ident" || node.kind === "name") expect(text.slice(node.span.start, node.span.end)).toBe(node.name);
      if (node.kind === "int" || node.kind === "duration") expect(text.slice(node.span.start, node.span.end)).toBe(node.text);
      return true;
    });
  });

  it.each(EXAMPLES)("$name with CRLF for its line breaks has the same tree", ({ name, text }) => {
    const withLf = parseFile(text, name);
    const withCrLf = parseFile(text.replaceAll("\n", "\r\n"), name);
    expect(withCrLf.problems).toEqual([]);
    expect(withoutSpans(withCrLf.file)).toEqual(withoutSpans(withLf.file));
  });

  it.each(EXAMPLES)("$name on one line has the same tree but for comments", ({ name, text }) => {
    const oneLine = parse(text, name)
      .tokens.map(({ image }) => image)
      .join(" ");
    const { file, problems } = parseFile(oneLine, name);
    expect(problems).toEqual([]);
    expect(withoutSpans(file)).toEqual(withoutSpans(parseFile(text, name).file));
  });
});

describe("Every prefix of an example", () => {
  it.each(EXAMPLES)("$name is read, and what is cut off reported", ({ name, text }) => {
    for (let length = 0; length <= text.length; length++) {
      const { file, problems } = parseFile(text.slice(0, length), name);
      expect(file.kind).toBe("file");
      // A cut in a text or word may leave one wrong besides the brace that is missing.
      expect(problems.length).toBeLessThanOrEqual(2);
    }
  });
});

/** A change to one token of an example. */
type Change = (text: string, start: number, end: number) => string;

const CHANGES: readonly (readonly [title: string, change: Change, goodShare: number])[] = [
  ["left out", (text, start, end) => text.slice(0, start) + text.slice(end), 0.99],
  ["written twice", (text, start, end) => `${text.slice(0, end)} ${text.slice(start)}`, 0.99],
  ["followed by a word too many", (text, _start, end) => `${text.slice(0, end)} foo ${text.slice(end)}`, 0.99],
];

describe("An example with one token changed", () => {
  it.each(CHANGES)("(%s) has at most one problem, and all other steps, nearly always", (_title, change, goodShare) => {
    let all = 0;
    let good = 0;
    for (const { name, text } of EXAMPLES) {
      const { steps } = read(text);
      for (const token of parse(text, name).tokens) {
        const reading = read(change(text, token.startOffset, token.startOffset + token.image.length));
        all++;
        if (reading.problems.length + reading.misplaced.length <= 1 && reading.steps.length >= steps.length - 1) good++;
        expect(reading.problems.length).toBeLessThanOrEqual(4);
        for (const problem of reading.problems) expect(problem.replace(/`[^`]*`|"[^"]*"/g, "")).not.toMatch(JARGON);
      }
    }
    expect(all).toBeGreaterThan(2000);
    expect(good / all).toBeGreaterThan(goodShare);
  });
});

/** Words of the parser that are none of the language. */
const JARGON = /NoViable|Mismatch|Expecting|EOF|token|undefined|null|Left[BP]|Right[BP]|Identifier|FieldName|Decl\b|Clause\b/;

function withoutSpans(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutSpans);
  if (typeof node !== "object" || node === null) return node;
  const kept = Object.entries(node).filter(([key]) => !/[sS]pan$|^doc$/.test(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutSpans(value)]));
}
