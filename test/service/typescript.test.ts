import { describe, expect, it } from "vitest";
import { rememberingTypeScript } from "../../compiler/check/imports/typescript/reader.ts";
import { fixAll } from "../../compiler/service/code-actions.ts";
import { createChecker } from "../../compiler/service/diagnostics.ts";
import { memorySources } from "../../compiler/source/source-set.ts";
import { workspaceOf } from "./kit.ts";

describe("diagnostics in an editor", () => {
  it("read types of TypeScript, and read them again when they changed", () => {
    const saga =
      'import type { Order } from "./order.ts"\nservice s { idempotent for 7d }\nsaga S {\n  timeout 1h\n  input { order: Order }\n  readonly step look on s { input { input.order.total } }\n}\n';
    const workspace = workspaceOf({ "a.saga": saga, "order.ts": "export interface Order { total: number }" });
    const checker = createChecker(workspace);
    const errors = () => checker.diagnostics("a.saga").filter(({ severity }) => severity === "error");
    expect(errors()).toEqual([]);
    workspace.write("order.ts", "export interface Order { sum: number }");
    expect(errors().map(({ message }) => message)).toEqual([expect.stringContaining("total")]);
  });

  it("read types of TypeScript once for all rounds of fixes, and not again where they were read before", () => {
    const saga =
      'import type { Order } from "./order.ts"\nservice s { idempotent for 7d }\nsaga S {\n  timeout: 1h;\n  input { order: Order }\n  readonly step look on s { input { input.order.total } }\n}\n';
    const workspace = workspaceOf({ "a.saga": saga, "order.ts": "export interface Order { total: number }" });
    const checker = createChecker(workspace);
    const opened: unknown[] = [];
    const watched: typeof checker = {
      ...checker,
      memory(path) {
        const memory = checker.memory(path);
        const typescript: typeof memory.typescript = (...asked) => {
          const program = memory.typescript(...asked);
          opened.push(program);
          return program;
        };
        return { ...memory, typescript };
      },
    };
    const fixed = saga.replace("timeout: 1h;", "timeout 1h");
    expect(fixAll(workspace, watched, workspace.open("a.saga"))?.changes).toMatchObject([{ text: fixed }]);
    expect(opened.length).toBeGreaterThan(1);
    expect(new Set(opened).size).toBe(1);
  });

  it("keep what was asked for last, however long ago it was opened", () => {
    const sources = memorySources({ "a.ts": "export type A = string", "b.ts": "export type B = string", "c.ts": "" });
    const open = rememberingTypeScript(2);
    const [a, b] = [open(sources, ["a.ts"]), open(sources, ["b.ts"])];
    expect(open(sources, ["a.ts"])).toBe(a);
    open(sources, ["c.ts"]);
    expect(open(sources, ["a.ts"])).toBe(a);
    expect(open(sources, ["b.ts"])).not.toBe(b);
  });
});
