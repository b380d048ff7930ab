import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFile } from "../../compiler/ast/parse.ts";
import { check } from "../../compiler/check/check.ts";
import { collectDiagnostics } from "../../compiler/diagnostics/collect.ts";
import { renderText } from "../../compiler/diagnostics/render/text.ts";
import { syntaxDiagnostic } from "../../compiler/diagnostics/syntax.ts";
import { planText } from "../../compiler/plan/canonical.ts";
import { lower } from "../../compiler/plan/lower.ts";
import { success } from "../../compiler/source/source-set.ts";
import { saga, step } from "./kit/sagas.ts";

const EXAMPLE = readFileSync(new URL("../../sagas/place-order/place-order.saga", import.meta.url), "utf8");

/**
 * The whole front half over one text: nothing throws, every place lies in the text, the report can be shown; and what has no error has a
 * plan. Gives the number of errors.
 */
function runAll(text: string): number {
  const file = "fuzz.saga";
  const parsed = parseFile(text, file);
  const { program, diagnostics } = check([parsed.file]);
  const report = collectDiagnostics([...parsed.problems.map((problem) => syntaxDiagnostic(problem, file)), ...diagnostics]);
  const read = success(file, text);
  const source = (): ReturnType<typeof ok> => ok(read);
  for (const { span, labels, message, note, help } of report.diagnostics) {
    for (const place of [span, ...labels.map((label) => label.span)]) {
      if (!(place.start >= 0 && place.start <= place.end && place.end <= text.length))
        throw new Error(`no such place: ${message}`);
    }
    for (const said of [message, note ?? "", help ?? ""]) if (said.includes("undefined")) throw new Error(said);
  }
  renderText(report, { source });
  if (report.errors === 0) for (const plan of lower(program, { source })) planText(plan);
  return report.errors;
}

function ok(read: ReturnType<typeof success>) {
  return read.ok ? read.file : null;
}

describe("whatever the text", () => {
  it("is told, never thrown: every beginning of the example", () => {
    for (let end = 0; end < EXAMPLE.length; end += 3) runAll(EXAMPLE.slice(0, end));
    expect(runAll(EXAMPLE)).toBe(0);
  });

  const words = EXAMPLE.match(/"[^"\n]*"|\/\/[^\n]*|[A-Za-z_]\w*|\d+\w*|\s+|./g) ?? [];

  it("is told, never thrown: the example without any one of its words", () => {
    let sound = 0;
    for (let at = 0; at < words.length; at++) if (runAll(words.toSpliced(at, 1).join("")) === 0) sound += 1;
    // Blanks, commas, comments and what may be left out.
    expect(sound).toBeGreaterThan(50);
    expect(sound).toBeLessThan(words.length);
  });

  it("is told, never thrown: the example with words put elsewhere", () => {
    const index = fc.nat(words.length - 1);
    const edits = fc.array(fc.tuple(index, index), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(edits, (all) => {
        const changed = [...words];
        for (const [from, to] of all) changed.splice(to, 1, words[from] ?? "");
        runAll(changed.join(""));
      }),
      { numRuns: 600 },
    );
  });

  const vocabulary = [
    ..."{}[]()<>.,:;|?=".split(""),
    ..."saga step pivot readonly parallel branch service error type input output throws timeout retry backoff compensate none because".split(
      " ",
    ),
    ..."inquire on version idempotent for fenced forever if foreach await call fail let lock key then park a b c A B s int string 1 5s".split(
      " ",
    ),
    ...'"x" input.a a.x ++ // /* /// ${ null true'.split(" "),
  ];

  it("is told, never thrown: any words in any order", () => {
    const text = fc.array(fc.constantFrom(...vocabulary), { maxLength: 60 }).map((parts) => parts.join(" "));
    fc.assert(
      fc.property(text, (inside) => {
        runAll(inside);
        runAll(`saga S { timeout 1h input { a: int } ${inside} }`);
        runAll(`saga S { timeout 1h step x on s { ${inside} } step y { compensate z } }`);
      }),
      { numRuns: 400 },
    );
  });
});

describe("sources of hostile size", () => {
  const count = (text: string): number => runAll(text);

  it.each([
    [
      "a chain of types",
      `${Array.from({ length: 20_000 }, (_, at) => `type T${at} = T${at + 1}`).join("\n")}\ntype T20000 = int`,
    ],
    [
      "a chain of records",
      `${Array.from({ length: 10_000 }, (_, at) => `type T${at} = { next: T${at + 1}? }`).join("\n")}\ntype T10000 = int`,
    ],
  ])("%s", (_, text) => {
    expect(count(`${text}\n${saga(step("a"), { input: "orderId: uuid, t: T0" })}`)).toBe(0);
  });

  it.each([
    ["a circle of types", Array.from({ length: 20_000 }, (_, at) => `type T${at} = T${(at + 1) % 20_000}`).join("\n"), 1],
    [
      "thousands of unknown names",
      saga(
        `step a on inventory { input { ${Array.from({ length: 5000 }, (_, at) => `x${at}: nobody${at}.x`).join(", ")} } compensate b }`,
      ),
      5000,
    ],
    ["thousands of fields of one name", `type T = { ${"same: int ".repeat(20_000)} }`, 19_999],
    ["thousands of clauses of one kind", saga(step("a", "timeout 1s ".repeat(5000))), 4999],
  ])("%s", (_, text, errors) => {
    expect(count(text)).toBe(errors);
  });

  it("a thousand steps are checked and lowered in well under a second", () => {
    const steps = Array.from({ length: 1000 }, (_, at) => {
      const reads = at === 0 ? "" : `, before: s${at - 1}.x`;
      return `step s${at} on inventory.op${at} { input { input.orderId${reads} } output { x: int } compensate undo${at} }\n`;
    });
    const text = saga(steps.join(""));
    const parsed = parseFile(text, "a.saga");
    const begin = performance.now();
    const { program, diagnostics } = check([parsed.file]);
    const read = success("a.saga", text);
    const plans = lower(program, { source: () => ok(read) });
    const took = performance.now() - begin;
    expect(diagnostics).toEqual([]);
    expect(plans[0]?.steps).toHaveLength(1000);
    // Generous: the machine may be busy; what is to be noticed is a square.
    expect(took).toBeLessThan(2000);
  });
});
