/** `npm run derive`: writes what is derived from the tables of the grammar into `grammar/generated/`. Prints the files that changed. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { derived } from "./index.ts";

const folder = join(import.meta.dirname, "..", "generated");
for (const [name, text] of derived()) {
  const path = join(folder, name);
  if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
  writeFileSync(path, text);
  process.stdout.write(`grammar/generated/${name}\n`);
}
