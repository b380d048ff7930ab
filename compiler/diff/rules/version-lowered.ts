import type { ChangeRule } from "../rule.ts";

export const versionLowered: ChangeRule = {
  code: "SAGA8003",
  slug: "version-lowered",
  classes: ["in-flight"],
  message: "`{saga}` goes back from version {before} to {after}.",
  note: "Nobody would serve the sagas of version {before}, and the number may be taken.",
  help: "Give it a number that it never had: the next after the highest.",
  find({ before, after }) {
    if (after.version >= before.version) return [];
    return [{ values: { before: String(before.version), after: String(after.version) }, at: null }];
  },
};
