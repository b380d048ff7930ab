import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createChecker } from "../../compiler/service/diagnostics.ts";
import { FILES, type MemoryWorkspace, workspaceOf } from "./kit.ts";

const messages = (workspace: MemoryWorkspace, path: string, checker = createChecker(workspace)): string[] =>
  checker.diagnostics(path).map(({ code, message }) => `${code} ${message}`);

describe("diagnostics in an editor", () => {
  it("are those of the file alone", () => {
    const workspace = workspaceOf({ "a.saga": "saga S { timeout 1h }\n", "b.saga": "saga" });
    const found = createChecker(workspace).diagnostics("a.saga");
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ span }) => span.file === "a.saga")).toBe(true);
  });

  it("know what other files import, as a check of the whole project does", () => {
    const own = "saga Own { timeout 1h  readonly step look on own { } }\nservice own { idempotent for 7d }\n";
    const workspace = workspaceOf({ "lib.saga": `type Idle = int\nerror Late { why: string }\n${own}` });
    const checker = createChecker(workspace);
    const idle = () => messages(workspace, "lib.saga", checker).filter((message) => message.includes("not used"));
    expect(idle()).toHaveLength(2);
    workspace.write("sub/user.saga", 'import { Idle } from "../lib.saga"\n');
    expect(idle()).toHaveLength(1);
    expect(idle()[0]).toContain("Late");
    workspace.write("sub/user.saga", '// import { Idle } from "../lib.saga"\n');
    expect(idle()).toHaveLength(2);
  });

  const follows: readonly (readonly [what: string, path: string, text: string | null, expected: RegExp])[] = [
    ["a changed import", "shop/shared.saga", "type Item = { sku: string }\n", /SAGA\d+ .*till/],
    ["an import that is gone", "shop/shared.saga", null, /SAGA\d+ .*shared\.saga/],
  ];
  it.each(follows)("follow %s, and its way back", (_, path, text, expected) => {
    const workspace = workspaceOf(FILES);
    const checker = createChecker(workspace);
    const before = messages(workspace, "shop/order.saga", checker);
    workspace.write(path, text);
    expect(messages(workspace, "shop/order.saga", checker).join("\n")).toMatch(expected);
    workspace.write(path, FILES[path as keyof typeof FILES]);
    expect(messages(workspace, "shop/order.saga", checker)).toEqual(before);
  });

  it("suggest a file once it is there", () => {
    const workspace = workspaceOf({ "a.saga": 'import { T } from "./comon.saga"\n' });
    const checker = createChecker(workspace);
    const helps = () => checker.diagnostics("a.saga").map(({ help }) => help);
    expect(helps().join()).not.toContain("common");
    workspace.write("common.saga", "type T = int\n");
    expect(helps()).toContain("Did you mean `./common.saga`?");
  });

  it("are not worked out again while no text behind them changes", () => {
    const workspace = workspaceOf({ ...FILES, "apart.saga": "type Apart = int\n" });
    const checker = createChecker(workspace);
    const before = checker.diagnostics("shop/order.saga");
    workspace.write("apart.saga", "type Apart = string\n");
    expect(checker.diagnostics("shop/order.saga")).toBe(before);
    workspace.write("shop/shared.saga", FILES["shop/shared.saga"].replace("price:", "cost:"));
    expect(checker.diagnostics("shop/order.saga")).not.toBe(before);
  });

  const SHELF = {
    "shelf.saga": `type Shown = { of: Inner }
type Inner = { sku: string }
type Apart = { sku: string }
error Broken { why: string }
service stock { idempotent for 7d }
`,
    "user.saga": `import { Shown, stock } from "./shelf.saga"
saga S { timeout 1h  input { it: Shown }  readonly step look on stock { input { input.it } } }
`,
  };
  const edits: readonly (readonly [what: string, from: string, to: string, again: boolean])[] = [
    ["a remark above it", "type Shown", "// A remark.\n/// A doc.\ntype Shown", false],
    ["another layout", "type Inner = {", "type Inner =\n{", false],
    ["what is not imported", "type Apart = { sku", "type Apart = { number", false],
    ["a new declaration", "error Broken", "type Newer = int\nerror Broken", false],
    ["what is imported", "type Shown = { of", "type Shown = { by", true],
    ["what that speaks of", "type Inner = { sku", "type Inner = { number", true],
    ["a service", "7d", "8d", true],
    ["a name that was imported", "type Shown", "type Hidden", true],
    ["a mistake in what is not imported", "type Apart =", "type Apart", false],
    ["a clause among the declarations", "type Apart", "timeout 5s\ntype Apart", true],
  ];
  it.each(edits)("after an edit of an imported file are worked out again only where it can show: %s", (_, from, to, again) => {
    const workspace = workspaceOf(SHELF);
    const checker = createChecker(workspace);
    const before = checker.diagnostics("user.saga");
    workspace.write("shelf.saga", SHELF["shelf.saga"].replace(from, to));
    expect(checker.diagnostics("user.saga") !== before).toBe(again);
    expect(checker.diagnostics("user.saga")).toEqual(createChecker(workspaceOf(textsOf(workspace))).diagnostics("user.saga"));
  });

  it.each([
    ["a shop", FILES],
    ["a shelf", SHELF],
  ])("are after any edits what a new server would say: %s", (_, files: Readonly<Record<string, string>>) => {
    const paths = Object.keys(files);
    const edit = fc.record({
      path: fc.constantFrom(...paths, "shop/new.saga"),
      from: fc.nat(900),
      length: fc.nat(40),
      text: fc.constantFrom("", " ", "x", "}", "{", '"', "import ", 'import { till } from "./shared.saga"\n', "Item", null),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        const workspace = workspaceOf(files);
        const checker = createChecker(workspace);
        for (const { path, from, length, text } of edits) {
          const old = workspace.document(path)?.text ?? "";
          workspace.write(path, text === null ? null : old.slice(0, from) + text + old.slice(from + length));
          for (const each of workspace.paths())
            expect(checker.diagnostics(each)).toEqual(createChecker(workspaceOf(textsOf(workspace))).diagnostics(each));
        }
      }),
      { numRuns: 15 },
    );
  });
});

function textsOf(workspace: MemoryWorkspace): Record<string, string> {
  return Object.fromEntries(workspace.paths().map((path) => [path, workspace.open(path).text]));
}
