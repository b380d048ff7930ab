import { defineConfig } from "vitest/config";

/** `npm run test:vscode`: apart from `npm test`, since it needs a VS Code and a browser. */
export default defineConfig({
  test: { include: ["test/vscode/*.test.ts"], pool: "forks", maxWorkers: 1, retry: 0 },
});
