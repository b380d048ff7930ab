import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../kit/scratch.ts";

/** A source to begin with, and the files beside it that it may import. */
export interface Seed {
  readonly path: string;
  readonly text: string;
  readonly beside: Readonly<Record<string, string>>;
}

/** Sources of every construct and every mistake: examples, cases, and what the pages of the errors show. */
export function seedSources(): readonly Seed[] {
  const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
  const files = globSync(FILES, { cwd: ROOT }).map((path) => path.replaceAll("\\", "/"));
  const written = files.sort().map((path): Seed => {
    const folder = path.slice(0, path.lastIndexOf("/"));
    const beside = globSync([`${folder}/*.saga`, `${folder}/contract.ts`], { cwd: ROOT }).filter((each) => each !== path);
    return { path, text: read(path), beside: Object.fromEntries(beside.map((each) => [each, read(each)])) };
  });
  const pages = globSync("docs/**/*.md", { cwd: ROOT }).sort();
  const shown = pages.flatMap((page) =>
    [...read(page).matchAll(BLOCK)].map(([, text = ""], at): Seed => ({ path: `${page}.${at}.saga`, text, beside: {} })),
  );
  return [...written, ...shown];
}

const FILES = [
  "sagas/*/*.saga",
  "test/grammar/examples/*.saga",
  "test/cases/**/*.saga",
  "test/engine/**/*.saga",
  "test/kit/*.saga",
];

const BLOCK = /^```saga[^\n]*\n([\s\S]*?)^```/gm;
