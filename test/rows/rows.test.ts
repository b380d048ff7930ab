import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { WORDS } from "@sagac/grammar";
import { describe, expect, it } from "vitest";
import { compile, memorySources } from "../../compiler/index.ts";
import { ROOT } from "../kit/scratch.ts";
import { CLAUSES } from "./clauses.ts";
import { LANGUAGE } from "./language.ts";
import { NOT_YET_SOURCES } from "./not-yet.ts";
import { NOT_YET, type Proof } from "./proof.ts";
import { clauseRows, languageRows, semanticsRows } from "./rows.ts";
import { SEMANTICS } from "./semantics.ts";

// A row that nothing holds is a promise that nobody keeps: each names the tests that would fail.

describe.each([
  ["docs/semantics.md", semanticsRows(), SEMANTICS],
  ["docs/language.md", languageRows(), LANGUAGE],
  ["the clauses of the grammar", clauseRows(), CLAUSES],
] as const)("every row of %s", (_, rows, table) => {
  it("has a name of its own", () => {
    expect(rows.filter((row, at) => rows.indexOf(row) !== at)).toEqual([]);
  });

  it("has its test, or says that it is not available yet", () => {
    expect(rows.filter((row) => !Object.hasOwn(table, row))).toEqual([]);
  });

  it("is a row that there is", () => {
    expect(Object.keys(table).filter((row) => !rows.includes(row))).toEqual([]);
  });

  it("names tests that there are, one at least", () => {
    const missing = Object.entries<Proof>(table).flatMap(([row, proof]) => {
      if (proof === NOT_YET) return [];
      return proof.length === 0 ? [row] : proof.filter((each) => !exists(each)).map((each) => `${row}: ${each}`);
    });
    expect(missing).toEqual([]);
  });
});

it("docs/language.md names the words that are no names, all and no others", () => {
  const reserved = WORDS.filter((word) => word.class === "reserved").map(({ word }) => word);
  const lists = readFileSync(join(ROOT, "docs/language.md"), "utf8").match(/^(?:(?:`\w+` ?)+\n)+$/gm) ?? [];
  expect(lists.map((list) => list.match(/\w+/g))).toEqual([reserved]);
});

describe("what is not available yet", () => {
  const claimed = Object.entries<Proof>({ ...LANGUAGE, ...CLAUSES }).flatMap(([row, proof]) => (proof === NOT_YET ? [row] : []));

  it("has a saga that says it, and no other row has", () => {
    expect(Object.keys(NOT_YET_SOURCES).sort()).toEqual([...claimed].sort());
  });

  it.each(Object.entries(NOT_YET_SOURCES))("%s: is refused by name, and nothing else is", (_, text) => {
    const { diagnostics } = compile(memorySources({ "s.saga": text }), ["s.saga"]);
    expect([...new Set(diagnostics.map(({ code }) => code))]).toEqual(["SAGA5001"]);
  });
});

/** `test/check/x.test.ts: words that stand in it`; without words the whole file. */
function exists(test: string): boolean {
  const [path = "", words = ""] = test.split(/: (.*)/s);
  const file = join(ROOT, path);
  return existsSync(file) && readFileSync(file, "utf8").includes(words);
}
