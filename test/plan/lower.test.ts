import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { parseFile } from "../../compiler/ast/parse.ts";
import { check } from "../../compiler/check/check.ts";
import { planText } from "../../compiler/plan/canonical.ts";
import { lower } from "../../compiler/plan/lower.ts";
import type { Plan, PlanExpr, PlanStep } from "../../compiler/plan/plan.ts";
import { success } from "../../compiler/source/source-set.ts";

/** The plans of a source that must be free of errors. */
function plansOf(text: string, path = "sagas/test.saga"): Plan[] {
  const parsed = parseFile(text, path);
  const { program, diagnostics } = check([parsed.file]);
  expect([...parsed.problems, ...diagnostics.filter(({ severity }) => severity === "error")]).toEqual([]);
  const read = success(path, text);
  return lower(program, { source: () => (read.ok ? read.file : null) });
}

function planOf(statements: string, before = ""): Plan {
  const [plan] = plansOf(`${before}
saga Test {
  timeout 1h
  input { id: uuid, card: secret string, maybe: { inner: { x: int } }?, bag: record<{ y: int }> }
${statements}
}`);
  if (plan === undefined) throw new Error("there is no plan");
  return plan;
}

function stepOf(plan: Plan, name: string): PlanStep {
  const found = plan.steps.find((step) => step.name === name);
  if (found === undefined) throw new Error(`there is no step ${name}`);
  return found;
}

function undoOf(plan: Plan, name: string): Extract<PlanStep["undo"], { kind: "compensate" }>["call"] {
  const { undo } = stepOf(plan, name);
  if (undo.kind !== "compensate") throw new Error(`${name} has no compensation`);
  return undo.call;
}

function entriesOf(expression: PlanExpr): Record<string, PlanExpr> {
  if (expression.kind !== "object") throw new Error("not an object");
  return Object.fromEntries(expression.entries.map(({ name, value }) => [name, value]));
}

const INPUT: PlanExpr = { kind: "input" };
const member = (object: PlanExpr, name: string, optional = false): PlanExpr => ({ kind: "member", object, name, optional });
const outputOf = (step: string, optional = false): PlanExpr => ({ kind: "stepOutput", step, optional });

describe("the order of the example", () => {
  it("has the plan that is written down", () => {
    const source = new URL("../../sagas/place-order/place-order.saga", import.meta.url);
    const [plan] = plansOf(readFileSync(source, "utf8"), "sagas/place-order/place-order.saga");
    if (plan === undefined) throw new Error("there is no plan");
    const expected = new URL("../cases/plan/place-order.plan.json", import.meta.url);
    if (process.env.UPDATE === "1") writeFileSync(expected, planText(plan));
    expect(planText(plan)).toBe(readFileSync(expected, "utf8"));
  });
});

