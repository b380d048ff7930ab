import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collectDiagnostics, compile, memorySources, renderText } from "../../compiler/index.ts";
import { planText } from "../../compiler/plan/canonical.ts";

const COMMON = `
type Money = { amount: int, card: secret string }
error Rejected { by: string }
signal itemArrived { itemId: uuid }
compute price(items: Item[], rate: number): int
type Item = { sku: string, quantity: int }
service orders { fenced }
`;

/** Every construct of declarations and waits. */
const EXAMPLE = `import { Money, Rejected as No, itemArrived, price, Item, orders } from "./common.saga"

signal approved { by: string, total: Money }

/// Of two kinds.
compute fits(total: Money, limit: int): boolean

saga Approve {
  version 2
  timeout 30d
  undo within 2h
  input { id: uuid, items: Item[], rate: number, due: datetime, wait: duration, total: Money, rush: boolean }
  tags { order: input.id, n: length(input.items) }
  signal rejected { by: string? }

  let cost = price(input.items, input.rate)
  step request on orders { input { input.id, cost, ok: fits(input.total, 5) } compensate withdraw }
  await any {
    on approved where approved.total.amount > cost {
      step note on orders { input { approved.by } compensate forget }
    }
    on rejected { fail No { by: rejected.by ?? "nobody" } }
  } timeout input.wait + 5m on timeout { step remind on orders { compensate forgetReminder } }
  await itemArrived as arrival where arrival.itemId == input.id by input.due on timeout continue
  if input.rush { sleep 10m } else { sleep until input.due - 2h }
  await approved
  pivot step pay on orders { input { input.id, item: arrival.itemId ?? input.id } }
  await approved as again timeout 7d on timeout park
  output { again.by, total: price(input.items, 1) }
}
`;

/** The whole front half: nothing throws, every place lies in its file, the report can be shown. Gives the number of errors. */
function runAll(text: string, common = COMMON): number {
  const texts: Readonly<Record<string, string>> = { "a.saga": text, "common.saga": common };
  const sources = memorySources(texts);
  const { diagnostics, sagas } = compile(sources, ["a.saga"]);
  const report = collectDiagnostics(diagnostics);
  for (const { span, labels, message, note, help } of report.diagnostics) {
    for (const place of [span, ...labels.map((label) => label.span)]) {
      const length = texts[place.file]?.length ?? -1;
      if (!(place.start >= 0 && place.start <= place.end && place.end <= length)) throw new Error(`no such place: ${message}`);
    }
    for (const said of [message, note ?? "", help ?? ""]) if (said.includes("undefined")) throw new Error(said);
  }
  renderText(report, {
    source(path) {
      const found = sources.read(path);
      return found.ok ? found.file : null;
    },
  });
  for (const { plan } of sagas) planText(plan);
  return report.errors;
}

const wordsOf = (text: string): string[] => text.match(/"[^"\n]*"|\/\/[^\n]*|[A-Za-z_]\w*|\d+\w*|\s+|./g) ?? [];
const words = wordsOf(EXAMPLE);

describe("whatever the text of imports, signals, waits and computes", () => {
  it("is told, never thrown: every beginning", () => {
    for (let end = 0; end < EXAMPLE.length; end += 5) runAll(EXAMPLE.slice(0, end));
    expect(runAll(EXAMPLE)).toBe(0);
  });

  it("is told, never thrown: without any one of its words", () => {
    let sound = 0;
    for (let at = 0; at < words.length; at++) {
      if (words[at]?.trim() === "") continue;
      if (runAll(words.toSpliced(at, 1).join("")) === 0) sound += 1;
    }
    // What may be left out.
    expect(sound).toBeGreaterThan(5);
    expect(sound).toBeLessThan(words.length / 4);
  });

  it("is told, never thrown: with words put elsewhere, in it and in what it imports", () => {
    const common = wordsOf(COMMON);
    const edits = fc.array(fc.tuple(fc.boolean(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(edits, (all) => {
        const changed: [string[], string[]] = [[...words], [...common]];
        for (const [inCommon, from, to] of all) {
          const list = changed[inCommon ? 1 : 0];
          list.splice(to % list.length, 1, list[from % list.length] ?? "");
        }
        runAll(changed[0].join(""), changed[1].join(""));
      }),
      { numRuns: 400 },
    );
  });
});

describe("imports of hostile size", () => {
  it("a chain of a thousand files is read", () => {
    const files = Object.fromEntries(
      Array.from({ length: 1000 }, (_, at) => [
        `f${at}.saga`,
        `import { T${at + 1} } from "./f${at + 1}.saga"\ntype T${at} = T${at + 1}[]\n`,
      ]),
    );
    const { diagnostics } = compile(memorySources({ ...files, "f1000.saga": "type T1000 = int\n" }), ["f0.saga"]);
    expect(diagnostics).toEqual([]);
  });

  it("thousands of names are imported, and thousands that are not there", () => {
    const names = Array.from({ length: 5000 }, (_, at) => `T${at}`);
    const declared = names.map((name) => `type ${name} = int`).join("\n");
    const text = `import { ${names.join(", ")} } from "./b.saga"\ntype All = { ${names.map((name) => `f${name}: ${name}`).join(" ")} }\n`;
    expect(compile(memorySources({ "a.saga": text, "b.saga": declared }), ["a.saga"]).diagnostics).toEqual([]);
    expect(compile(memorySources({ "a.saga": text, "b.saga": "type Other = int\n" }), ["a.saga"]).diagnostics).toHaveLength(5000);
  });
});
