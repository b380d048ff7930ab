import { describe, expect, it } from "vitest";
import { diagnose, expectDiagnostics } from "../../compiler/testing/expect-diagnostics.ts";
import { PIVOT, saga, step } from "./kit/sagas.ts";

/** `told` is in what is said; `right` is what one writes who does as told, and all is well. */
type Row = readonly [name: string, wrong: string, code: string, told: string, right: string];

function table(rows: readonly Row[]): void {
  it.each(rows.map(([name, wrong, code, told, right]) => ({ name, wrong, code, told, right })))(
    "$name",
    ({ wrong, code, told, right }) => {
      const [found] = expectDiagnostics(wrong, [code]);
      expect(`${found?.message}\n${found?.note ?? ""}\n${found?.help ?? ""}`).toContain(told);
      expect(diagnose(right)).toEqual([]);
    },
  );
}

const late = (clauses: string, body: string): string =>
  saga(body, { before: `error F\nservice late { idempotent for 7d ${clauses} }\n`, head: "" });
const onLate = (clauses: string, kind = ""): string => `${kind} step z on late { throws F input { input.orderId } ${clauses} }\n`;
const asks = (clauses: string, own = ""): string => step("a", `${own} inquire q { ${clauses} }`);
const lucky = (clauses: string, before = ""): string =>
  saga(`${step("a")} best effort step z on inventory { input { input.orderId } ${clauses} }`, { before });

describe("a `then` that nothing would come of", () => {
  table([
    [
      "of a service: park",
      late("retry 2 backoff 1s then «park»", onLate("compensate y")),
      "SAGA4023",
      "`retry 5 … then park`",
      late("retry 2 backoff 1s", onLate("compensate y retry 2 backoff 1s then park")),
    ],
    [
      "of a service: continue",
      late("retry 2 then «continue»", onLate("compensate y")),
      "SAGA4023",
      "After the retries of service `late` nothing can be done but what each of its steps says.",
      late("retry 2", onLate("", "best effort")),
    ],
    [
      "of a service: an error, which counts as used",
      saga(step("z", "", "late"), { before: "error G\nservice late { idempotent for 7d retry 2 then «fail G» }\n" }),
      "SAGA4023",
      "`retry 5 … then park`",
      saga(step("z", "retry 2 then fail G", "late"), { before: "error G\nservice late { idempotent for 7d }\n" }),
    ],
    [
      "of an inquiry: park",
      saga(asks("retry 2 backoff 1s then «park»")),
      "SAGA4023",
      "nothing can be done but to go on with the step as unknown",
      saga(asks("retry 2 backoff 1s", "retry 3 then park")),
    ],
    [
      "of an inquiry: fail",
      saga(asks("retry 2 then «fail»")),
      "SAGA4023",
      "what happens then is said by the step's own `retry … then`",
      saga(asks("retry 2", "retry 3 then fail")),
    ],
    [
      "of a compensation: fail",
      saga("step a on inventory { input { input.orderId } compensate c { retry 3 then «fail» } }"),
      "SAGA4023",
      "it parks anyway",
      saga("step a on inventory { input { input.orderId } compensate c { retry 3 then park } }"),
    ],
  ]);
});

describe("what would never be gone on without", () => {
  table([
    ["a best effort", lucky("retry «forever»"), "SAGA4031", "Say how often in the step: `retry 5`", lucky("retry 5")],
    [
      "… whose service says so",
      late("retry forever", `${step("a")} best effort step «z» on late { throws F input { input.orderId } }`),
      "SAGA4031",
      "Say how often in the step: `retry 5`",
      late("retry forever", `${step("a")} best effort step z on late { throws F input { input.orderId } retry 5 }`),
    ],
    [
      "… of which an error is tried forever",
      lucky("throws E, F on E, F retry «forever backoff 1s»", "error E\nerror F\n"),
      "SAGA4031",
      "`retry 5 then continue`",
      lucky("throws E, F on E, F retry 5 backoff 1s then continue", "error E\nerror F\n"),
    ],
    [
      "… behind the pivot",
      saga(`${PIVOT} best effort step z on inventory { input { input.orderId } retry «forever» }`),
      "SAGA4031",
      "it is not tried forever",
      saga(`${PIVOT} best effort step z on inventory { input { input.orderId } retry 5 }`),
    ],
    [
      "an error after the end",
      saga(`${step("a")} on completed { step z on inventory { throws F on F retry «forever» } }`, { before: "error F\n" }),
      "SAGA4032",
      "Say how often: `retry 5`",
      saga(`${step("a")} on completed { step z on inventory { throws F on F retry 5 then continue } }`, { before: "error F\n" }),
    ],
  ]);
});

