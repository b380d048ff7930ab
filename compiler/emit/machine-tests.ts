import type { PlanBody } from "../plan/plan.ts";
import { stringLiteral } from "./lib/escape.ts";
import { header } from "./lib/header.ts";
import { braces, type Item, render } from "./lib/layout.ts";
import { machineSpecifier, moduleFile, typeNames, type UnitNames } from "./lib/names.ts";
import { Writer } from "./lib/writer.ts";
import { planFile } from "./plan-json.ts";
import type { Target } from "./target.ts";

/**
 * `<saga>.machine.test.ts`: the walk of `sagac verify` in the user's own suite, for the saga's machine and that of each block that runs as
 * instances of its own. It exports what it walks over and by which laws, so that a test of the user's can add to both. It needs vitest and
 * sagac, so it is written only when it is asked for.
 */
export const machineTestsTarget: Target = {
  name: "machine-tests",
  emit(plan, options) {
    const names = typeNames(plan);
    const units = [null, ...plan.bodies].map((body): Unit => ({ body, names: names.unit(body?.id ?? null) }));
    const out = new Writer();
    out.line('import { ALPHABET, LAWS, sagaUnderTest } from "sagac/testing";');
    out.line('import { describe, expect, it } from "vitest";');
    out.line('import { createEmptyActor } from "xstate";');
    for (const unit of units) out.line(`import * as ${moduleName(unit)} from ${machineSpecifier(unit.names, options)};`);
    out.line(`import plan from ${stringLiteral(`./${planFile(plan.saga)}`)} with { type: "json" };`).line();
    out.doc("Everything that can happen to it. A test of your own may walk it over more, or over less.");
    out.line("export const alphabet = ALPHABET;").line();
    out.doc("What must hold, whatever happens. A law of your own is one more of these: `[...laws, mine]`.");
    out.line("export const laws = LAWS;").line();
    for (const unit of units) {
      out.doc(`${subjectText(unit, plan.saga)}, to be walked: \`${subjectName(unit)}.walk({ alphabet, laws })\`.`);
      const machine = `machine: ${moduleName(unit)}.${unit.names.machine}`;
      const body = unit.body === null ? [] : [`body: ${stringLiteral(unit.body.id)}`];
      const parts = ["plan", ...body, `...${moduleName(unit)}`, machine, "createEmptyActor"];
      const object = braces(parts.map(item), ",");
      out.line(render([`export const ${subjectName(unit)} = sagaUnderTest(`, object, ");"], out.room)).line();
    }
    for (const unit of units) {
      out.block(
        `describe(${stringLiteral(subjectText(unit, plan.saga))}, () => {`,
        () => {
          out.block(
            'it("keeps every law, whatever happens and in whatever order", { timeout: 120_000 }, () => {',
            () => {
              out.line(`const { broken, coverage, ends } = ${subjectName(unit)}.walk({ alphabet, laws, seconds: ${SECONDS} });`);
              out.line(`expect(broken.map(${subjectName(unit)}.tell)).toEqual([]);`);
              out.line("if (coverage.complete) expect(ends.completed).toBeGreaterThan(0);");
            },
            "});",
          );
        },
        "});",
      );
      out.line();
    }
    const text = header(plan, options, `The saga ${plan.saga}: its machine against the laws.`) + out.toString();
    return [{ path: moduleFile(plan.saga, "machine.test"), text }];
  },
};

/** For each machine: what is not walked by then is left to `sagac verify`. */
const SECONDS = 5;

interface Unit {
  readonly body: PlanBody | null;
  readonly names: UnitNames;
}

function moduleName({ names }: Unit): string {
  return `${names.machine}Module`;
}

/** `placeOrderUnderTest`, `placeOrderReservationsUnderTest` */
function subjectName({ names }: Unit): string {
  return names.machine.replace(/Machine(\d*)$/, "UnderTest$1");
}

function subjectText({ body }: Unit, saga: string): string {
  return body === null ? `The machine of ${saga}` : `The machine of one ${body.kind} of ${body.name} in ${saga}`;
}

function item(layout: string): Item {
  return { doc: [], layout };
}
