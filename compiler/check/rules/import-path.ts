import { defineRule } from "../rule.ts";

/** An import names its file in a way in which none can be imported. */
export const importPath = defineRule(
  {
    code: "SAGA2040",
    slug: "import-path",
    severity: "error",
    message: "`{path}` cannot be imported: {why}.",
    note: "Imports name files of the project, from the importing file on: `.saga` files, and with `import type` files of TypeScript.",
    help: null,
  },
  (program, report) => {
    for (const { span, path, why, help } of program.findings.of("import-path")) report(span, { path, why }, { help });
  },
);
