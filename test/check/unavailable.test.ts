import { describe, expect, it } from "vitest";
import { diagnose, expectDiagnostics } from "../../compiler/testing/expect-diagnostics.ts";
import { PIVOT, saga, step } from "./kit/sagas.ts";

/** Each construct with the mark where it is refused: once, and with nothing that follows from it. */
const STATEMENTS: readonly (readonly [construct: string, marked: string])[] = [
  ["first", "«first» i in input.l as one { step x on inventory { input { i } } } otherwise park"],
  ["parallel first", "«parallel» first 1 { step x on inventory { } step y on inventory { } }"],
  ["collect", "«collect» go for 1h as all"],
  ["start", "«start» Other { input { input.n } }"],
  ["undo", "«undo» a"],
  ["on undo", "«on undo» { step x on inventory { } }"],
  ["publish", "«publish» link = input.n"],
  ["lock", '«lock» "a" wait 1s'],
];

const STEP_CLAUSES: readonly (readonly [construct: string, marked: string])[] = [
  ["`confirm`", "«confirm» c"],
  ["`lock`", '«lock» "a"'],
  ["`emits`", "«emits» Done"],
];

const INPUT = "orderId: uuid, n: int, l: int[], b: boolean, d: duration, r: record<int>";
const BEFORE = "error E\n";

function withUse(text: string): string {
  return saga(text, { before: BEFORE, input: INPUT });
}

describe("what is not available yet is refused once, and by name", () => {
  it.each(STATEMENTS)("%s", (construct, marked) => {
    const found = expectDiagnostics(withUse(`${step("a", "throws E")} ${marked}`), ["SAGA5001"]);
    expect(found[0]?.message).toBe(`Not available yet: \`${construct}\`.`);
  });

  it.each(STEP_CLAUSES)("%s", (construct, marked) => {
    const throws = marked.startsWith("throws") ? "" : "throws E";
    const found = expectDiagnostics(withUse(step("a", `${marked} ${throws}`)), ["SAGA5001"]);
    expect(found[0]?.message).toBe(`Not available yet: ${construct}.`);
  });

  const others: readonly (readonly [construct: string, marked: string])[] = [
    ["choreographed", saga(step("a")).replace("saga Order", "«choreographed» saga Order")],
    ["compensate first", saga("step a on inventory { «compensate b» first }")],
  ];

  it.each(others)("%s", (_, marked) => {
    expectDiagnostics(marked, ["SAGA5001"]);
  });

  it("but what is the default may be said", () => {
    expectDiagnostics(saga(`parallel on failure cancel { ${step("a")} ${step("b")} }`), []);
  });
});

describe("what follows from something that is not available is not told", () => {
  it.each([
    [
      "a step in it may be read",
      `${step("a", "throws E")} «first» i in input.l { step x on inventory { } } output { x: x.y, z: x }`,
    ],
    ["a name of it may be read", `${step("a", "throws E")} «collect» y for 1h step z on inventory { input { y } compensate c }`],
    [
      "a pivot in it leaves open what is before and after",
      `step a on inventory { throws E } «first» i in input.l { ${PIVOT} } step z on inventory { throws E retry 3 }`,
    ],
    ["a pivot is still the pivot", `${step("a", "throws E")} ${PIVOT} «publish» x = 1 step z on inventory { }`],
  ])("%s", (_, marked) => {
    expectDiagnostics(withUse(marked), ["SAGA5001"]);
  });

  it("and other mistakes beside it are", () => {
    expectDiagnostics(withUse(`${step("a", "throws E")} «publish» x = 1 step «z» on inventory { }`), ["SAGA5001", "SAGA4003"]);
  });
});

describe("one cause gives one report", () => {
  it.each([
    ["a step with a broken name", saga(`step on inventory { input { input.orderId } compensate b }`), 1],
    ["a broken clause", saga(`step a on inventory { input { input.orderId } compensate }`), 1],
    ["a broken expression", saga(`step a on inventory { input { x: } compensate b }`), 1],
    ["a broken type", saga(step("a"), { input: "orderId: uuid, x: " }), 1],
    ["a broken duration", saga(step("a", "timeout 30m1h")), 1],
    ["a number too large", saga(step("a", "retry 99999999999999999999")), 1],
    [
      "a misspelt type, used twice",
      saga(step("a"), { before: "type Money = int\n", input: "orderId: uuid, a: Mony, b: Mony" }),
      2,
    ],
    ["a misspelt error", saga(step("a", "throws OutOfStok"), { before: "error OutOfStock\n" }), 1],
    ["a member of a member that is not there", saga(`step a on inventory { input { x: input.no.such.thing } compensate b }`), 1],
    ["a member of a name that is not there", saga(`step a on inventory { input { x: [nobody.x.y, 1] } compensate b }`), 1],
  ])("%s", (_, text, count) => {
    const found = diagnose(text);
    expect(found.map(({ code, message }) => `${code} ${message}`)).toHaveLength(count);
  });
});
