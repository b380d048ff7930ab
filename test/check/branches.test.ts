import { describe, expect, it } from "vitest";
import { expectDiagnostics } from "../../compiler/testing/expect-diagnostics.ts";
import { saga, step } from "./kit/sagas.ts";

const of = (statements: string): string => saga(statements, {});
const out = (name: string): string => step(name, "output { x: int }");
const reads = (name: string, value: string): string =>
  `step ${name} on inventory { input { v: ${value} } compensate release2 }\n`;

const ROWS: readonly (readonly [name: string, marked: string, ...codes: string[]])[] = [
  [
    "its branches have results by their names",
    of(`parallel { ${out("a")} branch q { ${step("b")} output { x: 1 } } branch r { ${out("e")} } } ${reads("c", "q.x + r.x")}`),
  ],
  ["… but not in another branch", of(`parallel { branch p { ${out("a")} } branch q { ${reads("c", "«p».x")} } }`), "SAGA4006"],
  ["… nor in itself", of(`parallel { branch p { ${out("a")} ${reads("c", "«p».x")} } ${step("b")} }`), "SAGA4001"],
  ["… nor before it", of(`${reads("c", "«p».x")} parallel { branch p { ${out("a")} } ${step("b")} }`), "SAGA4001"],
  [
    "… nor where it has none",
    of(`parallel { branch p { ${step("a")} ${step("e")} } ${step("b")} } ${reads("c", "«p».x")}`),
    "SAGA2052",
  ],
  ["… nor the name of the group", of(`parallel «as x» { ${step("a")} ${step("b")} }`), "SAGA2056"],
  ["… and none is gone on without", of(`parallel «on failure continue» { ${step("a")} ${step("b")} }`), "SAGA4042"],
  ["of a race, which may be absent", of(`race { branch p { ${out("a")} } ${step("b")} } ${reads("c", "p.x ?? 0")}`)],
  ["of which none was read has no end to speak of", of(`race «first»\n${step("a")}`), "SAGA1001"],
  ["… and is asked for", of(`race { branch p { ${out("a")} } ${step("b")} } ${reads("c", "«p».x")}`), "SAGA4020"],
];

describe("a group", () => {
  it.each(ROWS.map(([name, marked, ...codes]) => ({ name, marked, codes })))("$name", ({ marked, codes }) => {
    expectDiagnostics(marked, { codes, only: "error" });
  });
});

describe("a branch of a group that may not have run", () => {
  const group = `if input.n > 1 { parallel { branch p { ${out("a")} } ${step("b")} } }`;
  const within = (value: string): string => saga(`${group} ${reads("c", value)}`, { input: "orderId: uuid, n: int" });

  it("cannot be asked for by its name, and the message says what can be read instead, which is sound", () => {
    const [found] = expectDiagnostics(within("«p».x ?? 0"), { codes: ["SAGA4020"], only: "error" });
    expect(found?.help).toContain("`a.… ?? value`");
    expectDiagnostics(within("a.x ?? 0"), { codes: [], only: "error" });
  });
});
