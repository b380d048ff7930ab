import { describe, expect, it } from "vitest";
import { createChecker } from "../../compiler/service/diagnostics.ts";
import { workspaceOf } from "./kit.ts";

describe("diagnostics in an editor", { timeout: 60_000 }, () => {
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
});
