import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { machineTarget } from "../../compiler/emit/machine.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import { error, field, optional, scalar } from "../emit/plans.ts";
import { compiled, emitted, OPTIONS, Run, written } from "./kit.ts";
import { placeOrder } from "./order-plan.ts";
import { entries, FOREVER, member, NEVER, outputOf, type Part, sagaPlan, VALUE } from "./plans.ts";
import { SCOPES } from "./scope-plans.ts";
import { typeErrors } from "./type-check.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CASES = `${ROOT}test/cases/machine/`;

/** `UPDATE_CASES=1` writes the expected texts anew; read the difference before it is committed. */
const REWRITE = process.env.UPDATE_CASES === "1";

/** A step in doubt, one that is never repeated and one that is asked: what the order does not have. */
const doubts = sagaPlan({
  saga: "Doubts",
  source: "doubts.saga",
  parts: [
    { name: "look", kind: "readonly", retry: NEVER, doc: "Looks first." },
    { name: "book", throws: ["Full", "Refused"], inquire: true, output: [VALUE] },
    { name: "pay", kind: "pivot", throws: ["Refused"], retry: { attempts: 5, backoffMinMs: 1_000, backoffMaxMs: 1_000 } },
  ],
});

/** Text that wants out of where it is put, and names that mean something elsewhere. */
const hostile: Plan = {
  ...sagaPlan({
    saga: "Default",
    source: "../a */ b.saga",
    doc: "Ends */ here. `${1}` // @ts-nocheck",
    input: [
      field("id", "string"),
      field("constructor", "string"),
      field("a-b", "string"),
      field("`${1}`", optional(scalar("string"))),
    ],
    parts: [
      { name: "call", doc: "*/ throw new Error('out') /*", output: [field('odd "name"\u2028', "string")], outputLive: true },
      {
        name: "context",
        input: entries({
          id: outputOf("call", 'odd "name"\u2028'),
          "a-b": member({ kind: "input" }, "a-b"),
          list: { kind: "array", items: [member({ kind: "input" }, "`${1}`"), { kind: "literal", value: "</script>\n*/" }] },
        }),
        inputType: [
          field("id", "string"),
          field("a-b", "string"),
          field("list", { kind: "array", element: optional(scalar("string")) }),
        ],
        throws: ["constructor", "Error"],
      },
      [[{ name: "change" }, { name: "params" }], [{ name: "event" }], [{ name: "pivot", inquire: true }]],
      { name: "assign", kind: "pivot" },
      [[{ name: "setup" }], [{ name: "calls" }], [{ name: "forward" }], [{ name: "backward" }], [{ name: "failing" }]],
      { name: "ok", service: "constructor" },
    ],
    errors: [error("Error"), error("constructor")],
  }),
};

/** Every kind of expression, absent and nested values among them. */
const expressions = sagaPlan({
  saga: "Expressions",
  input: [
    field("id", "string"),
    field("note", optional(scalar("string"))),
    field("gift", optional({ kind: "object", fields: [VALUE] })),
  ],
  output: {
    type: [
      field("all", { kind: "array", element: optional(scalar("string")) }),
      field("fixed", { kind: "literals", values: ["a", "b"] }),
    ],
    value: entries({
      all: {
        kind: "array",
        items: [
          member({ kind: "input" }, "note"),
          member(member({ kind: "input" }, "gift"), "value", true),
          outputOf("a", "value"),
          { kind: "literal", value: null },
        ],
      },
      fixed: { kind: "literal", value: "b" },
    }),
  },
  parts: [
    {
      name: "a",
      output: [VALUE],
      outputLive: true,
      input: entries({ count: { kind: "literal", value: 1.5 }, on: { kind: "literal", value: true }, nothing: entries({}) }),
      inputType: [field("count", "number"), field("on", "boolean"), field("nothing", { kind: "object", fields: [] })],
      undo: {
        input: entries({ whole: { kind: "stepOutput", step: "a", optional: true }, value: outputOf("a", "value", true) }),
        inputType: [field("whole", optional({ kind: "object", fields: [VALUE] })), field("value", optional(scalar("string")))],
      },
    },
    { name: "b", input: { kind: "input" }, inputType: [field("id", "string")] },
  ],
});

const wide: Part = Array.from({ length: 12 }, (_, branch) =>
  Array.from({ length: 3 }, (_, index) => ({ name: `s${branch}x${index}` })),
);

