import { describe, expect, it } from "vitest";
import { CODES } from "../../compiler/diagnostics/codes.ts";
import { diagnose } from "../../compiler/testing/expect-diagnostics.ts";
import { fixedBy } from "../fixes/kit.ts";

const REST = "saga Order {\n  timeout 1h\n  readonly step look on shop { timeout 5s }\n}\n";
const UNUSED = "service unused { idempotent for 1d }";

const codes = (text: string): string[] =>
  diagnose(text).map(({ code, message }) => (code === "SAGA2025" ? `${code} ${message}` : code));

describe("sagac-ignore", () => {
  it.each<[title: string, text: string, left: readonly string[]]>([
    ["nothing is silenced by itself", `${UNUSED}\n`, ["SAGA2016"]],
    ["on the line before", `// sagac-ignore SAGA2016: for later\n${UNUSED}\n`, []],
    ["behind, on the line itself", `${UNUSED} // sagac-ignore SAGA2016: for later\n`, []],
    ["with other comments between", `// sagac-ignore SAGA2016: for later\n// and later\n\n${UNUSED}\n`, []],
    ["with a block comment between", `// sagac-ignore SAGA2016: for later\n/* and\n later */\n\n${UNUSED}\n`, []],
    ["with a block comment before it on its line", `/* see */ // sagac-ignore SAGA2016: for later\n${UNUSED}\n`, []],
    ["with a block comment before what it is about", `// sagac-ignore SAGA2016: for later\n/* see */ ${UNUSED}\n`, []],
    [
      "behind the end of what takes several lines",
      `service unused {\n  idempotent for 1d\n} // sagac-ignore SAGA2016: for later\n`,
      ["SAGA2016", "SAGA2026"],
    ],
    ["not two lines on", `// sagac-ignore SAGA2016: for later\ntype T = int\n${UNUSED}\n`, ["SAGA2016"]],
    ["another code", `// sagac-ignore SAGA2022: for later\n${UNUSED}\n`, ["SAGA2026", "SAGA2016"]],
    [
      "twice: the second has nothing left",
      `// sagac-ignore SAGA2016: one\n// sagac-ignore SAGA2016: two\n${UNUSED}\n`,
      ["SAGA2026"],
    ],
  ])("%s", (_, text, left) => {
    expect(codes(`${text}${REST}`)).toEqual(left);
  });

  it.each([
    ["sagac-ignore", "it names no code"],
    ["sagac-ignore SAGA2016", "it gives no reason"],
    ["sagac-ignore SAGA2016:  ", "it gives no reason"],
    ["sagac-ignore SAGA201: why", "there is no rule `SAGA201` (`SAGA2016`?)"],
    ["sagac-ignore SAGA4003: why", "`SAGA4003` is an error, and what is not sound cannot be silenced"],
    ["sagac-ignore SAGA1026: why", "`SAGA1026` cannot be silenced"],
    ["sagac-ignore SAGA2026: why", "`SAGA2026` cannot be silenced"],
  ])("`%s`: %s", (comment, why) => {
    expect(codes(`// ${comment}\n${UNUSED}\n${REST}`)).toEqual([
      `SAGA2025 This \`sagac-ignore\` silences nothing: ${why}.`,
      "SAGA2016",
    ]);
  });

  it("no error is silenced, whatever is written", () => {
    for (const { code, ignorable, severity } of CODES) if (severity === "error") expect(ignorable, code).toBe(false);
    const unsound =
      "// sagac-ignore SAGA4003: trust me\nsaga Pay {\n  timeout 1h\n  // sagac-ignore SAGA4003: trust me\n  step pay on bank { timeout 5s }\n}\n";
    expect(
      diagnose(unsound)
        .filter(({ severity }) => severity === "error")
        .map(({ code }) => code),
    ).toEqual(["SAGA4003"]);
  });

  it("a file that is not read whole tells of no unused one", () => {
    expect(codes(`// sagac-ignore SAGA2016: for later\ntype T = ;\n${REST}`)).not.toContain("SAGA2026");
  });

  it("an unused one is taken away by its fix", () => {
    expect(fixedBy(`// sagac-ignore SAGA2016: for later\n${REST}`, false)).toBe(REST);
  });
});
