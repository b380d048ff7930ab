import { describe, expect, it } from "vitest";
import { completion } from "../../compiler/service/completion.ts";
import { definition } from "../../compiler/service/definition.ts";
import { createDocument } from "../../compiler/service/document.ts";
import { folding } from "../../compiler/service/folding.ts";
import { hover } from "../../compiler/service/hover.ts";
import { references } from "../../compiler/service/references.ts";
import { rename, renameable } from "../../compiler/service/rename.ts";
import { type OutlineSymbol, symbols } from "../../compiler/service/symbols.ts";
import { cursor, FILES, ORDER, SHARED, workspaceOf } from "./kit.ts";

const workspace = workspaceOf(FILES);
const order = workspace.open("shop/order.saga");
/** The offset of the nth time that a text stands in the order. */
const at = (text: string, nth = 1): number => {
  let offset = -1;
  for (let count = 0; count < nth; count += 1) offset = ORDER.indexOf(text, offset + 1);
  return offset;
};

describe("go to definition", () => {
  const cases: readonly (readonly [what: string, offset: number, path: string, text: string])[] = [
    ["of a step in an expression", at("charge.receipt"), "shop/order.saga", "charge on till"],
    ["of a let", at("total }"), "shop/order.saga", "total = input"],
    ["of an item", at("item.sku"), "shop/order.saga", "item in input"],
    ["of a service in another file", at("till {"), "shop/shared.saga", "till { idempotent"],
    ["of a type", at("Item[]"), "shop/shared.saga", "Item = {"],
    ["of an error under another name", at("Gone\n"), "shop/shared.saga", "SoldOut {"],
    ["of a signal", at("paid where"), "shop/shared.saga", "paid { by"],
    ["of a called saga", at("Refund as"), "shop/shared.saga", "Refund {"],
    ["of a name in an import", at("SoldOut"), "shop/shared.saga", "SoldOut {"],
  ];
  it.each(cases)("%s", (_, offset, path, text) => {
    const place = definition(workspace, order, offset);
    expect(place?.path).toBe(path);
    expect(FILES[path as keyof typeof FILES].slice(place?.start ?? 0)).toMatch(
      new RegExp(`^${text.replace(/[{}[\]]/g, "\\$&")}`),
    );
  });

  it("leads nowhere from what is no name", () => {
    expect(definition(workspace, order, at("1d"))).toBeNull();
    expect(definition(workspace, order, at("receipt"))).toBeNull();
  });
});

describe("names that files import from each other in a circle", () => {
  const body = "saga S {\n  timeout 1h\n  input { x: A }\n  readonly step s on A { input { input.x } }\n  \n}\n";
  const circles: readonly (readonly [what: string, files: Readonly<Record<string, string>>])[] = [
    ["two files", { "a.saga": `import { A } from "./b.saga"\n${body}`, "b.saga": `import { A } from "./a.saga"\n` }],
    ["a file itself", { "a.saga": `import { A } from "./a.saga"\n${body}` }],
    [
      "a circle beside the file",
      {
        "a.saga": `import { A } from "./b.saga"\n${body}`,
        "b.saga": `import { A } from "./c.saga"\n`,
        "c.saga": `import { A } from "./b.saga"\n`,
      },
    ],
  ];
  it.each(circles)("lead nowhere, and every feature answers: %s", (_, files) => {
    const circle = workspaceOf(files);
    const document = circle.open("a.saga");
    for (let offset = 0; offset <= document.text.length; offset++) {
      definition(circle, document, offset);
      hover(circle, document, offset);
      completion(circle, document, offset);
      references(circle, document, offset, { withDeclaration: true });
      renameable(circle, document, offset);
    }
    expect(definition(circle, document, document.text.indexOf("A }"))?.path).toMatch(/^[abc]\.saga$/);
  });
});

describe("references", () => {
  it("are found in all files, the declaration among them or not", () => {
    const shared = workspace.open("shop/shared.saga");
    const found = references(workspace, shared, SHARED.indexOf("till {"));
    expect(found.map(({ path }) => path).sort()).toEqual([
      ...Array(3).fill("shop/order.saga"),
      ...Array(2).fill("shop/shared.saga"),
    ]);
    expect(references(workspace, shared, SHARED.indexOf("till {"), { withDeclaration: false })).toHaveLength(4);
  });
});

