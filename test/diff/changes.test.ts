import { describe, expect, it } from "vitest";
import { diffPlans } from "../../compiler/diff/diff.ts";
import { collectDiagnostics, compile, memorySources, type Plan, renderText } from "../../compiler/index.ts";

/** A saga with `body` in it. */
function planOf(body: string): readonly Plan[] {
  const text = `error Declined { reason: string }
error Late {}
error Never { why: string }
service bank { idempotent for 7d }
saga Child {
  timeout 1h
  input { id: string }
  step look on bank { input { input.id } compensate none because "a test" throws Declined }
}
saga Pay {
  input { id: string, ids: string[] }
${body}
}
`;
  const { sagas, diagnostics } = compile(memorySources({ "pay.saga": text }), ["pay.saga"]);
  const report = collectDiagnostics(diagnostics.filter(({ severity }) => severity === "error"));
  if (report.errors > 0) throw new Error(renderText(report, { source: () => null }));
  return sagas.map(({ plan }) => plan).filter(({ saga }) => saga === "Pay");
}

/** `slug` and what fills its message, of each change but that the version stayed. */
function told(before: string, after: string): readonly string[] {
  return diffPlans(planOf(before), planOf(after))
    .filter(({ kind }) => kind.slug !== "version-not-raised")
    .map(({ kind, values }) => {
      const { saga: _, ...rest } = values;
      return `${kind.slug}: ${Object.values(rest).join(" ")}`;
    });
}

const STEP = (name: string, rest = "", operation = name) =>
  `  step ${name} on bank.${operation} { input { input.id } compensate none because "a test" timeout 5s retry 2 ${rest} }`;
const LOOK = "readonly step look on bank { input { input.id } }";

describe("what becomes of a failure", () => {
  const cases: readonly [title: string, body: (outcome: string) => string, slug: string][] = [
    ["a try", (outcome) => `  timeout 1h\n  try { ${LOOK} } otherwise ${outcome}`, "scope-changed: a `try` has changed"],
    [
      "a repeat",
      (outcome) => `  timeout 1h\n  repeat max 3 every 1m { ${LOOK} } until 1 == 1 otherwise ${outcome}`,
      "loop-changed: a `repeat` has changed",
    ],
    [
      "an await",
      (outcome) => `  timeout 1h\n  signal paid {}\n  await paid timeout 5m on timeout ${outcome}`,
      "wait-changed: an `await` has changed",
    ],
    [
      "a call",
      (outcome) => `  timeout 1h\n  call Child as child { input { input.id } on failure ${outcome} }`,
      "callee-changed: a `call` has changed",
    ],
  ];

  it.each(cases)("of %s: another error, or another payload of it, is told", (_, body, change) => {
    expect(told(body('fail Never { why: "a" }'), body("fail Late"))).toEqual([change]);
    expect(told(body('fail Never { why: "a" }'), body('fail Never { why: "b" }'))).toEqual([change]);
    expect(told(body("continue"), body("fail Late"))).toEqual([change]);
    expect(told(body("fail Late"), body("fail Late"))).toEqual([]);
  });

  it.each(cases)("of %s: what stands in the other path is told by its own rules alone", (_, body) => {
    const path = (limit: string) => body(`{ readonly step other on bank { input { input.id } timeout ${limit} } }`);
    expect(told(path("5s"), path("6s")).map((line) => line.split(":")[0])).toEqual(["call-limits-changed"]);
  });
});

describe("errors that an operation may answer with", () => {
  const FAILS = "throws Declined";
  it.each<[title: string, before: string, after: string, told: readonly string[]]>([
    ["of its only step, gone", STEP("pay", FAILS), STEP("pay"), ["error-unthrown: bank.pay Declined"]],
    ["a step is renamed", STEP("pay", FAILS), STEP("charge", FAILS, "pay"), []],
    ["a new step before, which throws none", STEP("pay", FAILS), `${STEP("before", "", "pay")}\n${STEP("pay", FAILS)}`, []],
    [
      "a new step of an operation whose first step throws it",
      `${STEP("pay", FAILS)}\n${STEP("other")}`,
      `${STEP("pay", FAILS)}\n${STEP("other")}\n${STEP("more", "", "pay")}`,
      [],
    ],
    [
      "of one of two steps, gone",
      `${STEP("pay", FAILS)}\n${STEP("again", FAILS, "pay")}`,
      `${STEP("pay", FAILS)}\n${STEP("again", "", "pay")}`,
      [],
    ],
    [
      "of both, gone, is told once",
      `${STEP("pay", FAILS)}\n${STEP("again", FAILS, "pay")}`,
      `${STEP("pay")}\n${STEP("again", "", "pay")}`,
      ["error-unthrown: bank.pay Declined"],
    ],
    ["of an operation that is gone", STEP("pay", FAILS), STEP("charge"), []],
  ])("%s", (_, before, after, expected) => {
    const found = told(`  timeout 1h\n${before}`, `  timeout 1h\n${after}`);
    expect(found.filter((line) => line.startsWith("error-unthrown"))).toEqual(expected);
  });

  it("an error that only one of its steps no longer takes is told of that step", () => {
    const both = `  timeout 1h\n${STEP("pay", FAILS)}\n${STEP("again", FAILS, "pay")}`;
    const one = `  timeout 1h\n${STEP("pay", FAILS)}\n${STEP("again", "", "pay")}`;
    expect(told(both, one)).toEqual(["refusal-changed: again Declined is no longer thrown"]);
    expect(told(one, both)).toEqual(["refusal-changed: again Declined is new"]);
  });
});

describe("errors of a saga that is called", () => {
  const call = (rest: string) => `  timeout 1h\n  call Child as child { input { input.id } ${rest} }`;
  it.each([
    ["on Declined fail Late", "on Declined continue", "child Declined leads elsewhere"],
    ["", "on Declined fail Late", "child Declined is new"],
    ["on Declined fail Late", "", "child Declined has no answer of its own any more"],
  ])("`%s`, then `%s`", (before, after, what) => {
    expect(told(call(before), call(after))).toEqual([`refusal-changed: ${what}`]);
  });
});

describe("times", () => {
  it.each([
    ["90m", "2h", "timeout 1h30m 2h"],
    ["1d", "36h", "timeout 1d 1d12h"],
  ])("%s and %s are told as one writes them", (before, after, shown) => {
    expect(told(`  timeout ${before}\n  ${LOOK}`, `  timeout ${after}\n  ${LOOK}`)).toEqual([`time-limit-changed: ${shown}`]);
  });
});
