import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFile } from "../../compiler/ast/parse.ts";
import { check } from "../../compiler/check/check.ts";
import { planText } from "../../compiler/plan/canonical.ts";
import { partsOf } from "../../compiler/plan/expressions.ts";
import { lower } from "../../compiler/plan/lower.ts";
import { nodesIn } from "../../compiler/plan/nodes.ts";
import type { Plan, PlanExpr } from "../../compiler/plan/plan.ts";
import { allNodes, stepsOf, unitsOf } from "../../compiler/plan/units.ts";
import { success } from "../../compiler/source/source-set.ts";

/** A statement before it has names: `reads` draws what its inputs name. */
type Shape =
  | { readonly kind: "step"; readonly reads: number; readonly policy: number; readonly inside: readonly Shape[] }
  | { readonly kind: "let" | "call" | "fail"; readonly reads: number }
  | { readonly kind: "pivot" | "best" }
  | {
      readonly kind: "if" | "parallel" | "race" | "try" | "foreach" | "repeat";
      readonly reads: number;
      readonly parts: readonly (readonly Shape[])[];
    };

const shapes = fc.letrec<{ shape: Shape; block: readonly Shape[] }>((tie) => ({
  shape: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("step" as const), reads: fc.nat(), policy: fc.nat(9), inside: fc.constant([]) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom("let" as const, "call" as const, "fail" as const), reads: fc.nat() }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("pivot" as const, "best" as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("step" as const), reads: fc.nat(), policy: fc.nat(9), inside: tie("block") }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          "if" as const,
          "parallel" as const,
          "race" as const,
          "try" as const,
          "foreach" as const,
          "repeat" as const,
        ),
        reads: fc.nat(),
        parts: fc.array(tie("block"), { minLength: 2, maxLength: 2 }),
      }),
    },
  ),
  block: fc.array(tie("shape"), { minLength: 1, maxLength: 3 }),
})).block;

/** Text of a saga: every name is new, and what is read has been named above, wherever that was. */
function textOf(program: readonly Shape[]): string {
  let count = 0;
  const names: string[] = [];
  const fresh = (prefix: string): string => `${prefix}${++count}`;
  const read = (draw: number): string => {
    const name = names[draw % (names.length + 1)];
    if (name === undefined) return "input.n";
    const forms = [`${name}.v`, `${name}.v ?? 0`, `${name} != null ? ${name}.v : 0`, `(${name}.v ?? 1) + input.n`];
    return forms[Math.floor(draw / 7) % forms.length] ?? "0";
  };
  const block = (parts: readonly Shape[] | undefined): string => (parts ?? []).map(statement).join(" ");
  const statement = (shape: Shape): string => {
    switch (shape.kind) {
      case "step": {
        const input = read(shape.reads);
        const name = fresh("s");
        const policies = ["continue", "park", "fail", "retry 3 then park", "fail F"];
        const policy = shape.inside.length > 0 ? `{ ${block(shape.inside)} }` : policies[shape.policy];
        names.push(name);
        const clauses = policy === undefined ? "" : `throws E on E ${policy}`;
        return `step ${name} on s { input { v: ${input} } output { v: int } ${clauses} compensate ${name}Undo }`;
      }
      case "best": {
        const name = fresh("e");
        names.push(name);
        return `best effort step ${name} on s { output { v: int } }`;
      }
      case "pivot":
        return `pivot step ${fresh("p")} on s { }`;
      case "let": {
        const name = fresh("l");
        return `let ${name} = ${read(shape.reads)}`;
      }
      case "call": {
        const name = fresh("c");
        const input = read(shape.reads);
        names.push(name);
        return `call Other as ${name} { input { n: ${input} } on failure ${shape.reads % 2 === 0 ? "continue" : "fail"} }`;
      }
      case "fail":
        return `if ${read(shape.reads)} > 1 { fail F }`;
      case "if":
        return `if ${read(shape.reads)} > 1 { ${block(shape.parts[0])} } ${shape.reads % 3 === 0 ? "" : `else { ${block(shape.parts[1])} }`}`;
      case "parallel":
      case "race": {
        const head = shape.kind === "race" ? "race" : shape.reads % 2 === 0 ? "parallel" : "parallel on failure wait";
        return `${head} { branch ${fresh("b")} { ${block(shape.parts[0])} } branch ${fresh("b")} { ${block(shape.parts[1])} } }`;
      }
      case "try": {
        const otherwise = ["continue", "fail", `{ ${block(shape.parts[1])} }`][shape.reads % 3] ?? "park";
        return `try { ${block(shape.parts[0])} } otherwise ${otherwise}`;
      }
      case "foreach": {
        const [item, list] = [fresh("i"), fresh("r")];
        const inside = block(shape.parts[0]);
        return `foreach ${item} in input.l as ${list} on failure ${["cancel", "wait", "continue"][shape.reads % 3]} { ${inside} step ${fresh("s")} on s { input { ${item}.v, w: ${read(shape.reads)} } compensate ${fresh("u")} } }`;
      }
      case "repeat":
        return `repeat max 3 { ${block(shape.parts[0])} } until ${read(shape.reads)} > 1 otherwise ${["fail", "continue", "park"][shape.reads % 3]}`;
    }
  };
  const body = block(program);
  return `error E
error F
service s { fenced }
saga Other { timeout 1h input { n: int } step o on s { input { input.n } output { v: int } compensate oUndo } output { o.v } }
saga Test { timeout 10h input { n: int, l: { v: int }[] } ${body} on compensated { step z on s { input { v: ${read(3)} ?? 0 } } } }`;
}

