import { defineRule } from "../rule.ts";

/** An imported file is not there, leads out of the project, or cannot be read. */
export const importUnread = defineRule(
  {
    code: "SAGA2041",
    slug: "import-unread",
    severity: "error",
    message: "`{path}` cannot be imported: {why}.",
    note: null,
    help: "Paths go from the folder of the importing file on.",
  },
  (program, report) => {
    for (const { span, path, why, help } of program.findings.of("import-unread"))
      report(span, { path, why }, help === null ? {} : { help });
  },
);
