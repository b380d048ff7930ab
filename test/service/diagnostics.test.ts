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
    workspace.write("shop/shared.saga", `${FILES["shop/shared.saga"]}\n`);
    expect(checker.diagnostics("shop/order.saga")).not.toBe(before);
  });

  it("are after any edits what a new server would say", () => {
    const paths = Object.keys(FILES) as (keyof typeof FILES)[];
    const edit = fc.record({
      path: fc.constantFrom(...paths, "shop/new.saga" as const),
      from: fc.nat(900),
      length: fc.nat(40),
      text: fc.constantFrom("", " ", "x", "}", "{", '"', "import ", 'import { till } from "./shared.saga"\n', "Item", null),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        const workspace = workspaceOf(FILES);
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
