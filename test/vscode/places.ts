import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const CODE_SERVER_VERSION = "4.139.1";
/** Outside of the repository: it is large, and none of its packages are ours. */
export const CODE_SERVER_FOLDER = join(tmpdir(), `saga-code-server-${CODE_SERVER_VERSION}`);
export const CODE_SERVER = join(CODE_SERVER_FOLDER, "node_modules", "code-server", "out", "node", "entry.js");

/** The browser; `null`: there is none. */
export const CHROMIUM: string | null =
  ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path)) ?? null;
