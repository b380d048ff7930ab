import { planHash } from "../../plan/canonical.ts";
import type { ChangeRule } from "../rule.ts";

export const versionNotRaised: ChangeRule = {
  code: "SAGA8002",
  slug: "version-not-raised",
  classes: ["in-flight"],
  message: "`{saga}` does something else and is still version {version}.",
  note: "Sagas under way would be set aside: their snapshots fit the machine they began with, and no other.",
  help: "Raise `version`, and keep the old one until its sagas have ended: `sagac release`.",
  find({ before, after }) {
    if (before.version !== after.version || planHash(before) === planHash(after)) return [];
    return [{ values: { version: String(after.version) }, at: null }];
  },
};
