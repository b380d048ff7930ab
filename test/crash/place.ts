import { createHash } from "node:crypto";

/** How one trial's place is named on a server that all share: in Redis by prefix, in Postgres by schema. */
export function placeNamed(prefix: string): { readonly prefix: string; readonly schema: string; readonly onWarning: () => void } {
  const schema = `crash_${createHash("sha256").update(prefix).digest("hex").slice(0, 24)}`;
  return { prefix, schema, onWarning: () => undefined };
}
