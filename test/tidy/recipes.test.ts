import { existsSync } from "node:fs";
import { join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../kit/scratch.ts";
import { filesEnding, textOf } from "./repository.ts";

const FOLDER = "docs/contributing/";
const recipes = filesEnding(".md").filter((file) => file.startsWith(FOLDER));

describe.each(recipes)("the recipe %s", (file) => {
  const text = textOf(file);

  it("links each name to a file that has it", () => {
    const links = [...text.matchAll(/\[`([A-Za-z_]+)`\]\(([^)#]+\.ts)\)/g)];
    const missing = links.filter(([, name = "", target = ""]) => {
      const path = normalize(join(FOLDER, target));
      return !existsSync(join(ROOT, path)) || !new RegExp(`\\b${name}\\b`).test(textOf(path));
    });
    expect(missing.map(([whole]) => whole)).toEqual([]);
  });

  it("names files and folders that there are", () => {
    const paths = [...text.matchAll(/`((?:compiler|grammar|runtime|test|docs|scripts|sagas)\/[\w./-]+)`/g)].map(
      ([, path = ""]) => path,
    );
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it("runs tests and folders that there are", () => {
    const paths = [...text.matchAll(/\bvitest run\b([^\n#&]*)/g)].flatMap(
      ([, args = ""]) => args.match(/\btest\/[\w/-]+/g) ?? [],
    );
    const isThere = (path: string): boolean => existsSync(join(ROOT, path)) || existsSync(join(ROOT, `${path}.test.ts`));
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  });
});

it("there is a recipe for each thing that is added often", () => {
  const things = ["a-rule", "a-target", "a-store", "a-command", "an-editor-feature", "a-statement"];
  expect(things.filter((thing) => !recipes.includes(`${FOLDER}add-${thing}.md`))).toEqual([]);
});