describe("defaults", () => {
  const plan = planOf(
    `
  step begin on s { inquire ask compensate revert }
  readonly step look on s { }
  pivot step decide on s { }
  step last on s { }
  readonly step after on s { inquire ask }`,
    "service s { idempotent for 1d }",
  );
  const policy = ({ timeoutMs, retry }: { timeoutMs: unknown; retry: unknown }) => [timeoutMs, retry];
  const before = [30_000, { attempts: 3, backoffMinMs: 200, backoffMaxMs: 10_000 }];
  const forever = [30_000, { attempts: null, backoffMinMs: 200, backoffMaxMs: 60_000 }];

  it.each([
    ["a step before the pivot", () => stepOf(plan, "begin").call, before],
    ["a readonly step before it", () => stepOf(plan, "look").call, before],
    ["an inquiry", () => stepOf(plan, "begin").inquire, before],
    ["a compensation", () => undoOf(plan, "begin"), [30_000, { attempts: 10, backoffMinMs: 1000, backoffMaxMs: 60_000 }]],
    ["the pivot", () => stepOf(plan, "decide").call, forever],
    ["a step after it", () => stepOf(plan, "last").call, forever],
    ["a readonly step after it", () => stepOf(plan, "after").call, forever],
    ["an inquiry after it", () => stepOf(plan, "after").inquire, before],
  ])("of %s", (_, call, expected) => {
    const found = call();
    expect(found === null ? null : policy(found)).toEqual(expected);
  });

  it("let a step that need not succeed be gone on without, after the pivot too", () => {
    const kinds = "pivot step decide on s { } best effort step hint on s { } step last on s { }";
    expect(policy(stepOf(planOf(kinds, "service s { idempotent for 1d }"), "hint").call)).toEqual(before);
  });

  it("are the version, and reasons for having nothing to undo", () => {
    expect(plan.version).toBe(1);
    expect(plan.steps.map(({ undo }) => (undo.kind === "none" ? undo.because : undo.call.operation))).toEqual([
      "revert",
      "it changes nothing",
      "it is the pivot",
      "it stands after the pivot",
      "it changes nothing",
    ]);
    expect(plan.steps.map(({ zone }) => zone)).toEqual(["before", "before", "pivot", "after", "after"]);
    expect(plan.pivots).toEqual(["decide"]);
  });

  it("come from the service for its steps, not for compensations and inquiries", () => {
    const served = planOf(
      "step a on s { inquire ask compensate revert } step b on s { timeout 2s retry 2 compensate revert }",
      "service s { idempotent for 1d timeout 7s retry 4 backoff 1s..3s }",
    );
    expect(policy(stepOf(served, "a").call)).toEqual([7000, { attempts: 4, backoffMinMs: 1000, backoffMaxMs: 3000 }]);
    expect(policy(stepOf(served, "b").call)).toEqual([2000, { attempts: 2, backoffMinMs: 200, backoffMaxMs: 10_000 }]);
    expect(undoOf(served, "a").retry.attempts).toBe(10);
    expect(undoOf(served, "a").timeoutMs).toBe(30_000);
    expect(stepOf(served, "a").inquire?.timeoutMs).toBe(30_000);
  });

  it.each([
    ["retry none", { attempts: 1, backoffMinMs: 200, backoffMaxMs: 10_000 }],
    ["retry 5", { attempts: 5, backoffMinMs: 200, backoffMaxMs: 10_000 }],
    ["retry 5 backoff 30s", { attempts: 5, backoffMinMs: 30_000, backoffMaxMs: 30_000 }],
    ["retry 5 backoff 1s..1m30s", { attempts: 5, backoffMinMs: 1000, backoffMaxMs: 90_000 }],
    ["retry forever", { attempts: null, backoffMinMs: 200, backoffMaxMs: 10_000 }],
  ])("fill in what %s leaves open", (retry, expected) => {
    expect(stepOf(planOf(`step a { ${retry} compensate b }`), "a").call.retry).toEqual(expected);
  });
});

describe("calls", () => {
  const plan = planOf(`
  step book on flights.reserve { input { input.id } output { seat: string } inquire find compensate cancel }
  step pay { input { input.card, amount: 5, at: 1h, words: ["a", "b"], nested: { book.seat, ok: true } } compensate bank.refund { input { book.seat } timeout 3s retry 2 } }`);

  it("are named by service and operation; a step without a service is local", () => {
    const { call, inquire } = stepOf(plan, "book");
    expect([call.service, call.operation]).toEqual(["flights", "reserve"]);
    expect([inquire?.service, inquire?.operation]).toEqual(["flights", "find"]);
    expect([undoOf(plan, "book").service, undoOf(plan, "book").operation]).toEqual(["flights", "cancel"]);
    expect([stepOf(plan, "pay").call.service, stepOf(plan, "pay").call.operation]).toEqual(["local", "pay"]);
    expect([undoOf(plan, "pay").service, undoOf(plan, "pay").operation]).toEqual(["bank", "refund"]);
    expect(plan.services.map(({ name }) => name)).toEqual(["bank", "flights", "local"]);
  });

  it("of a compensation or inquiry without an input get the step's own", () => {
    const { call, inquire } = stepOf(plan, "book");
    for (const handler of [inquire, undoOf(plan, "book")]) {
      expect(handler?.input).toEqual(call.input);
      expect(handler?.inputType).toEqual(call.inputType);
    }
  });

  it("have values and types, secrets among them", () => {
    const { call } = stepOf(plan, "pay");
    expect(entriesOf(call.input)).toEqual({
      card: member(INPUT, "card"),
      amount: { kind: "literal", value: 5 },
      at: { kind: "literal", value: 3_600_000 },
      words: {
        kind: "array",
        items: [
          { kind: "literal", value: "a" },
          { kind: "literal", value: "b" },
        ],
      },
      nested: {
        kind: "object",
        entries: [
          { name: "seat", value: member(outputOf("book"), "seat") },
          { name: "ok", value: { kind: "literal", value: true } },
        ],
      },
    });
    const string = { kind: "scalar", name: "string" };
    expect(call.inputType.map(({ name, type, secret }) => [name, type, secret])).toEqual([
      ["card", string, true],
      ["amount", { kind: "scalar", name: "int" }, false],
      ["at", { kind: "scalar", name: "duration" }, false],
      ["words", { kind: "array", element: string }, false],
      [
        "nested",
        {
          kind: "object",
          fields: [
            { name: "seat", type: string, secret: false, doc: null },
            { name: "ok", type: { kind: "scalar", name: "boolean" }, secret: false, doc: null },
          ],
        },
        false,
      ],
    ]);
  });

  it("know where they stand", () => {
    expect(stepOf(plan, "book").span).toEqual({ line: 6, column: 3 });
    expect(undoOf(plan, "pay").span.line).toBe(7);
  });
});

