import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

const ROOT = dirname(import.meta.dirname);

/** Packs the compiler and lays it out in `folder` as npm would install it, with this repository's dependencies; gives the path of its `main.js`. */
export function installPacked(folder: string): string {
  execFileSync(process.execPath, [join(ROOT, "scripts/pack.ts")], { stdio: ["ignore", "ignore", "inherit"] });
  const modules = join(folder, "node_modules");
  const needed = new Set<string>();
  for (const [from, name] of [
    ["compiler", "sagac"],
    ["grammar", "@sagac/grammar"],
  ] as const) {
    const packed = join(ROOT, "dist/packages", from);
    cpSync(packed, join(modules, name), { recursive: true });
    const { dependencies = {} } = JSON.parse(readFileSync(join(packed, "package.json"), "utf8")) as {
      readonly dependencies?: Readonly<Record<string, string>>;
    };
    for (const dependency of Object.keys(dependencies)) needed.add(dependency);
  }
  for (const name of needed) {
    const to = join(modules, name);
    const places = ["compiler", "grammar", "."].map((from) => join(ROOT, from, "node_modules", name));
    const found = places.find((place) => existsSync(place));
    if (existsSync(to) || found === undefined) continue;
    mkdirSync(dirname(to), { recursive: true });
    symlinkSync(found, to, "junction");
  }
  return join(modules, "sagac/cli/main.js");
}
