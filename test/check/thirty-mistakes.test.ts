import { describe, expect, it } from "vitest";
import { diagnose, expectDiagnostics } from "../../compiler/testing/expect-diagnostics.ts";
import { HABITS } from "./mistakes/habits.ts";
import { SOUNDNESS } from "./mistakes/soundness.ts";
import { STEPS } from "./mistakes/steps.ts";
import { TYPES } from "./mistakes/types.ts";

describe.each(Object.entries({ HABITS, TYPES, STEPS, SOUNDNESS }))("what a newcomer writes: %s", (_, mistakes) => {
  it.each(mistakes)("$meant: one message, and it leads to the fix", ({ wrong, code, told, right }) => {
    const [found] = expectDiagnostics(wrong, { codes: [code], only: "error" });
    expect(`${found?.message} ${found?.help ?? ""}`).toContain(told);
    expect(diagnose(right)).toEqual([]);
  });
});
