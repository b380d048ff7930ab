import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CODES } from "../../compiler/diagnostics/codes.ts";
import { diagnose } from "../../compiler/testing/expect-diagnostics.ts";

const FOLDER = new URL("../../docs/errors/", import.meta.url);

/** What no page can hold as it is: too large, or not to be seen. The page has a description in place of the wrong text. */
const MADE: ReadonlyMap<string, string> = new Map([
  ["SAGA1025", "type Cafe\u0301 = { name: string }\n"],
  ["SAGA1029", "type Name = string // \u202e\n"],
  ["SAGA1040", `// ${"x".repeat(1024 * 1024)}\n`],
  ["SAGA1041", `type Deep = ${"(".repeat(200)}string${")".repeat(200)}\n`],
  ["SAGA1042", `type Long = { ${"a: int ".repeat(70_000)} }\n`],
  ["SAGA1043", "; ".repeat(300)],
  ["SAGA1044", `type ${"x".repeat(200)} = string\n`],
]);

describe("the pages of the codes", () => {
  const pages = readdirSync(FOLDER).filter((name) => /^SAGA[1-6]\d{3}\.md$/.test(name));

  it("are one for each code, and no more", () => {
    expect(pages.map((name) => name.replace(".md", "")).toSorted()).toEqual(CODES.map(({ code }) => code));
  });

  it.each(CODES.map((entry) => [entry.code, entry]))("%s has its title, and says what and why", (_, { code, slug }) => {
    const text = page(code);
    expect(text.startsWith(`# ${code} ${slug}\n\n`)).toBe(true);
    expect(text).toMatch(/^## Why\n\n\S/m);
  });

  it.each(CODES.map((entry) => [entry.code, entry]))("%s has a wrong text, with this one mistake", (_, entry) => {
    const wrong = MADE.get(entry.code) ?? example(page(entry.code), "wrong");
    const found = diagnose(wrong, "example.saga", besides(page(entry.code)));
    expect(found.map(({ code }) => code)).toContain(entry.code);
    const errors = found.filter(({ severity }) => severity === "error").map(({ code, message }) => `${code} ${message}`);
    expect(errors.filter((error) => !mayStandBeside(entry).some((code) => error.startsWith(code)))).toEqual([]);
  });

  it.each(CODES.map((entry) => [entry.code, entry]))("%s has a right text, without a mistake", (_, entry) => {
    const found = diagnose(example(page(entry.code), "right"), "example.saga", besides(page(entry.code)));
    expect(found.filter(({ severity, code }) => severity === "error" || code === entry.code)).toEqual([]);
  });
});

/** Codes of errors that cannot be kept out of a wrong text. */
function mayStandBeside({ code, slug }: { code: string; slug: string }): string[] {
  if (slug === "too-many-problems") return ["SAGA1"];
  // What `a < b < c` compares with `c` is a truth value.
  return code === "SAGA1007" ? [code, "SAGA3012"] : [code];
}

function page(code: string): string {
  return readFileSync(new URL(`${code}.md`, FOLDER), "utf8");
}

function example(text: string, kind: "wrong" | "right"): string {
  const found = new RegExp(`^\`\`\`saga ${kind}\n(.*?)^\`\`\`$`, "ms").exec(text)?.[1];
  if (found === undefined) throw new Error(`The page has no \`\`\`saga ${kind} example.`);
  return found;
}

/** The files that a page shows beside its examples: blocks such as ```saga ./common.saga. */
function besides(text: string): Readonly<Record<string, string>> {
  const found = text.matchAll(/^```\w+ (\.\/\S+)\n(.*?)^```$/gms);
  return Object.fromEntries([...found].map(([, path = "", block = ""]) => [path, block]));
}
