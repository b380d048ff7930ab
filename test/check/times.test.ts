import { describe, it } from "vitest";
import { expectDiagnostics } from "../../compiler/testing/expect-diagnostics.ts";
import { saga, step } from "./kit/sagas.ts";

const INPUT = "orderId: uuid, d: duration, maybe: duration?, n: int";
const of = (text: string, before = "", head = ""): string =>
  saga(text, { input: INPUT, ...(before === "" ? {} : { before }), ...(head === "" ? {} : { head }) });
const asked = "readonly step ask on inventory { input { input.orderId } output { wait: duration, maybe: duration? } }\n";
const COMPUTE = "compute wait(n: int): duration\n";

describe("a time that is worked out", () => {
  it.each([
    ["of a step: of the input", of(step("a", "timeout input.d retry 3 backoff input.d..input.d * 2"))],
    ["… of an earlier step", of(`${asked} ${step("a", "timeout min(ask.wait, 5m)")}`)],
    ["… of constants", of(step("a", "timeout 2 * 30s"))],
    ["… of a compute", of(step("a", "timeout wait(input.n)"), COMPUTE)],
    ["… that may be absent", of(step("a", "timeout «input.maybe»")), "SAGA3013"],
    ["… where something counts instead", of(step("a", "timeout input.maybe ?? 5s"))],
    ["… of another type", of(step("a", "timeout «input.n»")), "SAGA3012"],
    ["… a number", of(step("a", "timeout «5»")), "SAGA3002"],
    ["… of its own output", of(step("a", "output { wait: duration } timeout «a».wait")), "SAGA4002"],
    ["… of a later step", of(`${step("a", "timeout «ask».wait")} ${asked}`), "SAGA4001"],
    ["of a compensation: of the step's output, which may be absent", of(compensated("timeout a.wait ?? 5s"))],
    ["… without a word for that", of(compensated("retry 5 backoff «a.wait»")), "SAGA3013"],
    ["… of a compute", of(compensated("timeout «wait»(input.n)"), COMPUTE), "SAGA2049"],
    ["of an inquiry", of(step("a", "inquire ask { timeout input.d retry 3 backoff input.d }"))],
    ["for an error: of its data", of(busy("on Busy retry 3 backoff Busy.after"), BUSY)],
    [
      "… of several, which have none",
      of(busy("on Busy, Full retry 3 backoff «Busy».after").replace("throws Busy", "throws Busy, Full"), `${BUSY}error Full\n`),
      "SAGA2001",
    ],
    ["… of a compute", of(busy("on Busy retry 3 backoff «wait»(1)"), BUSY + COMPUTE), "SAGA2049"],
    [
      "of a call",
      saga("call Other { input { input.orderId } retry 3 backoff input.d }", {
        input: INPUT,
        before: `saga Other { timeout 1h input { orderId: uuid } ${step("b")} }\n`,
      }),
    ],
    ["of a saga: of its input", of(step("a"), "", "undo within input.d * 2").replace("timeout 1h", "timeout input.d + 1h")],
    ["… of a step", of(`${asked} ${step("a")}`, "", "undo within «ask».wait"), "SAGA6014"],
    ["… of a compute", of(step("a"), COMPUTE, "undo within «wait»(input.n)"), "SAGA2049"],
    ["of a service: of constants", of(step("a"), "service inventory { fenced timeout 2 * 30s retry 3 backoff min(1s, 2s) }\n")],
    ["… of a saga's input", of(step("a"), "service inventory { fenced timeout «input».d }\n"), "SAGA6014"],
    ["… of a name", of(step("a"), "service inventory { fenced retry 3 backoff «a».wait }\n"), "SAGA6014"],
    ["has no worst case to be beyond anything", of(step("a", "timeout input.d retry 1000 backoff 5m"))],
  ] as readonly (readonly string[])[])("%s", (_, marked = "", code = "") => {
    expectDiagnostics(marked, code === "" ? [] : [code]);
  });
});

const BUSY = "error Busy { after: duration }\n";

function busy(policy: string): string {
  return step("a", `throws Busy ${policy}`);
}

function compensated(clauses: string): string {
  return `step a on inventory { input { input.orderId } output { wait: duration } compensate release { ${clauses} } }\n`;
}