const PLANS: Readonly<Record<string, Plan>> = {
  order: placeOrder(),
  doubts,
  hostile,
  expressions,
  bare: sagaPlan({ parts: [{ name: "only", kind: "readonly", retry: NEVER, input: entries({}), inputType: [] }], input: [] }),
  retries: sagaPlan({
    saga: "Retries",
    parts: [
      { name: "a", retry: NEVER, inquire: { retry: NEVER }, undo: { retry: NEVER } },
      { name: "b", retry: FOREVER, inquire: { retry: FOREVER }, undo: { retry: FOREVER }, throws: ["Refused"] },
      { name: "p", kind: "pivot", retry: NEVER, inquire: true, throws: ["Refused"] },
      { name: "z", throws: ["Refused"], retry: NEVER, inquire: { retry: FOREVER } },
    ],
  }),
  wide: sagaPlan({ saga: "Wide", parts: [wide, { name: "last" }] }),
};

describe("the text of a machine", () => {
  it.each(["order", "doubts"])("of %s is as it was read and found good", (name) => {
    const [file] = machineTarget.emit(PLANS[name] as Plan, OPTIONS);
    const expected = CASES + file?.path;
    if (REWRITE) {
      mkdirSync(CASES, { recursive: true });
      writeFileSync(expected, file?.text ?? "");
    }
    expect(file?.text).toBe(readFileSync(expected, "utf8"));
  });

  it.each(Object.entries(PLANS))("of %s is the same each time, and ends in one line break", (_, plan) => {
    const [first, second] = [machineTarget.emit(plan, OPTIONS), machineTarget.emit(structuredClone(plan), OPTIONS)];
    expect(first).toEqual(second);
    expect(first[0]?.text).toMatch(/[^\n]\n$/);
    expect(first[0]?.text).not.toMatch(/[\t\r]| $/m);
  });

  it("imports xstate, and types of the saga", () => {
    for (const plan of Object.values(PLANS)) {
      const text = machineTarget.emit(plan, OPTIONS)[0]?.text ?? "";
      const imports = [...text.matchAll(/^import (type )?.*?from "(.*?)";/gms)].map(([, type, from]) => `${type ?? ""}${from}`);
      expect(imports).toEqual(["xstate", expect.stringMatching(/^type \.\/[\w-]+\.types\.ts$/)]);
    }
  });

  it("leads to the line of each step in the source", () => {
    const text = machineTarget.emit(placeOrder(), OPTIONS)[0]?.text ?? "";
    expect(text.match(/\/\/ place-order\.saga:\d+$/gm)).toHaveLength(5);
    expect(text.match(/\/\/ place-order\.saga:\d+: undoes \w+$/gm)).toHaveLength(3);
  });

  it("warns of waits that a plain actor's timers cannot do", () => {
    const warning = "a plain actor needs a `clock`";
    const textOf = (timeoutMs: number) => machineTarget.emit(sagaPlan({ parts: [{ name: "a" }], timeoutMs }), OPTIONS)[0]?.text;
    expect(textOf(2 ** 31)).toContain(warning);
    expect(textOf(2 ** 31 - 1)).not.toContain(warning);
  });

  it("carries no word that it does not say", () => {
    const text = machineTarget.emit(sagaPlan({ parts: [{ name: "a", kind: "readonly" }] }), OPTIONS)[0]?.text ?? "";
    for (const word of ["needsUndo", "inquiriesLeft", "giveUpLatched", "reachPivot", "outputOf", "isDeclared", "pending"]) {
      expect(text).not.toContain(word);
    }
  });

  it("type-checks under strict and more, alone and where it is used", () => {
    const files = [...Object.values(PLANS), ...Object.values(SCOPES)].flatMap((plan) => {
      const { folder } = written(plan);
      return emitted(plan).map(({ path }) => folder + path);
    });
    const use = `${dirname(files[0] ?? "")}/use.ts`;
    writeFileSync(use, USE);
    expect(typeErrors([...files, use])).toBe("");
  });

  it("refuses actors, inputs and verbs of another type", () => {
    const { folder } = written(placeOrder());
    const misuse = `${folder}misuse.ts`;
    writeFileSync(misuse, MISUSE);
    const found = typeErrors([misuse]);
    const lines = [...found.matchAll(/misuse\.ts\((\d+),/g)].map(([, line]) => Number(line));
    const expected = MISUSE.split("\n").flatMap((line, index) => (line.includes("// wrong") ? [index + 1] : []));
    expect([...new Set(lines)]).toEqual(expected);
  });
});

describe("machines with odd names and texts", () => {
  it("run as every other", async () => {
    const run = new Run(await compiled(hostile), { input: { id: "1", constructor: "c", "a-b": "d", "`${1}`": null } });
    run.done("call", { 'odd "name"\u2028': "strange" });
    const input = run.compiled.definition.calls.context?.input(run.context as never);
    expect(input).toEqual({ id: "strange", "a-b": "d", list: [null, "</script>\n*/"] });
    run.declares("context", "constructor", {});
    expect(run.failure).toBe("constructor of context");
    expect(run.done("call.undo", null).status).toBe("compensated");
  });

  it("make the data that the expressions say", async () => {
    const both = await compiled(expressions);
    const run = new Run(both, { input: { id: "1", note: null, gift: { value: "tea" } } });
    expect(both.definition.calls.a?.input(run.context as never)).toEqual({ count: 1.5, on: true, nothing: {} });
    run.done("a", { value: "v" });
    expect(both.definition.calls.b?.input(run.context as never)).toEqual({ id: "1", note: null, gift: { value: "tea" } });
    expect(both.definition.calls["a.undo"]?.input(run.context as never)).toEqual({ whole: { value: "v" }, value: "v" });
    run.done("b");
    expect(both.transition.output(run.state)).toEqual({ all: [null, "tea", "v", null], fixed: "b" });
  });
});

describe("what has no machine", () => {
  it("a pivot in a branch is a bug of the compiler", () => {
    const plan = sagaPlan({ parts: [[[{ name: "p", kind: "pivot" }], [{ name: "b" }]]] });
    expect(() => machineTarget.emit(plan, OPTIONS)).toThrow("the pivot p stands in a parallel branch");
  });

  it("nor has a node of a step that there is not", () => {
    const plan: Plan = {
      ...doubts,
      forward: { kind: "sequence", nodes: [{ kind: "step", step: "ghost", stops: [], policies: [] }] },
    };
    expect(() => machineTarget.emit(plan, OPTIONS)).toThrow("a step that it does not list: ghost");
  });
});

/** As a user would, and as `<saga>.saga.ts` does. */
const USE = `import { createActor, fromPromise } from "xstate";
import type { SagaDefinition } from "../../../runtime/engine/definition.ts";
import { calls, delays, effects, type Inquiry, placeOrderMachine } from "./place-order.machine.ts";
import type { AuthorizePaymentOutput } from "./place-order.types.ts";

export const definition: Pick<SagaDefinition, "machine" | "calls" | "effects" | "delays"> = {
  machine: placeOrderMachine,
  calls,
  effects,
  delays,
};

const machine = placeOrderMachine.provide({
  actors: {
    "inventory.reserveStock": fromPromise(async ({ input }) => ({ reservationId: \`\${input.sku} \${input.quantity.toFixed(0)}\` })),
    "orders.cancelOrder": fromPromise(async ({ input }) => void input.orderId),
    "payments.findAuthorization": fromPromise(async (): Promise<Inquiry<AuthorizePaymentOutput>> => ({ status: "didNotHappen" })),
  },
  actions: { abortCall: (_, { call }) => console.log(call) },
});
const shipTo = { name: "Kim", street: "Quay 1", city: "Oslo", country: "NO" };
const total = { amount: 1, currency: "EUR" };
const input = { orderId: "1", customerId: "2", sku: "tea", quantity: 1, total, shipTo };
const actor = createActor(machine, { input: { input, seed: 3 } });
actor.send({ type: "operator.retry", call: "reserveStock" });
export const tracking: string | undefined = actor.getSnapshot().output?.trackingId;
export const outcome: "none" | "running" | "completed" | "failed" | "unknown" =
  actor.getSnapshot().context.steps.$group1.$branch1.reserveStock.forward.outcome;
`;

const MISUSE = `import { createActor, fromPromise } from "xstate";
import { placeOrderMachine } from "./place-order.machine.ts";

placeOrderMachine.provide({
  actors: {
    "inventory.reserveStock": fromPromise(async () => ({ reservation: 1 })), // wrong
  },
});
placeOrderMachine.provide({ actors: { "inventory.reserve": fromPromise(async () => {}) } }); // wrong
placeOrderMachine.provide({ guards: { failed: () => true } }); // wrong
createActor(placeOrderMachine, { input: { input: { orderId: "1" } } }); // wrong
createActor(placeOrderMachine).send({ type: "operator.retry" }); // wrong
`;
