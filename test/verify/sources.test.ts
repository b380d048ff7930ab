import { describe, expect, it } from "vitest";
import { compile } from "../../compiler/pipeline.ts";
import { memorySources } from "../../compiler/source/source-set.ts";
import { findXState } from "../../compiler/verify/load.ts";
import { subjectsOf, verify } from "../../compiler/verify/verify.ts";
import { stories } from "./kit.ts";

/** From text to laws: what went wrong on the way once. */
const SOURCES: Readonly<Record<string, string>> = {
  "items of one step that answers nothing, behind the pivot": `saga S {
  timeout 1h
  input { names: string[] }
  pivot step pay on till { }
  foreach name in input.names { step tell on mail { input { name } } }
}`,
  "a best-effort step that ends last, in a group that waits with the failure of another": `error Refused
saga S {
  timeout 1h
  parallel on failure wait {
    branch a { step book on air { throws Refused compensate free { } } }
    branch b { best effort step tell on mail { } }
  }
}`,
  "a condition on what may not have run": `saga S {
  timeout 1h
  input { fast: boolean }
  if input.fast {
    step book on air { output { seat: string } compensate free { } }
  }
  if book.seat != null {
    readonly step print on air { input { seat: book.seat } }
  }
}`,
};

describe.each(Object.entries(SOURCES))("%s", (_, text) => {
  it("keeps every law", async () => {
    const { sagas, diagnostics } = compile(memorySources({ "s.saga": text }), ["s.saga"]);
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const xstate = findXState(import.meta.dirname) ?? "";
    const subjects = await Promise.all(sagas.map(({ plan }) => subjectsOf(plan, xstate)));
    expect(subjects.flat().length).toBeGreaterThan(0);
    for (const subject of subjects.flat()) {
      expect(stories(verify(subject, { maxStates: 20_000 }), subject)).toEqual({});
    }
  });
});
