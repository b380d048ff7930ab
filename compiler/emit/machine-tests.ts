import { stringLiteral } from "./lib/escape.ts";
import { header } from "./lib/header.ts";
import { braces, type Item, render } from "./lib/layout.ts";
import { moduleFile, moduleSpecifier, typeNames } from "./lib/names.ts";
import { Writer } from "./lib/writer.ts";
import { planFile } from "./plan-json.ts";
import type { Target } from "./target.ts";

/**
 * `<saga>.machine.test.ts`: the walk of `sagac verify` in the user's own suite. It exports what it walks over and by which laws, so that a
 * test of the user's can add to both. It needs vitest and sagac, so it is written only when it is asked for.
 */
export const machineTestsTarget: Target = {
  name: "machine-tests",
  emit(plan, options) {
    const { machine, variable } = typeNames(plan).saga;
    const out = new Writer();
    out.line('import { ALPHABET, LAWS, sagaUnderTest } from "sagac/testing";');
    out.line('import { describe, expect, it } from "vitest";');
    out.line('import { createEmptyActor } from "xstate";');
    const names = ["calls", "delays", "effects", machine].map((name): Item => ({ doc: [], layout: name }));
    const specifier = moduleSpecifier(plan.saga, "machine", options);
    out.line(render(["import ", braces(names, ","), ` from ${specifier};`], out.room));
    out.line(`import plan from ${stringLiteral(`./${planFile(plan.saga)}`)} with { type: "json" };`).line();
    out.doc("Everything that can happen to it. A test of your own may walk it over more, or over less.");
    out.line("export const alphabet = ALPHABET;").line();
    out.doc("What must hold, whatever happens. A law of your own is one more of these: `[...laws, mine]`.");
    out.line("export const laws = LAWS;").line();
    out.doc(`The machine of ${plan.saga}, to be walked: \`${variable}UnderTest.walk({ alphabet, laws })\`.`);
    const parts = ["plan", `machine: ${machine}`, "calls", "effects", "delays", "createEmptyActor"];
    const object = braces(
      parts.map((part): Item => ({ doc: [], layout: part })),
      ",",
    );
    out.line(render([`export const ${variable}UnderTest = sagaUnderTest(`, object, ");"], out.room)).line();
    out.block(
      `describe(${stringLiteral(`The machine of ${plan.saga}`)}, () => {`,
      () => {
        out.block(
          'it("keeps every law, whatever happens and in whatever order", { timeout: 120_000 }, () => {',
          () => {
            out.line(`const { broken, ends } = ${variable}UnderTest.walk({ alphabet, laws });`);
            out.line(`expect(broken.map(${variable}UnderTest.tell)).toEqual([]);`);
            out.line("expect(ends.completed).toBeGreaterThan(0);");
          },
          "});",
        );
      },
      "});",
    );
    const text = header(plan, options, `The saga ${plan.saga}: its machine against the laws.`) + out.toString();
    return [{ path: moduleFile(plan.saga, "machine.test"), text }];
  },
};
