import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../kit/scratch.ts";
import { sagac, sagaText, tree } from "./sagac.ts";

const SHARED = `type Money = { amount: int }\n${sagaText("Pay")}`;
const ORDER = `import { Money, Pay } from "../common/pay.saga"
import type { Address } from "./types.ts"
${sagaText("Order").replace("id: uuid", "id: uuid, total: Money, to: Address")}`;
const TYPES = "export interface Address { street: string; note?: string }\n";

function project(files: Readonly<Record<string, string>> = {}): string {
  return scratchFolder({
    "package.json": "{}",
    "orders/order.saga": ORDER.replace(", Pay", ""),
    "orders/types.ts": TYPES,
    "common/pay.saga": SHARED,
    ...files,
  });
}

describe("imports from the disk", () => {
  it("are read wherever they stand in the project, and only what was asked for is built", async () => {
    const folder = project();
    const check = await sagac(["check", "order.saga"], join(folder, "orders"));
    expect(check).toEqual({ code: 0, stdout: "", stderr: "1 file checked\n" });
    const build = await sagac(["build", "orders"], folder);
    expect(build.code, build.stderr).toBe(0);
    const written = Object.keys(tree(folder)).filter((path) => path.endsWith(".plan.json"));
    expect(written).toEqual(["orders/generated/order.plan.json"]);
    const plan = JSON.parse(tree(folder)["orders/generated/order.plan.json"] ?? "") as {
      types: { name: string; from: string | null }[];
    };
    expect(plan.types.map(({ name, from }) => [name, from])).toEqual([
      ["Address", "./types.ts"],
      ["Money", null],
    ]);
  });

  it("do not leave the project, neither by their path nor by a link", async () => {
    const outside = scratchFolder({ "secret.saga": "type Secret = int\n", "secret.ts": "export type T = string;\n" });
    const folder = project({
      "orders/a.saga":
        'import { Secret } from "../../x/secret.saga"\nimport { Secret as S } from "./link.saga"\nimport type { T } from "./link.ts"\n',
    });
    symlinkSync(join(outside, "secret.saga"), join(folder, "orders/link.saga"));
    symlinkSync(join(outside, "secret.ts"), join(folder, "orders/link.ts"));
    const run = await sagac(["check", "--format", "json", "orders/a.saga"], folder);
    const { diagnostics } = JSON.parse(run.stdout) as { diagnostics: { code: string; message: string }[] };
    expect(diagnostics.map(({ code }) => code)).toEqual(["SAGA2041", "SAGA2041", "SAGA2041"]);
    for (const { message } of diagnostics) expect(message).toContain("it leads out of the project");
    expect(run.stdout).not.toContain(outside);
  });

  it("name what is wrong in the file that it is in, and what was not built", async () => {
    const folder = project({ "orders/order.saga": ORDER });
    const noted = await sagac(["check", "orders"], folder);
    expect(noted.stdout).toContain("orders/order.saga:1:17: warning SAGA2016");
    const build = await sagac(["build", "orders"], folder);
    expect(build.stderr).toContain("`Pay` is imported, but common/pay.saga was not part of this build");
    writeFileSync(join(folder, "common/pay.saga"), SHARED.replace("int", "Nothing"));
    const run = await sagac(["check", "orders/order.saga"], folder);
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/^common\/pay\.saga:1:24: error SAGA2002 /m);
  });
});
