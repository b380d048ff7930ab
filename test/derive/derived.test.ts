import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CONSTRUCTS, WORDS } from "@sagac/grammar";
import { describe, expect, it } from "vitest";
import { derived } from "../../grammar/derive/index.ts";
import { ROOT } from "../kit/scratch.ts";

const FOLDER = join(ROOT, "grammar", "generated");
const json = (name: string): Record<string, never> => JSON.parse(derived().get(name) ?? "{}");

describe("what is derived from the tables", () => {
  it("is checked in as it would be made now: `npm run derive` writes it", () => {
    expect(readdirSync(FOLDER).sort()).toEqual([...derived().keys()].sort());
    for (const [name, text] of derived()) expect(readFileSync(join(FOLDER, name), "utf8"), name).toBe(text);
  });

  it("Monarch knows every word, and each of its expressions is one", () => {
    const language: Record<string, unknown> = json("saga.monarch.json");
    const lists = Object.values(language).filter(
      (value): value is string[] => Array.isArray(value) && typeof value[0] === "string",
    );
    expect(lists.flat().sort()).toEqual(WORDS.map(({ word }) => word).sort());
    const { tokenizer } = language as { readonly tokenizer: Record<string, readonly (readonly unknown[] | object)[]> };
    for (const rule of Object.values(tokenizer).flat()) {
      if (Array.isArray(rule)) expect(() => new RegExp(String(rule[0]), "u"), String(rule[0])).not.toThrow();
    }
  });

  it("has a snippet for every clause of every construct", () => {
    const names = CONSTRUCTS.flatMap(({ label, clauses }) => clauses.map(({ keyword }) => `${keyword} (${label})`));
    expect(Object.keys(json("saga.code-snippets.json")).sort()).toEqual([...new Set(names)].sort());
  });

  it("the grammar has a rule for every construct, and names no rule that it does not have", () => {
    const text = derived().get("saga.ebnf") ?? "";
    const rules = [...text.matchAll(/^(\w+) +=/gm)].map(([, name]) => name);
    for (const rule of ["file", "sagaDecl", "step", "foreach", "expression"]) expect(rules).toContain(rule);
    const used = text.replaceAll(/"[^"]*"|\(\*[\s\S]*?\*\)/g, "").match(/\b[a-z]+[A-Z]\w*\b/g) ?? [];
    expect([...new Set(used)].filter((name) => !rules.includes(name))).toEqual([]);
  });
});
