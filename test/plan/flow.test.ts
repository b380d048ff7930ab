import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseFile } from "../../compiler/ast/parse.ts";
import { check } from "../../compiler/check/check.ts";
import { lower } from "../../compiler/plan/lower.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import { success } from "../../compiler/source/source-set.ts";
import { outline } from "./outline.ts";

const INPUT = "id: uuid, n: int, b: boolean, note: string?, l: { sku: string, qty: int }[], o: { p: { id: uuid, n: int } }?";

/** The plan of a saga that must be free of errors: the last one of the text. */
function planOf(statements: string, before = ""): Plan {
  const path = "test.saga";
  const text = `error E { why: string }\nerror F\n${before}\nsaga Test { timeout 1h input { ${INPUT} } ${statements} }`;
  const parsed = parseFile(text, path);
  const { program, diagnostics } = check([parsed.file]);
  expect([...parsed.problems, ...diagnostics.filter(({ severity }) => severity === "error")]).toEqual([]);
  const read = success(path, text);
  const plan = lower(program, { source: () => (read.ok ? read.file : null) }).at(-1);
  if (plan === undefined) throw new Error("there is no plan");
  return plan;
}

const a = "step a on s { input { input.id } output { x: int } compensate undoA }";
const b = "step b on s { input { input.n } output { x: int } compensate undoB }";
const c = (value: string): string => `step c on s { input { v: ${value} } compensate undoC }`;
const PIVOT = "pivot step pay on s { input { input.id } }";
const SHIP =
  "saga Ship { timeout 10m input { id: uuid } step send on s { input { input.id } output { t: string } throws E compensate fetch } output { send.t } }";

