import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The nearest folder at or above `folder` with a `package.json`: what sources import may stand anywhere below it. Else `folder`. */
export function projectFolder(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, "package.json"))) return at;
    if (dirname(at) === at) return folder;
  }
}