describe("what may be absent", () => {
  it("is the step's own output in its compensation, and all that is read of it", () => {
    const plan = planOf(`
  step a { output { seat: string, at: { x: int } } compensate c { input { a.seat, a.at.x } } }
  step b { input { a.seat } compensate d { input { a.seat } } }`);
    const own = entriesOf(undoOf(plan, "a").input);
    expect(own).toEqual({
      seat: member(outputOf("a", true), "seat", true),
      x: member(member(outputOf("a", true), "at", true), "x", true),
    });
    expect(undoOf(plan, "a").inputType.map(({ type }) => type.kind)).toEqual(["optional", "optional"]);
    for (const call of [stepOf(plan, "b").call, undoOf(plan, "b")]) {
      expect(entriesOf(call.input)).toEqual({ seat: member(outputOf("a"), "seat") });
      expect(call.inputType[0]?.type.kind).toBe("scalar");
    }
  });

  it("is a member of what may be absent, and of a record of unknown content", () => {
    const plan = planOf("step a { input { input.maybe.inner.x, input.bag.left.y } compensate c }");
    const { call } = stepOf(plan, "a");
    expect(entriesOf(call.input)).toEqual({
      x: member(member(member(INPUT, "maybe"), "inner", true), "x", true),
      y: member(member(member(INPUT, "bag"), "left"), "y", true),
    });
    expect(call.inputType.map(({ type }) => type.kind)).toEqual(["optional", "optional"]);
  });
});

describe("groups", () => {
  const plan = planOf(`
  step a { compensate u }
  parallel {
    step b { compensate u }
    branch two {
      step c { compensate u }
      parallel { step d { compensate u } readonly step e { } }
    }
  }
  parallel { readonly step f { } readonly step g { } }`);

  it("are numbered in source order, and steps have their place in them", () => {
    expect(plan.steps.map(({ name, place }) => [name, place.join(".")])).toEqual([
      ["a", "a"],
      ["b", "$group1.$branch1.b"],
      ["c", "$group1.$branch2.c"],
      ["d", "$group1.$branch2.$group2.$branch1.d"],
      ["e", "$group1.$branch2.$group2.$branch2.e"],
      ["f", "$group3.$branch1.f"],
      ["g", "$group3.$branch2.g"],
    ]);
    expect(plan.forward.nodes.map((node) => (node.kind === "step" ? node.step : node.id))).toEqual(["a", "$group1", "$group3"]);
  });

  it("are undone in the mirror, without what has nothing to undo", () => {
    const step = (name: string) => ({ kind: "step", step: name });
    expect(plan.backward).toEqual({
      kind: "sequence",
      nodes: [
        {
          kind: "parallel",
          id: "$group1",
          branches: [
            { id: "$branch1", body: { kind: "sequence", nodes: [step("b")] } },
            {
              id: "$branch2",
              body: {
                kind: "sequence",
                nodes: [
                  {
                    kind: "parallel",
                    id: "$group2",
                    branches: [{ id: "$branch1", body: { kind: "sequence", nodes: [step("d")] } }],
                  },
                  step("c"),
                ],
              },
            },
          ],
        },
        step("a"),
      ],
    });
  });
});

