import { execFile } from "node:child_process";
import { basename } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { filesEnding, ROOT, textOf } from "./repository.ts";

/** It reads the whole tree; some seconds, where nothing else runs. */
const PATIENCE_MS = 120_000;

describe("Dead code", () => {
  it("is none: every file, export and dependency is reached from a package's entry, a script or a test (knip.jsonc)", {
    timeout: PATIENCE_MS,
  }, async () => {
    const run = promisify(execFile)(process.execPath, ["node_modules/knip/bin/knip.js", "--no-progress", "--no-config-hints"], {
      cwd: ROOT,
    });
    const report = await run.then(
      ({ stdout }) => stdout,
      (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
    );
    expect(report.trim()).toBe("");
  });

  it("is none among scripts of the stores: each is named by the code beside it, or by another script", () => {
    const scripts = filesEnding(".lua", ".sql");
    const unnamed = scripts.filter((script) => {
      // Of its store: `runtime/store/redis`.
      const folder = script.split("/").slice(0, 3).join("/");
      const name = basename(script).replace(/\.(lua|sql)$/, "");
      const beside = [...filesEnding(".ts"), ...scripts].filter((file) => file !== script && file.startsWith(`${folder}/`));
      return !beside.some((file) => new RegExp(`["'/ ]${name}(\\.lua|\\.sql)?["'\\s]`).test(textOf(file)));
    });
    expect(unnamed).toEqual([]);
  });
});
