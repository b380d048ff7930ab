import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { LOCK_FILE } from "../release/lock.ts";

/**
 * The nearest `saga.lock` at or above a folder; where there is none, the place for one: beside the nearest `package.json`, else in `top`. So it
 * does not matter where sagac is called.
 */
export function lockPath(folder: string, top: string): string {
  return above(folder, LOCK_FILE) ?? join(dirname(above(folder, "package.json") ?? join(top, "package.json")), LOCK_FILE);
}

/** The nearest file of that name at or above a folder. */
function above(folder: string, name: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, name);
    if (existsSync(path)) return path;
    if (dirname(at) === at) return null;
  }
}
