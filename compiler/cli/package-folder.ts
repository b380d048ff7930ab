import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of this package, `compiler/` in the repository: a packed module may have moved within it. `null`: bundled into something else. */
export function packageFolder(): string | null {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) return null;
  }
}
