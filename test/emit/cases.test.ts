import { describe, expect, it } from "vitest";
import { newStepsFile } from "../../compiler/emit/steps.ts";
import { emitSaga } from "../../compiler/emit-saga.ts";
import { compile } from "../../compiler/pipeline.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import { memorySources } from "../../compiler/source/source-set.ts";
import { caseFolders } from "../kit/cases.ts";

/** The machine and the plan have cases of their own; whatever else a target writes is expected here. */
const ELSEWHERE = [".machine.ts", ".machine.test.ts", ".plan.json"];

function plansOf(text: string): readonly Plan[] {
  const { sagas, diagnostics } = compile(memorySources({ "input.saga": text }), ["input.saga"]);
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (errors.length > 0) throw new Error(errors.map((diagnostic) => diagnostic.message).join("\n"));
  return sagas.map((saga) => saga.plan);
}

describe.each(caseFolders("emit").map((folder) => [folder.name, folder] as const))("%s", (_name, folder) => {
  const plans = plansOf(folder.need("input.saga"));

  it("gives the files that are expected", () => {
    for (const plan of plans) {
      // The version and the hash stand in every header; they would change all expectations at once.
      for (const { path, text } of emitSaga(plan, { importExtension: ".ts" })) {
        if (ELSEWHERE.some((ending) => path.endsWith(ending))) continue;
        const stable = text
          .replace(/sagac \S+ from/, "sagac 0.0.0 from")
          .replace(/\b[0-9a-f]{12}\b|\b[0-9a-f]{64}\b/g, "0123abc");
        folder.expectFile(path, stable);
      }
      const steps = newStepsFile(plan, { importExtension: ".ts" }, "./generated");
      folder.expectFile(`${plan.saga}.steps.ts`, steps);
    }
  });

  it("gives lines that fit and end as they should", () => {
    for (const plan of plans) {
      for (const { path, text } of emitSaga(plan, { importExtension: ".ts" })) {
        expect(text.endsWith("\n") && !text.endsWith("\n\n"), path).toBe(true);
        expect(text, path).not.toMatch(/[ \t]\n|\r|\t/);
        for (const line of text.split("\n")) expect(line.length, `${path}: ${line}`).toBeLessThanOrEqual(130);
      }
    }
  });
});
