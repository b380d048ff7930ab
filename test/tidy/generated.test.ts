import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { ROOT } from "./repository.ts";

const SCRIPT = join(ROOT, "scripts", "check-generated.ts");

/** Exit code and error output of the check over a tree. */
async function check(root: string): Promise<{ code: number; stderr: string }> {
  return promisify(execFile)(process.execPath, [SCRIPT, "--root", root]).then(
    ({ stderr }) => ({ code: 0, stderr }),
    (error: { code: number; stderr: string }) => ({ code: error.code, stderr: error.stderr }),
  );
}

it("Generated files are as a build would write them now", async () => {
  expect(await check(ROOT)).toEqual({ code: 0, stderr: "" });
});

it("The check names what is missing, different and left over", async () => {
  const copy = mkdtempSync(join(tmpdir(), "saga-tree-"));
  try {
    cpSync(join(ROOT, "tsconfig.json"), join(copy, "tsconfig.json"));
    // One example is enough: all of them are built above.
    const example = join("sagas", "place-order");
    cpSync(join(ROOT, example), join(copy, example), { recursive: true, filter: (path) => !path.endsWith("node_modules") });
    const sagac = join(ROOT, "compiler", "cli", "main.ts");
    await promisify(execFile)(process.execPath, [sagac, "build", "--no-steps", "sagas"], { cwd: copy });
    expect(await check(copy)).toEqual({ code: 0, stderr: "" });

    const generated = join(copy, example, "generated");
    rmSync(join(generated, "place-order.types.ts"));
    writeFileSync(join(generated, "old-order.machine.ts"), "");
    const plan = join(generated, "place-order.plan.json");
    writeFileSync(plan, `${readFileSync(plan, "utf8")} `);
    const { code, stderr } = await check(copy);
    expect(code).toBe(1);
    expect(stderr.split("\n")).toEqual([
      "left over: sagas/place-order/generated/old-order.machine.ts (nothing makes it)",
      "different: sagas/place-order/generated/place-order.plan.json",
      "missing: sagas/place-order/generated/place-order.types.ts",
      expect.stringContaining("npm run sagac"),
      "",
    ]);
  } finally {
    rmSync(copy, { recursive: true });
  }
});
