/** Suites that take long, most of them since they start processes or the type checker: `npm run test:long`, apart from `npm test`. */
export const LONG_SUITES: readonly string[] = [
  "test/cli/build.test.ts",
  "test/cli/docs.test.ts",
  "test/cli/graph.test.ts",
  "test/cli/release.test.ts",
  "test/cli/simulate.test.ts",
  "test/crash/crash.test.ts",
  "test/crash/items.test.ts",
  "test/emit/machine-tests.test.ts",
  "test/emit/typecheck.test.ts",
  "test/emit/whole-language.test.ts",
  "test/fuzz/programs.test.ts",
  "test/grammar/examples.test.ts",
  "test/store/postgres-cut-reply.test.ts",
  "test/store/postgres-server.test.ts",
  "test/store/postgres.test.ts",
  "test/verify/constructs.test.ts",
];
