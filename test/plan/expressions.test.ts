import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate } from "./evaluate.ts";
import { absentAsNull, batch, fits, inputs, KINDS, typedFolder, typeErrors, written } from "./written.ts";

describe("what is emitted of an expression", () => {
  const texts = KINDS.flatMap((kind) => fc.sample(written[kind], { numRuns: 40, seed: 7 }));
  const made = batch(texts);
  const folder = typedFolder(made.files);

  it("type-checks", () => {
    expect(typeErrors(folder)).toBe("");
  });

  it("has the value that the plan says, which fits its type, whatever the input is", async () => {
    const machine = (await import(/* @vite-ignore */ pathToFileURL(`${folder}/sample.machine.ts`).href)) as {
      calls: { a: { input(context: unknown): unknown } };
    };
    fc.assert(
      fc.property(inputs, (input) => {
        const found = absentAsNull(machine.calls.a.input({ input }));
        expect(found).toEqual(absentAsNull(evaluate(made.input, { input })));
        const wrong = made.inputType.filter(({ name, type }) => !fits((found as Record<string, unknown>)[name], type));
        expect(wrong.map(({ name }) => texts[Number(name.slice(1))])).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
