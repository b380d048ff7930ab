import { defineConfig } from "vitest/config";

/** `npm run test:packed`: apart from `npm test`, since it packs and installs the packages, which takes a registry and half a minute. */
export default defineConfig({
  test: { include: ["test/packed/*.test.ts"] },
});