const P = `${step("a")}${PIVOT}`;
const F = { before: "error F\n" };
const typed = (value: string, input = "orderId: uuid, a: int, b: int?, l: int[], m: record<int>, k: int"): string =>
  saga(`step s on inventory { input { v: ${value} } compensate r }`, { input });

describe("advice that can be followed", () => {
  table([
    [
      "a retry that fails behind the pivot",
      saga(`${P}step c on inventory { retry 5 then «fail F» }`, F),
      "SAGA4025",
      "`retry … then park`, or `retry forever`",
      saga(`${P}step c on inventory { retry 5 then park }`),
    ],
    [
      "a `fail` behind the pivot",
      saga(`${P}if input.n > 1 { «fail» F }`, { ...F, input: "orderId: uuid, n: int" }),
      "SAGA4025",
      "Decide it before the pivot: what stands behind it must succeed.",
      saga(`${step("a")}if input.n > 1 { fail F }${PIVOT}`, { ...F, input: "orderId: uuid, n: int" }),
    ],
    [
      "a pivot after the end",
      saga(`${step("a")}on completed { pivot step «p» on inventory { input { input.orderId } } }`),
      "SAGA4010",
      "Leave `pivot` out, or move the step above the `on completed`.",
      saga(`${step("a")}pivot step p on inventory { input { input.orderId } } on completed { step q on inventory { } }`),
    ],
    [
      "a `??` behind a sum",
      typed("input.a + «input.b» ?? 0"),
      "SAGA3013",
      "write `input.a + (input.b ?? 0)`",
      typed("input.a + (input.b ?? 0)"),
    ],
    [
      "… whose first part it is of",
      typed("«input.b» * input.a ?? 1"),
      "SAGA3013",
      "write `(input.b ?? 1) * input.a`",
      typed("(input.b ?? 1) * input.a"),
    ],
    [
      "… of three",
      typed("input.a + «input.b» - 3 ?? 0"),
      "SAGA3013",
      "write `input.a + (input.b ?? 0)`",
      typed("input.a + (input.b ?? 0) - 3"),
    ],
    [
      "… by what may be zero",
      typed("«input.b» / input.a ?? 0"),
      "SAGA3013",
      "`??` binds less than `/`",
      typed("(input.b ?? 0) / input.a ?? 0"),
    ],
    [
      "an item that was asked for",
      typed("input.l[0] != null ? «input.l[0]» + 1 : 0"),
      "SAGA3013",
      "or give it a name with `let x = …`, and ask for that",
      saga("let x = input.l[0] step s on inventory { input { v: x != null ? x + 1 : 0 } compensate r }", { input: "l: int[]" }),
    ],
    [
      "a key of a record that was asked for",
      typed('input.m["a"] != null ? «input.m["a"]» + 1 : 0'),
      "SAGA3013",
      "`let x = …`",
      typed('(input.m["a"] ?? 0) + 1'),
    ],
    [
      "a function that there is not",
      typed("«round»(input.a)"),
      "SAGA2023",
      "for another declare `compute round(…): …`",
      saga("step s on inventory { input { v: round(input.a) } compensate r }", {
        before: "compute round(value: int): int\n",
        input: "a: int",
      }),
    ],
    [
      "a path that was not asked for",
      typed("«input.b» + 1"),
      "SAGA3013",
      "or ask first: `x != null ? … : …`",
      typed("input.b != null ? input.b + 1 : 0"),
    ],
    [
      "a limit of the service, behind the pivot",
      saga(`${P}step «c» on late { }`, { before: "service late { idempotent for 7d retry 5 }\n" }),
      "SAGA4007",
      "Give the step one of its own: `retry forever`",
      saga(`${P}step c on late { retry forever }`, { before: "service late { idempotent for 7d retry 5 }\n" }),
    ],
    [
      "… and of the pivot",
      saga(`${step("a")}pivot step «c» on late { }`, { before: "service late { idempotent for 7d retry 5 }\n" }),
      "SAGA4008",
      "or `retry … then park`",
      saga(`${step("a")}pivot step c on late { retry 5 then park }`, { before: "service late { idempotent for 7d retry 5 }\n" }),
    ],
    [
      "nothing to undo, for no reason",
      saga('step a on inventory { input { input.orderId } compensate none because «" "» }'),
      "SAGA4003",
      "does not say why there is nothing to undo",
      saga('step a on inventory { input { input.orderId } compensate none because "it only looks" }'),
    ],
  ]);
});

