import { describe, expect, it } from "vitest";
import { diagnose, expectDiagnostics } from "../../compiler/testing/expect-diagnostics.ts";
import { saga, step } from "./kit/sagas.ts";

const INPUT = "orderId: uuid, n: int, note: string?, card: secret string, on: date, l: { sku: string }[]";

function table(rows: readonly (readonly [name: string, marked: string, ...codes: string[]])[]): void {
  it.each(rows.map(([name, marked, ...codes]) => ({ name, marked, codes })))("$name", ({ marked, codes }) => {
    expectDiagnostics(saga(marked, { input: INPUT }), codes);
  });
}

const handled = (key: string, undo: string, inquire: string): string =>
  `step a on inventory { ${key} output { id: string } compensate b { input { } ${undo} } inquire c { input { } ${inquire} } }`;

describe("the key of a call", () => {
  table([
    ["is a text", step("a", "key input.orderId")],
    ["is made of texts and numbers", step("a", 'key "${input.orderId}-${input.n}"')],
    ["is a number", step("a", "key input.n")],
    ["is of what ran before", `${step("a", "output { id: string }")}${step("b", "key a.id")}`],
    ["is of an item", `foreach line in input.l { ${step("a", 'key "${input.orderId}-${line.sku}"')} }`],
    ["is one of each call", handled("key input.orderId", 'key "undo-${input.n}"', "key input.n")],
    ["of a compensation may be of the step's output, which may be absent", handled("", 'key a.id ?? "none"', "")],
    ["of a compensation is there whatever happened", handled("", "key «a.id»", ""), "SAGA3013"],
    ["is not of the step's own output", step("a", "output { id: string } key «a».id"), "SAGA4002"],
    ["is not of an inquiry's own output", handled("", "", "key «a».id"), "SAGA4002"],
    ["is there", step("a", "key «input.note»"), "SAGA3013"],
    ["is no list", step("a", "key «input.l»"), "SAGA3012"],
    ["is no date", step("a", "key «input.on»"), "SAGA3012"],
    ["is no secret", step("a", "key «input.card»"), "SAGA3042"],
    ["of a compensation is no secret", handled("", "key «input.card»", ""), "SAGA3042"],
    ["is made of no secret", step("a", 'key "x${«input.card»}"'), "SAGA3015"],
    ["is said once", step("a", "key input.n «key» input.n"), "SAGA2009"],
  ]);

  table([
    [
      "is another one than that of an earlier step",
      `${step("a", 'key «"x"»')} ${step("b", 'key «"x"»')}`,
      "SAGA4018",
      "SAGA4018",
    ],
    [
      "… also made of the same",
      `${step("a", 'key "o-${input.orderId}"')} ${step("b", 'key «"o-${ input.orderId }"»')}`,
      "SAGA4018",
    ],
    ["… and is, of others", `${step("a", 'key "a-${input.orderId}"')} ${step("b", 'key "b-${input.orderId}"')}`],
    ["… or of another service", `${step("a", "key input.orderId")} ${step("b", "key input.orderId", "payments")}`],
    [
      "… or of a step that stands on another way",
      `if input.n > 1 { ${step("a", "key input.n")} } else { ${step("b", "key input.n")} }`,
    ],
    ["… but not beside it", `parallel { ${step("a", "key input.n")} ${step("b", "key «input.n»")} }`, "SAGA4018"],
    ["is not the same for all sagas", step("a", 'key «"charge"»'), "SAGA4018"],
    [
      "… however it is put together",
      step("a", 'key «input.n > 1 ? "x${1 + 1}" : "y"»').replace("input.n > 1", "1 > 2"),
      "SAGA4018",
    ],
    ["… nor that of a compensation or an inquiry", handled("", 'key «"u"»', 'key «"q"»'), "SAGA4018", "SAGA4018"],
    ["… and is not, where it depends on the input", step("a", 'key input.n > 1 ? "x" : "y"')],
    ["is not the same for all items", `foreach line in input.l { ${step("a", "key «input.orderId»")} }`, "SAGA4018"],
    [
      "… which what is made of the item is not",
      `foreach line in input.l { let name = line.sku ${step("a", "key name")} ${step("b", 'key "b-${line.sku}"')} }`,
    ],
  ]);

  const asked = step("b", "output { done: boolean, at: string }");
  const rounds = (body: string, max = "max 3"): string => `repeat ${max} { ${body} ${asked} } until b.done`;
  table([
    ["is not the same in all rounds", rounds(step("a", "key «input.orderId»")), "SAGA4018"],
    ["… also in a group", rounds(`parallel { ${step("a", "key «input.n»")} ${step("c")} }`), "SAGA4018"],
    ["… which what is made of the round is not", `repeat max 3 { ${asked} ${step("a", "key b.at")} } until b.done`],
    ["… or what has one round only", rounds(step("a", "key input.orderId"), "max 1")],
    ["… or what may come about in the last one only", rounds(`if input.n > 1 { ${step("a", "key input.orderId")} }`)],
    ["… but an item is not a round", `foreach line in input.l { ${rounds(step("a", "key «line.sku»"))} }`, "SAGA4018"],
  ]);

  it("that another step has is told with that step, one that all items have with the item", () => {
    const shared = diagnose(saga(`${step("a", "key input.n")} ${step("b", "key input.n")}`, { input: INPUT }));
    expect(shared.map(({ message }) => message)).toContain("`b` is called under the same key as `a`.");
    const [all] = diagnose(saga(step("a", 'key "x"'), { input: INPUT }));
    expect(all?.message).toBe("`a` is called under the same key in every saga.");
    expect(all?.help).toContain('`key "a ${input.…}"`');
    const [item] = diagnose(saga(`foreach line in input.l { ${step("a", "key input.n")} }`, { input: INPUT }));
    expect(item?.message).toBe("`a` is called under the same key for every item.");
    expect(item?.help).toContain('`key "a ${line}"`');
  });

  it("that is a secret is refused for where it is shown", () => {
    const found = diagnose(saga(step("a", "key input.card"), { input: INPUT }));
    expect(found.map(({ message }) => message)).toContain("A secret cannot become a key.");
  });
});
