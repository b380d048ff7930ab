import { defineConfig } from "vitest/config";
import { LONG_SUITES } from "./scripts/long-suites.ts";
import { temporaryFiles } from "./scripts/temporary-files.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "sagas/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/packed/**", "test/vscode/**", ...LONG_SUITES],
    // For what hangs. Many times what the slowest takes: a machine that others use too may be slow, and no test may fail of that.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    env: temporaryFiles(),
    pool: "forks",
    maxWorkers: 2,
  },
});
