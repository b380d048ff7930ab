import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../kit/scratch.ts";
import { sagac } from "./sagac.ts";

const PAGE = readFileSync(join(ROOT, "docs", "errors", "SAGA4003.md"), "utf8");

describe("sagac explain", () => {
  it.each(["SAGA4003", "saga4003", "missing-compensation"])("prints the page of %s", async (asked) => {
    expect(await sagac(["explain", asked], ROOT)).toEqual({ code: 0, stdout: PAGE, stderr: "" });
  });

  it("knows what was probably meant", async () => {
    const run = await sagac(["explain", "missing-compensatoin"], ROOT);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain("SAGA7113 no-such-code");
    expect(run.stderr).toContain("Did you mean `missing-compensation`?");
  });

  it("answers as JSON", async () => {
    const { stdout } = await sagac(["explain", "RT1001", "--format", "json"], ROOT);
    expect(JSON.parse(stdout)).toMatchObject({ command: "explain", code: "RT1001" });
  });
});
