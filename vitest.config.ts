import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "sagas/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/packed/**"],
    testTimeout: 30_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
