import { runSaga } from "@sagac/runtime/testing";
import { describe, expect, it } from "vitest";
import { compiled } from "../kit/compiled.ts";
import { typeErrors } from "../plan/written.ts";

const SOURCE = `
saga Sample {
  timeout 1h
  input { orderId: string, gift: { to: { name: string } }?, lines: { sku: string, parts: { id: string }[] }[] }

  step open on shop { output { ref: string, notes: string[] } compensate close }
  foreach line in input.lines {
    if input.gift != null {
      step wrap on shop { input { line.sku, who: input.gift.to.name } compensate unwrap }
    }
    foreach part in line.parts {
      step pack on shop { input { part.id, line.sku, input.orderId, open.ref, who: input.gift.to.name ?? "nobody" } compensate unpack }
    }
  }
  foreach colour in ["red", "green"] {
    readonly step look on catalog { input { colour } }
  }
  foreach size in (input.gift != null ? ["small"] : ["small", "large"]) {
    readonly step see on catalog { input { size } }
  }
}
`;

const LINES = [
  { sku: "a", parts: [{ id: "1" }, { id: "2" }] },
  { sku: "b", parts: [{ id: "3" }] },
];

describe("what an item is given of the saga around it", async () => {
  const { definition, folder } = await compiled(SOURCE);
  const items = (of: typeof definition.calls | undefined, name: string, context: object): readonly unknown[] =>
    of?.[name]?.children?.inputs(context as never) ?? [];
  const opened = { open: { forward: { output: { ref: "r", notes: ["long"] } } } };

  it("is what its block reads, and not the list that it is an item of", () => {
    const input = { orderId: "o", gift: { to: { name: "Ann" } }, lines: LINES };
    const given = items(definition.calls, "foreach1", { input, steps: opened });
    expect(given).toEqual(LINES.map((item) => ({ item, gift: input.gift, name: "Ann", orderId: "o", ref: "r" })));
    const context = { input: given[0], steps: {} };
    const parts = LINES[0]?.parts.map((item) => ({ item, sku: "a", orderId: "o", ref: "r", name: "Ann" }));
    expect(items(definition.bodies?.$foreach1?.calls, "foreach2", context)).toEqual(parts);
  });

  it("fits the types of the generated files", () => {
    expect(typeErrors(folder)).toBe("");
  });

  it.each([
    ["there", { to: { name: "Ann" } }, ["wrap", "pack", "pack", "wrap", "pack"], "Ann"],
    ["not there", null, ["pack", "pack", "pack"], "nobody"],
  ])("may be looked for in the block alone: it is %s", async (_, gift, operations, who) => {
    const run = await runSaga(definition as never, { input: { orderId: "o", gift, lines: LINES } as never });
    expect(run).toMatchObject({ status: "completed", faults: [] });
    const calls = run.calls.filter(({ service, operation }) => service === "shop" && operation !== "open");
    expect(calls.map(({ operation }) => operation).sort()).toEqual(operations.toSorted());
    expect(calls.every(({ input }) => (input as { who: string }).who === who)).toBe(true);
  });
});

const REFUSED = `
error Refused { why: string }
service shop { idempotent for 7d }
saga Sample {
  timeout 1h
  input { lines: string[] }

  step ask on shop {
    throws Refused
    on Refused {
      foreach line in input.lines {
        readonly step look on shop { input { line, Refused.why } }
      }
    }
    compensate unask
  }
}
`;

describe("what an item is given of the error that it stands under", async () => {
  const { definition, folder } = await compiled(REFUSED);

  it("is of its data what its block reads", async () => {
    const steps = { shop: { ask: { error: "Refused", data: { why: "closed" } } } };
    const run = await runSaga(definition as never, { input: { lines: ["a", "b"] } as never, steps: steps as never });
    expect(run).toMatchObject({ status: "completed", faults: [] });
    const looks = run.calls.filter(({ operation }) => operation === "look").map(({ input }) => input);
    expect(looks).toEqual([
      { line: "a", why: "closed" },
      { line: "b", why: "closed" },
    ]);
  });

  it("fits the types of the generated files", () => {
    expect(typeErrors(folder)).toBe("");
  });
});
