import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { newStepsFile } from "../../compiler/emit/steps.ts";
import type { ImportExtension } from "../../compiler/emit/target.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import { ROOT, scratchFolder } from "../kit/scratch.ts";
import { emitted, OPTIONS } from "./emitted.ts";
import { call, error, field, fromInput, named, object, optional, placeOrder, plan, scalar, step, typeDecl } from "./plans.ts";

/** Errors of tsc in the emitted files, with the options of a user who set no others. */
async function typeErrors(
  saga: Plan,
  compilerOptions: object,
  importExtension: ImportExtension,
  more: Record<string, string> = {},
): Promise<string[]> {
  const generated = Object.entries(emitted(saga, { importExtension })).map(([path, text]) => [`generated/${path}`, text]);
  const folder = scratchFolder({
    ...Object.fromEntries(generated),
    "user.steps.ts": newStepsFile(saga, { ...OPTIONS, importExtension }, "./generated"),
    ...more,
    "tsconfig.json": JSON.stringify({
      compilerOptions: { strict: true, noEmit: true, skipLibCheck: true, types: [], ...compilerOptions },
    }),
  });
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, "-p", folder, "--pretty", "false"], { cwd: folder }).catch(
    (failure: { stdout: string }) => failure,
  );
  // The runtime's own sources are checked with the project.
  return stdout.split("\n").filter((line) => line !== "" && !line.startsWith("../") && !line.startsWith("  "));
}

const TYPE_STRIPPING = { module: "nodenext", allowImportingTsExtensions: true };

/** Everything that a cautious user switches on. */
const CAUTIOUS = {
  ...TYPE_STRIPPING,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitReturns: true,
  noImplicitOverride: true,
  erasableSyntaxOnly: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
};

/** Every type, absent values, recursion, odd names, and a step without anything. */
const everything = plan({
  types: [
    typeDecl("Tree", object(field("left", optional(named("Tree"))), field("all", { kind: "array", element: named("Tree") }))),
    typeDecl("Maybe", optional(scalar("int"))),
    typeDecl("Record", object(field("a", { kind: "record", value: { kind: "literals", values: ["a", "b"] } }))),
    typeDecl("z", scalar("string")),
    typeDecl("types", scalar("string")),
    typeDecl("Handler", scalar("string")),
    typeDecl("Pick", scalar("json")),
  ],
  input: [
    field("tree", named("Tree")),
    field("class", named("Maybe")),
    field("record", named("Record")),
    field("z", named("z")),
    field("types", { kind: "array", element: optional(named("types")) }),
    field("handler", named("Handler"), { secret: true }),
    field("anything", named("Pick")),
    field("until", optional(scalar("datetime"))),
    field("then", "duration"),
  ],
  errors: [error("Refused"), error("Late", field("by", "duration"))],
  steps: [
    step("look", {
      kind: "readonly",
      call: call("shop.look", { input: fromInput("tree"), inputType: [field("tree", named("Tree"))] }),
      output: [field("found", optional(named("Maybe"))), field("constructor", "json")],
      throws: ["Refused", "Late"],
      inquire: call("shop.ask", { input: fromInput("anything"), inputType: [field("anything", "json")] }),
    }),
    step("shout", { undo: { kind: "compensate", call: call("shop.delete") } }),
  ],
});

describe("what is emitted type-checks", { timeout: 120_000 }, () => {
  it("under `strict` alone", async () => {
    expect(await typeErrors(placeOrder(), TYPE_STRIPPING, ".ts")).toEqual([]);
  });

  it("with all that a cautious user switches on, whatever the saga holds", async () => {
    expect(await typeErrors(everything, CAUTIOUS, ".ts")).toEqual([]);
  });

  it("with imports as nodenext and bundlers want them", async () => {
    expect(await typeErrors(placeOrder(), { module: "nodenext" }, ".js")).toEqual([]);
    expect(await typeErrors(placeOrder(), { module: "preserve" }, "")).toEqual([]);
  });
});

describe("a handler that does not fit", { timeout: 120_000 }, () => {
  it("is refused where it is written", async () => {
    const wrong = `
      import type { PlaceOrderSteps } from "./generated/place-order.saga.ts";
      export const inventory: PlaceOrderSteps["inventory"] = {
        async reserveStock(input, ctx) {
          if (input.quantity > 3) throw ctx.fail("OutOfStock", { sku: input.sku, left: 3 });
          if (input.quantity > 2) throw ctx.fail("PaymentDeclined", { reason: "x" });
          return { reservation: input.sku };
        },
        async releaseStock(input) {
          const id: string = input.reservationId;
        },
      };
    `;
    const errors = await typeErrors(placeOrder(), TYPE_STRIPPING, ".ts", { "wrong.ts": wrong });
    expect(errors.map((line) => line.replace(/,\d+\): error (TS\d+): .*/, " $1"))).toEqual([
      "wrong.ts(4 TS2322",
      "wrong.ts(6 TS2345",
      "wrong.ts(10 TS2322",
    ]);
  });
});
