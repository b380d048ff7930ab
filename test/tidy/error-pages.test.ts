import { describe, expect, it } from "vitest";
import { IGNORE_KINDS } from "../../compiler/check/ignores.ts";
import { rules } from "../../compiler/check/rules/index.ts";
import { BUILD_KINDS, USAGE_PROBLEMS } from "../../compiler/cli/problems.ts";
import { CHANGE_CODES } from "../../compiler/diff/diff.ts";
import { SYNTAX_CODES } from "../../grammar/syntax-codes.ts";
import { RUNTIME_CODES } from "../../runtime/errors.ts";
import { filesEnding, isGenerated, textOf } from "./repository.ts";

const FOLDER = "docs/errors/";

/** Every code that anything declares, with its short name; a code stands here as often as it is declared. */
const declared: readonly (readonly [code: string, slug: string])[] = [
  ...Object.entries(SYNTAX_CODES).map(([code, { slug }]) => [code, slug] as const),
  ...rules.map(({ code, slug }) => [code, slug] as const),
  ...Object.values(IGNORE_KINDS).map(({ code, slug }) => [code, slug] as const),
  ...Object.values(BUILD_KINDS).map(({ code, slug }) => [code, slug] as const),
  ...Object.entries(USAGE_PROBLEMS).map(([slug, { code }]) => [code, slug] as const),
  ...Object.entries(RUNTIME_CODES),
  ...CHANGE_CODES,
  ["SAGA7999", "bug"],
];

describe("The pages of docs/errors", () => {
  const pages = filesEnding(".md")
    .filter((file) => file.startsWith(FOLDER) && !file.endsWith("/README.md"))
    .map((file) => file.slice(FOLDER.length, -".md".length));
  const codes = declared.map(([code]) => code);

  it("are one for each code, and none more", () => {
    expect({ missing: missingFrom(pages, codes), withoutCode: missingFrom(codes, pages) }).toEqual({
      missing: [],
      withoutCode: [],
    });
  });

  it("begin with the code and its short name", () => {
    const wrong = declared
      .filter(([code]) => pages.includes(code))
      .filter(([code, slug]) => headingOf(code) !== `# ${code} ${slug}`);
    expect(wrong.map(([code, slug]) => `${headingOf(code)} (should be: # ${code} ${slug})`)).toEqual([]);
  });
});

describe("Codes and their short names", () => {
  it("are given once", () => {
    expect({ codes: twice(declared.map(([code]) => code)), slugs: twice(declared.map(([, slug]) => slug)) }).toEqual({
      codes: [],
      slugs: [],
    });
  });

  it("are declared in a table that the pages are held to: no code in the sources is unknown to it", () => {
    const inSources = filesEnding(".ts", ".lua", ".sql")
      .filter((file) => /^(grammar|compiler|runtime)\//.test(file) && !file.includes("/testing/") && !isGenerated(file))
      .flatMap((file) => [...textOf(file).matchAll(/\b(?:SAGA|RT)\d{4}\b/g)].map(([code]) => code));
    expect(
      missingFrom(
        declared.map(([code]) => code),
        inSources,
      ),
    ).toEqual([]);
  });
});

/** The first line of a code's page. */
function headingOf(code: string): string {
  return textOf(`${FOLDER}${code}.md`).split("\n", 1)[0] ?? "";
}

/** What `all` has and `list` has not. */
function missingFrom(list: readonly string[], all: readonly string[]): string[] {
  return [...new Set(all)].filter((each) => !list.includes(each)).sort();
}

function twice(list: readonly string[]): string[] {
  return list.filter((each, at) => list.indexOf(each) !== at);
}
