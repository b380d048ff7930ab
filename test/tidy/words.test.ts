import { describe, expect, it } from "vitest";
import { filesEnding, textOf } from "./repository.ts";
import { complaints, MAY_WAIT, needsToWait } from "./words.ts";

const TEXTS = [".ts", ".js", ".mjs", ".json", ".md", ".saga", ".lua", ".sql", ".yml", ".yaml", "run"];

describe("What Biome cannot see", () => {
  const files = filesEnding(...TEXTS);

  it("finds no words that should not be there, no test that sleeps, none that is a promise", () => {
    expect(files.flatMap((file) => complaints(file, textOf(file)))).toEqual([]);
  });

  it("knows of no file that may wait and does not", () => {
    const stale = Object.keys(MAY_WAIT).filter((file) => !files.includes(file) || !needsToWait(file, textOf(file)));
    expect(stale).toEqual([]);
  });

  it("holds the lockfile free of a registry's name", () => {
    const lock = textOf("package-lock.json");
    expect([...lock.matchAll(/"resolved": "https?:[^"]*"/g)].map(([found]) => found)).toEqual([]);
  });
});

describe("The search for words", () => {
  const found = (text: string, file = "test/some/thing.test.ts"): string[] => complaints(file, text);

  it.each([
    ["a machine's path", `const a = "${"/wo"}rk/main/x";`],
    ["somebody's home", `// see ${"/ho"}me/kim/notes`],
    ["a wish", "// TODO later"],
    ["a hidden any", "// biome-ignore lint/suspicious/noExplicitAny: it is so much easier\nconst a = 1;"],
    ["a hidden line", "// @ts-ignore\nconst a = 1;"],
    ["a hidden mistake without a reason", "// @ts-expect-error\nconst a = 1;"],
    ["a sleep", "await new Promise((resolve) => setTimeout(resolve, 100));"],
    ["a sleep by import", `import { setTimeout as sleep } from "node:timers/promises";`],
    ["a test that is a promise", `it.todo("works");`],
    ["a merge", `${"<".repeat(7)} ours`],
  ])("finds %s", (_what, text) => {
    expect(found(text)).toHaveLength(1);
  });

  it.each([
    ["a wish that is text", `const stub = "// TODO: fill this in";`, "compiler/emit/steps.ts"],
    ["a timer that is not in a test", "setTimeout(run, 10);", "runtime/ports/clock.ts"],
    ["an address", `const a = "https://example.test${"/wo"}rk/x";`, "test/a.test.ts"],
    ["a reason", "// @ts-expect-error: the handler is missing, which is what is tested\nconst a = 1;", "test/a.test.ts"],
  ])("leaves alone %s", (_what, text, file) => {
    expect(found(text, file)).toEqual([]);
  });
});