describe("statements as nodes, the way back, and what names stand for", () => {
  const rows: readonly (readonly [name: string, statements: string, before?: string])[] = [
    ["an `if` with three ways", `if input.b { ${a} } else if input.n > 1 { fail E { why: "n" } } else { ${b} } ${c("a.x ?? 0")}`],
    ["what a condition has found", `if input.b { ${a} } if a != null and input.note != null { ${c("{ a.x, input.note }")} }`],
    ["a let", `let v = input.n + 1 ${c("v")} output { v }`],
    [
      "a policy that brings the output",
      `step a on s { output { x: int } throws E, F on E { ${b} } on F retry 5 then park compensate undoA } ${c("a.x")}`,
    ],
    ["one block for two errors", `step a on s { throws E, F on E, F { ${b} } compensate undoA }`],
    ["an error's data", `step a on s { throws E on E { ${c("E.why")} } compensate undoA }`],
    ["a best effort", `best effort step a on s { output { x: int } throws E } ${c("a.x ?? 0")}`],
    ["a race", `race as w { ${a} branch q { ${b} output { x: b.x + 1 } } } ${c("{ w.x, a: a.x ?? 0 }")}`],
    ["a group that waits", `parallel on failure wait { ${a} ${b} } ${c("a.x + b.x")}`],
    [
      "a try",
      `try timeout 5m as t { ${a} ${b} output { a.x } } otherwise { ${c("failure.summary")} output { x: 0 } } output { t.x, b: b.x ?? 0 }`,
    ],
    ["a try in a try", `try { try { ${a} } otherwise fail F ${b} } otherwise continue`],
    [
      "a foreach",
      `${a} foreach line in input.l as rs max 3 where line.qty > 0 { step r on s { input { line.sku, a.x, input.n } output { k: string } compensate undoR } } ${c("rs[].k")}`,
    ],
    [
      "items that fail alone",
      `foreach line in input.l as rs on failure continue { step r on s { input { line.sku } output { k: string } compensate undoR } } output { rs }`,
    ],
    [
      "a foreach in a foreach",
      `foreach item in input.l { foreach other in input.l { ${c("{ item.sku, o: other.sku, input.n }")} } }`,
    ],
    [
      "what a block reads of what is around it, and a condition in it has found",
      `${a} foreach line in input.l { if input.o != null { ${c("{ input.o.p.id, input.o.p.n, p: input.o.p, v: input.id, w: input.n, line.sku }")} } foreach more in input.l { step b on s { input { line.sku, more.qty, input.id, a.x, m: input.o.p.n ?? 0 } compensate undoB } } }`,
    ],
    [
      "a repeat",
      `repeat max 5 every 1m { ${a} readonly step poll on s { input { a.x } output { ok: boolean, at: string } } } until poll.ok ${c("{ poll.at, a.x }")}`,
    ],
    [
      "a repeat whose step may not have run",
      `repeat max 5 { if input.b { ${a} } } until a != null and a.x > 1 otherwise continue ${c("a.x ?? 0")}`,
    ],
    [
      "a repeat in a foreach",
      `foreach line in input.l as rs { repeat max 2 { step p on s { input { line.sku } output { k: int } compensate undoP } } until p.k > 1 output { p.k } } output { rs }`,
    ],
    ["a call", `call Ship as s { input { input.id } on E continue retry 3 } ${c('s.t ?? ""')}`, SHIP],
    [
      "a call that is made up for",
      `call Ship as s { input { input.id } on failure { ${a} output { t: "none" } } } ${c("s.t")}`,
      SHIP,
    ],
    [
      "behind the pivot",
      `${PIVOT} step z on s { throws E on E park } parallel on failure wait { step y on s { retry 3 then park } best effort step x on s { } }`,
    ],
    [
      "caught behind the pivot",
      `${PIVOT} try { readonly step look on s { retry 2 } race { readonly step p on s { } readonly step q on s { } } } otherwise { step z on s { } }`,
    ],
    ["where the pivot may have passed", `if input.b { ${PIVOT} } ${a} try { ${b} } otherwise continue`],
    ["pivots on two ways", `if input.b { ${PIVOT} } else { pivot step p on s { } } step z on s { }`],
    [
      "children behind the pivot",
      `${PIVOT} foreach line in input.l { step z on s { input { line.sku } } } call Ship { input { input.id } on failure park }`,
      SHIP,
    ],
    [
      "endings",
      `${a} on completed { step yes on s { input { a.x } } } on compensated { step no on s { input { failure.name, x: a.x ?? 0 } throws E } }`,
    ],
  ];

  const written = rows
    .map(([name, statements, before]) => `## ${name}\n${statements}\n\n${outline(planOf(statements, before))}\n`)
    .join("\n");
  const file = new URL("../cases/plan/outlines.txt", import.meta.url);
  if (process.env.UPDATE === "1") writeFileSync(file, written);
  const expected = new Map(
    readFileSync(file, "utf8")
      .split(/^## /m)
      .map((part): [string, string] => [part.split("\n", 1)[0] ?? "", part.split("\n").slice(3).join("\n").trimEnd()]),
  );

  it("are all written down", () => {
    expect([...expected.keys()].filter((name) => name !== "")).toEqual(rows.map(([name]) => name));
  });

  it.each(rows.map(([name, statements, before]) => ({ name, statements, before })))("$name", ({ name, statements, before }) => {
    expect(outline(planOf(statements, before))).toBe(expected.get(name));
  });
});

it.each([
  ["an error's data", "fail G { ids: [], o: null }", "error G { ids: string[], o: int? }"],
  [
    "a called saga's input",
    "call Kid { input { ids: [], o: null } }",
    "saga Kid { timeout 1m input { ids: string[], o: int? } sleep 1s }",
  ],
])("`[]` and `null` go into %s as they are", (_, statement, before) => {
  const entries = [
    { name: "ids", value: { kind: "array", items: [] } },
    { name: "o", value: { kind: "literal", value: null } },
  ];
  expect(JSON.stringify(planOf(`${a} ${statement}`, before))).toContain(JSON.stringify({ kind: "object", entries }));
});
