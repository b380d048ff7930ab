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
