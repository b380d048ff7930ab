import { describe, expect, it } from "vitest";
import { describeCharacter, oddCharacter, skeleton } from "../../compiler/diagnostics/look-alike.ts";
import { didYouMean, listNames, suggest } from "../../compiler/diagnostics/suggest.ts";

describe("what was meant", () => {
  const names = ["reserveStock", "releaseStock", "capture", "id"];

  it.each([
    ["reserveStok", "reserveStock"],
    ["reservestock", "reserveStock"],
    ["reserevStock", "reserveStock"],
    ["captur", "capture"],
    ["captured", "capture"],
    ["сарturе", "capture"],
    ["Id", "id"],
    ["ib", "id"],
  ])("%s: %s", (name, meant) => {
    expect(suggest(name, names)).toBe(meant);
    expect(didYouMean(name, names)).toBe(`Did you mean \`${meant}\`?`);
  });

  it.each([
    ["another word", "ship"],
    ["one letter", "x"],
    ["nothing", ""],
    ["a longer name", "reserveEverythingThereIs"],
    ["a huge name", "a".repeat(100_000)],
  ])("%s: nobody knows", (_, name) => {
    expect(suggest(name, names)).toBeNull();
    expect(didYouMean(name, names)).toBeNull();
  });

  it("is never the name itself, and of equally near ones the first", () => {
    expect(suggest("capture", ["capture"])).toBeNull();
    expect(suggest("stepx", ["stepa", "stepb"])).toBe("stepa");
  });
});

describe("lists of names", () => {
  it.each([
    [[], ""],
    [["a"], "`a`"],
    [["a", "b"], "`a` and `b`"],
    [["a", "b", "c"], "`a`, `b` and `c`"],
  ])("%j: %s", (names, text) => {
    expect(listNames(names)).toBe(text);
  });

  it("are cut when they are long", () => {
    expect(listNames(["a", "b", "c", "d"], 2)).toBe("`a`, `b` and 2 more");
  });
});

describe("letters that look alike", () => {
  it.each([
    ["orders", "оrders"],
    ["l0", "IO"],
    ["PayPal", "РауРаl"],
    ["file", "ﬁle"],
  ])("%s and %s have one skeleton", (a, b) => {
    expect(a).not.toBe(b);
    expect(skeleton(a)).toBe(skeleton(b));
  });

  it("are none in names that look different", () => {
    const names = ["orders", "order", "Orders", "o1", "o2", "ordres"];
    expect(new Set(names.map(skeleton)).size).toBe(names.length);
  });

  it.each([
    ["оrders", "о"],
    ["ordеrs", "е"],
    ["заkaз", "k"],
    ["αlpha", "α"],
  ])("%s mixes scripts: %s", (name, odd) => {
    expect(oddCharacter(name)).toBe(odd);
  });

  it.each(["orders", "заказ", "注文", "ちゅうもん注文データ", "SKU注文", "주문order", "größe", "naïve_2", "_1"])(
    "%s does not",
    (name) => {
      expect(oddCharacter(name)).toBeNull();
    },
  );

  it("are named by their number and script", () => {
    expect(describeCharacter("о")).toBe("`о` (U+043E, Cyrillic)");
  });
});
