import { describe, expect, it } from "vitest";
import { judge } from "./arrows.ts";
import { circles, type Import, importsOf, packageEntries } from "./imports.ts";
import { filesEnding, isFixture, ROOT, textOf } from "./repository.ts";

const packages = packageEntries(ROOT, ["grammar", "compiler", "runtime"]);
const imports = filesEnding(".ts")
  .filter((file) => !isFixture(file))
  .flatMap((file) => importsOf(file, textOf(file), packages));

describe("The tree", () => {
  it("imports along the arrows of the layout", () => {
    expect(imports.map(judge).filter((problem) => problem !== null)).toEqual([]);
  });

  it("has no circle of files", () => {
    expect(circles(imports)).toEqual([]);
  });
});

describe("The scanner that holds the arrows", () => {
  const scan = (from: string, text: string): Import[] => importsOf(from, text, packages);
  const problems = (from: string, text: string): (string | null)[] => scan(from, text).map(judge);

  it("sees every form of import", () => {
    const text = [
      `import { a } from "./a.ts";`,
      `import type { B } from "./b.ts";`,
      `import { type C } from "./c.ts";`,
      `import { d, type D } from "../d.ts";`,
      `import "./e.ts";`,
      `export * from "./f.ts";`,
      `export type { G } from "./g.ts";`,
      `const h = await import("./h.ts");`,
      `let i: import("./i.ts").I;`,
      `import { openStore } from "@sagac/runtime";`,
      `import { join } from "node:path";`,
    ].join("\n");
    expect(scan("compiler/emit/x.ts", text).map(({ kind, to, line }) => `${line} ${kind} ${to}`)).toEqual([
      "1 value compiler/emit/a.ts",
      "2 type compiler/emit/b.ts",
      "3 type compiler/emit/c.ts",
      "4 value compiler/d.ts",
      "5 value compiler/emit/e.ts",
      "6 value compiler/emit/f.ts",
      "7 type compiler/emit/g.ts",
      "8 lazy compiler/emit/h.ts",
      "9 type compiler/emit/i.ts",
      "10 value runtime/index.ts",
      "11 value null",
    ]);
  });

  it.each([
    ["an emitter that reads the tree", "compiler/emit/machine.ts", `import type { Step } from "../ast/nodes.ts";`],
    ["an emitter that lowers", "compiler/emit/machine.ts", `import { lower } from "../plan/lower.ts";`],
    ["a checker that emits", "compiler/check/flow.ts", `import { emit } from "../emit/index.ts";`],
    ["a tree that checks", "compiler/ast/build.ts", `export { check } from "../check/index.ts";`],
    ["a report that knows a rule", "compiler/diagnostics/collect.ts", `import "../check/rules/index.ts";`],
    ["a runtime that compiles", "runtime/worker/worker.ts", `import { compile } from "sagac";`],
    [
      "a runtime that takes a value of the plan",
      "runtime/engine/step.ts",
      `import { PLAN_SCHEMA } from "../../compiler/plan/plan.ts";`,
    ],
    ["a grammar that compiles", "grammar/parser.ts", `const { compile } = await import("sagac");`],
    ["a compiler that runs", "compiler/verify/explore.ts", `import { openStore } from "@sagac/runtime";`],
    ["a simulator that runs eagerly", "compiler/simulate/run.ts", `import { openStore } from "@sagac/runtime";`],
    ["an example that reaches inside", "sagas/place-order/demo.ts", `import { openStore } from "../../runtime/index.ts";`],
    ["a path into another package", "compiler/ast/build.ts", `import { parse } from "../../grammar/index.ts";`],
    ["a package that names itself", "runtime/worker/worker.ts", `import { openStore } from "@sagac/runtime";`],
    ["a folder that nobody drew", "helpers/strings.ts", `import "./other.ts";`],
  ])("refuses %s", (_what, from, text) => {
    expect(problems(from, text)).toEqual([expect.any(String)]);
  });

  it.each([
    ["an emitter that reads the plan", "compiler/emit/machine.ts", `import type { Plan } from "../plan/plan.ts";`],
    ["a simulator that runs lazily", "compiler/simulate/run.ts", `const { openStore } = await import("@sagac/runtime");`],
    ["a tree that is built from a grammar", "compiler/ast/build.ts", `import { parse } from "@sagac/grammar";`],
    ["a codes list that collects the rules", "compiler/diagnostics/codes.ts", `import { RULES } from "../check/rules/index.ts";`],
    ["an example that uses a package", "sagas/place-order/demo.ts", `import { VirtualClock } from "@sagac/runtime/testing";`],
  ])("allows %s", (_what, from, text) => {
    expect(problems(from, text)).toEqual([null]);
  });

  it("finds a circle of values, also in one folder", () => {
    const circle = [
      ...scan("runtime/a.ts", `import { b } from "./b.ts";`),
      ...scan("runtime/b.ts", `import { c } from "./c.ts";`),
      ...scan("runtime/c.ts", `export * from "./a.ts"; import "./d.ts";`),
    ];
    expect(circles(circle)).toEqual([["runtime/a.ts", "runtime/b.ts", "runtime/c.ts"]]);
  });

  it("finds a circle through types where it leaves the folder", () => {
    const there = scan("runtime/engine/a.ts", `import { b } from "../store/b.ts";`);
    const back = scan("runtime/store/b.ts", `import type { A } from "../engine/a.ts";`);
    expect(circles([...there, ...back])).toEqual([["runtime/engine/a.ts", "runtime/store/b.ts"]]);
  });

  it("leaves alone a circle of types in one folder, and one that is broken by a lazy import", () => {
    const there = scan("runtime/a.ts", `import { b } from "./b.ts";`);
    expect(circles([...there, ...scan("runtime/b.ts", `import type { A } from "./a.ts";`)])).toEqual([]);
    expect(circles([...there, ...scan("runtime/b.ts", `await import("./a.ts");`)])).toEqual([]);
  });
});
