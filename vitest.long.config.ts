import { defineConfig } from "vitest/config";
import { LONG_SUITES } from "./scripts/long-suites.ts";

/** `npm run test:long`: what `npm test` leaves out, so that it stays short. */
export default defineConfig({
  test: {
    include: [...LONG_SUITES],
    // As in the usual configuration, and what is here takes longer.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    pool: "forks",
    maxWorkers: 2,
  },
});