describe("rename", () => {
  const renamed = (offset: number, name: string): Record<string, string> => {
    const result = rename(workspace, order, offset, name);
    if (!result.ok) throw new Error(result.why);
    const texts: Record<string, string> = { ...FILES };
    for (const { path, start, end, text } of [...result.changes].sort((a, b) => b.start - a.start))
      texts[path] = (texts[path] ?? "").slice(0, start) + text + (texts[path] ?? "").slice(end);
    return texts;
  };

  it("keeps the fields that a name alone stood for", () => {
    expect(renamed(at("total }"), "sum_")["shop/order.saga"]).toBe(
      ORDER.replace("let total", "let sum_").replaceAll("total }", "total: sum_ }"),
    );
  });

  it("keeps the operation that a step calls", () => {
    const { "shop/order.saga": text } = renamed(at("charge on"), "take");
    expect(text).toContain("step take on till.charge {");
    expect(text).toContain("sku: take.receipt");
  });

  it("reaches other files, and leaves an alias alone", () => {
    const texts = renamed(at("till {"), "cash");
    expect(texts["shop/shared.saga"]).toContain("service cash {");
    expect(texts["shop/shared.saga"]).toContain("readonly step look on cash {");
    expect(texts["shop/order.saga"]).toContain("import { Item, SoldOut as Gone, cash, paid, Refund }");
    const errors = renamed(at("SoldOut"), "NoneLeft");
    expect(errors["shop/order.saga"]).toContain("NoneLeft as Gone");
    expect(errors["shop/order.saga"]).toContain("throws Gone");
  });

  it.each([
    ["a word of the language", "step"],
    ["no name at all", "2nd"],
    ["a name that is taken", "sold"],
  ])("refuses %s", (_, name) => {
    expect(rename(workspace, order, at("total }"), name)).toMatchObject({ ok: false });
  });

  it("says what it would change", () => {
    expect(renameable(workspace, order, at("total }") + 2)).toEqual({ start: at("total }"), end: at("total }") + 5 });
    expect(renameable(workspace, order, at("1d"))).toBeNull();
  });
});

describe("hover", () => {
  it("shows a declaration with its documentation, also of another file", () => {
    expect(hover(workspace, order, at("charge.receipt"))?.markdown).toMatch(
      /^```saga\nstep charge on till \{[\s\S]*```\n\nTakes the money\.$/,
    );
    expect(hover(workspace, order, at("Item[]"))?.markdown).toContain("What was bought.");
  });

  it("shows what a word means", () => {
    expect(hover(workspace, order, at("foreach"))?.markdown).toMatch(/^\*\*`foreach`\*\* /);
    expect(hover(workspace, order, at("\n"))).toBeNull();
  });
});

describe("completion", () => {
  const complete = (marked: string): readonly string[] => {
    const { text, offset } = cursor(marked);
    const files = workspaceOf({ ...FILES, "shop/order.saga": text });
    return completion(files, files.open("shop/order.saga"), offset).map(({ label }) => label);
  };
  const cases: readonly (readonly [
    what: string,
    before: string,
    after: string,
    wanted: readonly string[],
    not: readonly string[],
  ])[] = [
    ["clauses of a saga", "  timeout 1d\n", "  timeout 1d\n  ¦\n", ["input", "tags", "step", "on completed"], ["throws"]],
    [
      "clauses of a step",
      "    throws Gone\n",
      "    ¦\n",
      ["throws", "compensate", "retry", "timeout"],
      ["saga", "foreach", "charge"],
    ],
    ["fields of the input", "{ input.id }\n", "{ input.¦ }\n", ["id", "items", "first"], ["step"]],
    ["fields through types", "{ item.sku, total }", "{ item.¦ }", ["sku", "price"], []],
    ["fields of fields", "let total = input.first.price", "let total = input.first.price.¦", ["amount"], []],
    ["what a step answers", "{ charge.receipt, total }", "{ charge.¦ }", ["receipt", "at"], []],
    ["services", "step charge on till {", "step charge on ¦ {", ["till"], ["total", "Gone"]],
    ["errors", "throws Gone", "throws ¦", ["Gone"], ["total", "till", "Item"]],
    ["signals", "await paid where", "await ¦ where", ["paid", "any"], ["charge"]],
    ["values", "{ item.sku, total }", "{ item.sku, ¦ }", ["total", "charge", "input", "length"], ["saga"]],
    ["values on a line of their own", "{ item.sku, total }", "{\n item.sku,\n ¦ \n}", ["total", "charge"], ["saga", "retry"]],
    ["values as the first of an object", "{ input.id }\n", "{\n ¦ }\n", ["input", "charge"], ["retry"]],
    ["statements of a block", "  let total", "  ¦\n  let total", ["foreach", "step"], ["charge", "length"]],
  ];
  it.each(cases)("%s", (_, before, after, wanted, not) => {
    const labels = complete(ORDER.replace(before, after));
    expect(labels).toEqual(expect.arrayContaining([...wanted]));
    for (const label of not) expect(labels).not.toContain(label);
  });

  it("of a new file is what a file can hold", () => {
    expect(complete("¦")).toEqual(expect.arrayContaining(["saga", "type", "error", "service"]));
  });
});

describe("outline and folds", () => {
  it("nests as the saga does", () => {
    const tree = (list: readonly OutlineSymbol[]): unknown[] =>
      list.map(({ name, children }) => (children.length === 0 ? name : [name, tree(children)]));
    expect(tree(symbols(order))).toEqual([["Sell", ["charge", "total", ["foreach item", ["look"]], "await paid", "back"]]]);
  });

  it("folds braces, imports and comments of several lines", () => {
    const text = 'import { A } from "./a.saga"\nimport { B } from "./b.saga"\n\n// one\n// two\nerror E {\n  a: int\n}\n';
    expect(folding(createDocument("a.saga", text))).toEqual([
      { startLine: 1, endLine: 2, kind: "imports" },
      { startLine: 4, endLine: 5, kind: "comment" },
      { startLine: 6, endLine: 7, kind: "region" },
    ]);
  });
});