describe("what a plan carries along", () => {
  it("is what something later reads of outputs", () => {
    const plan = planOf(`
  step unread { output { x: int } compensate u }
  step byLater { output { x: int } compensate u }
  step byOwnUndo { output { x: int } compensate v { input { byOwnUndo.x } } }
  step byLaterUndo { output { x: int } compensate u }
  step byOutput { output { x: int } compensate u }
  step byInquiry { output { x: int } compensate u }
  step last { input { x: byLater.x } inquire q { input { byInquiry.x } } compensate w { input { byLaterUndo.x } } }
  output { all: byOutput }`);
    expect(plan.steps.filter(({ outputLive }) => !outputLive).map(({ name }) => name)).toEqual(["unread", "last"]);
  });

  it("is the types, errors and services that it reaches, by name", () => {
    const [plan] = plansOf(`
/// Z of all.
type Z = { y: Y[], kind: "a" | "b" }
type Y = record<X?>
type X = { back: Z? }
type Elsewhere = int
type OfError = int
error Second { of: OfError }
/// The first.
error First
service unused { fenced }
/// Does it.
service used { fenced idempotent for 2h }
saga Test {
  version 7
  timeout 1d12h
  input { z: Z }
  step a on used { throws Second, First compensate b }
}
saga Other { timeout 1h step a on used { input { x: 1 } throws First compensate b } }`);
    expect(plan).toMatchObject({
      saga: "Test",
      version: 7,
      timeoutMs: 129_600_000,
      source: "test.saga",
      output: null,
      pivots: [],
    });
    expect(plan?.types.map(({ name, doc }) => [name, doc])).toEqual([
      ["OfError", null],
      ["X", null],
      ["Y", null],
      ["Z", "Z of all."],
    ]);
    expect(plan?.errors.map(({ name, doc, fields }) => [name, doc, fields.length])).toEqual([
      ["First", "The first.", 0],
      ["Second", null, 1],
    ]);
    expect(plan?.services).toEqual([{ name: "used", doc: "Does it.", idempotentForMs: 7_200_000, fenced: true }]);
    expect(plan?.steps[0]?.throws).toEqual(["Second", "First"]);
  });

  it("is one plan for each saga, in source order, the same at every run", () => {
    const text = "saga B { timeout 1h step a { compensate b } }\nsaga A { timeout 1h step a { compensate b } }";
    expect(plansOf(text).map(({ saga }) => saga)).toEqual(["B", "A"]);
    expect(plansOf(text).map(planText)).toEqual(plansOf(text).map(planText));
  });
});

describe("what a block answers", () => {
  it("is what its only step answers, and nothing where that answers nothing", () => {
    const items = (step: string) =>
      plansOf(`saga Test { timeout 1h  input { list: { a: int }[] }
        foreach item in input.list as found { readonly step look on shop { input { item.a } ${step} } } }`)[0]?.bodies[0];
    expect(items("output { b: int }")?.output?.type.map(({ name }) => name)).toEqual(["b"]);
    expect(items("")?.output).toBeNull();
  });
});

it("what expressions read is gathered once a program, however many sagas name branches", () => {
  const saga = (name: string): string => `saga ${name} {
  timeout 1h
  input { id: uuid }
  parallel {
    branch one { readonly step a on s { input { input.id } output { x: int } } }
    branch two { readonly step b on s { input { input.id } } }
  }
  readonly step c on s { input { one.x } }
}`;
  const text = ["service s { fenced }", ...["A", "B", "C"].map(saga)].join("\n");
  const { program, diagnostics } = check([parseFile(text, "a.saga").file]);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const walks = vi.spyOn(program.typed, "values");
  const read = success("a.saga", text);
  const plans = lower(program, { source: () => (read.ok ? read.file : null) });
  expect(plans.map(({ lets }) => lets.map(({ name }) => name))).toEqual([["one"], ["one"], ["one"]]);
  expect(walks).toHaveBeenCalledTimes(1);
});
