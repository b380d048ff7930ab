import { runSaga } from "@sagac/runtime/testing";
import { describe, expect, it } from "vitest";
import { compiled } from "../kit/compiled.ts";

const SOURCE = `
error Refused

saga Sample {
  timeout 1h
  input { n: int }

  step wait on shop { compensate none because "nothing is kept" }
  try {
    step begin on shop { throws Refused compensate none because "nothing is kept" }
  } otherwise {
    step other on shop {
      input { failure.name, failure.summary, failure.at, failure.step }
      throws Refused
      compensate none because "nothing is kept"
    }
  }
  on compensated {
    step tell on shop { input { failure.name, failure.summary, failure.at, failure.step } }
  }
}
`;

describe("what is known of a failure", async () => {
  const { definition } = await compiled(SOURCE);

  it("is read by the other path and by an ending: what it was, of whom, and when", async () => {
    const run = await runSaga(definition as never, {
      input: { n: 1 } as never,
      steps: {
        shop: {
          wait: { outcome: "success", after: "5s" },
          begin: { error: "Refused" },
          other: { error: "Refused", after: "10s" },
        },
      } as never,
    });
    expect(run).toMatchObject({ status: "compensated", faults: [] });
    const [first, second, told] = ["begin", "other", "tell"].map((step) => run.calls.find((call) => call.step === step));
    const at = (call: typeof first): string => (call?.input as { readonly at: string } | undefined)?.at ?? "";
    expect(second?.input).toMatchObject({ name: "Refused", step: "begin", summary: expect.stringContaining("Refused") });
    expect(told?.input).toMatchObject({ name: "Refused", step: "other", summary: expect.stringContaining("Refused") });
    expect(Date.parse(at(second))).toBe(first?.atMs);
    expect(Date.parse(at(told)) - (second?.atMs ?? 0)).toBe(10_000);
    expect(at(told)).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });
});
