import { defineConfig } from "vitest/config";
import { LONG_SUITES } from "./scripts/long-suites.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "sagas/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/packed/**", "test/vscode/**", ...LONG_SUITES],
    testTimeout: 30_000,
    // A Postgres server takes longer than the usual ten seconds to start where the machine is busy.
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