/** The plan of the text, if nothing is wrong with it. */
function planOf(text: string): Plan | null {
  const parsed = parseFile(text, "test.saga");
  const { program, diagnostics } = check([parsed.file]);
  expect(parsed.problems).toEqual([]);
  if (diagnostics.some(({ severity }) => severity === "error")) return null;
  const source = success("test.saga", text);
  return lower(program, { source: () => (source.ok ? source.file : null) })[1] ?? null;
}

function partsWithin(expr: PlanExpr): PlanExpr[] {
  return [expr, ...partsOf(expr).flatMap(partsWithin)];
}

describe("a random program", () => {
  it("is told what is wrong with it, or has a plan in which all that is read is there to be read", () => {
    let sound = 0;
    fc.assert(
      fc.property(shapes, (program) => {
        const plan = planOf(textOf(program));
        if (plan === null) return;
        sound += 1;
        planText(plan);
        const nodes = allNodes(plan);
        const places = stepsOf(plan).map(({ place }) => place.join("/"));
        expect(new Set(stepsOf(plan).map(({ name }) => name)).size).toBe(places.length);
        for (const node of nodes) if ("id" in node) expect(node.id).toMatch(/^\$/);
        for (const unit of unitsOf(plan)) {
          const own = new Set(unit.steps.map(({ name }) => name));
          const children = new Set(nodesIn(unit.forward).flatMap((node) => ("zone" in node ? [node.name] : [])));
          const lets = new Set(unit.lets.map(({ name }) => name));
          const fields = new Set(unit.input.map(({ name }) => name));
          const read = [
            ...unit.lets.map(({ value }) => value),
            ...(unit.output === null ? [] : [unit.output.value]),
            ...unit.steps.flatMap(({ call, undo }) => [call.input, ...(undo.kind === "compensate" ? [undo.call.input] : [])]),
          ].flatMap(partsWithin);
          for (const expr of read) {
            if (expr.kind === "stepOutput") expect(own).toContain(expr.step);
            if (expr.kind === "childOutput") expect(children).toContain(expr.child);
            if (expr.kind === "let") expect(lets).toContain(expr.name);
            if (expr.kind === "member" && expr.object.kind === "input") expect(fields).toContain(expr.name);
          }
        }
      }),
      { numRuns: 500, seed: 4 },
    );
    expect(sound).toBeGreaterThan(30);
  });
});