describe("names that can be read", () => {
  const known = (marked: string, options: Parameters<typeof saga>[1] = {}): string | null | undefined =>
    expectDiagnostics(saga(marked, options), { codes: ["SAGA2001"], only: "error" })[0]?.help;
  const use = (name: string, value: string, clauses = ""): string =>
    `step ${name} on inventory { input { v: ${value} } output { x: int } ${clauses} compensate r }\n`;

  it.each([
    ["not the step itself, nor what follows", `${use("a", "1")}${use("s", "«foo»")}${use("z", "2")}`, "`input` and `a`"],
    ["the step itself where it is undone", `step s on inventory { compensate r { input { v: «foo» } } }`, "`input` and `s`"],
    ["an item in its block", `foreach i in input.l { ${use("s", "«foo»")} }`, "`input` and `i`"],
    ["not what stands in a block that is over", `foreach i in input.l { ${use("s", "1")} }${use("z", "«foo»")}`, "`input`"],
    ["what a way may have given", `if input.b { ${use("s", "1")} }${use("z", "«foo»")}`, "`input` and `s`"],
    ["the data of an error", use("s", "1", `throws Bad on Bad { ${use("t", "«foo»")} }`), "`input` and `Bad`"],
    [
      "the failure",
      `${use("s", "1")}on compensated { step t on inventory { input { v: «foo» } } }`,
      "`input`, `failure` and `s`",
    ],
  ])("%s", (_, marked, names) => {
    expect(known(marked, { input: "l: int[], b: boolean", before: "error Bad { why: string }\n" })).toBe(`There are: ${names}.`);
  });

  it("is none of errors that are named together", () => {
    const marked = use("s", "1", `throws Bad, Worse on Bad, Worse { ${use("t", "«Bad».why")} }`);
    const before = "error Bad { why: string }\nerror Worse { why: string }\n";
    expect(known(marked, { before })).toBe("`Bad` has its data only where `on` names it alone.");
  });
});

describe("an import from a package", () => {
  it.each([
    ['import type { T } from «"zod"»', '`"./types.ts"`, not from a package'],
    ['import type { T } from «"@acme/types"»', '`"./types.ts"`, not from a package'],
    ['import { T } from «"common"»', '`"./common.saga"`, not from a package'],
    ['import { T } from «"common.saga"»', '`"./common.saga"`.'],
  ])("%s", (marked, told) => {
    expect(expectDiagnostics(marked, { codes: ["SAGA2040"], only: "error" })[0]?.help).toContain(told);
  });
});

it("a signal that is misspelt in one saga says nothing of that of another", () => {
  const waits = (name: string, signal: string, declared: string): string =>
    `saga ${name} { timeout 3d signal ${declared} { by: string } step a on s { compensate b } ${signal} }\n`;
  const text = `service s { fenced }\n${waits("A", "await «aproval» timeout 1d", "approval")}${waits("B", "", "«approval»")}`;
  expectDiagnostics(text, { codes: ["SAGA2044", "SAGA2045"], only: "error" });
});
