import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { mermaid } from "../../compiler/emit/graph/mermaid.ts";
import { graphOf } from "../../compiler/emit/graph/model.ts";
import { ROOT } from "../kit/scratch.ts";
import { planOf } from "./kit.ts";

it("the README of the order saga shows the saga as it is", () => {
  const folder = join(ROOT, "sagas/place-order");
  const drawn = mermaid(graphOf(planOf(readFileSync(join(folder, "place-order.saga"), "utf8"))));
  const [, shown] = /^```mermaid\n([\s\S]*?)^```$/m.exec(readFileSync(join(folder, "README.md"), "utf8")) ?? [];
  expect(shown, "npm run --silent sagac -- graph sagas/place-order").toBe(drawn);
});
