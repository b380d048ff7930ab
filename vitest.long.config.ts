import { defineConfig } from "vitest/config";
import { LONG_SUITES } from "./scripts/long-suites.ts";

/** `npm run test:long`: what `npm test` leaves out, so that it stays short. */
export default defineConfig({
  // A Postgres server takes longer than a hook's usual ten seconds to start where the machine is busy.
  test: { include: [...LONG_SUITES], testTimeout: 60_000, hookTimeout: 60_000, pool: "forks", maxWorkers: 2 },
});
