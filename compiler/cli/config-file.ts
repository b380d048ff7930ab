import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { ConfigTarget } from "../config/config.ts";
import type { ImportExtension } from "../emit/target.ts";
import { plainJson } from "./import-extension.ts";
import type { BuildOptions } from "./options.ts";
import { UsageError } from "./problems.ts";

/** What a configuration says, with absolute paths. */
export interface LoadedConfig {
  /** `null`: there is none. */
  readonly path: string | null;
  /** `null`: it names none. */
  readonly sources: readonly string[] | null;
  readonly outDir: string | null;
  readonly importExtension: ImportExtension | null;
  readonly steps: boolean;
  readonly tests: boolean;
  readonly targets: readonly ConfigTarget[];
}

/** In the order in which they are looked for in a folder. */
export const CONFIG_NAMES = ["sagac.config.ts", "sagac.config.mts", "sagac.config.js", "sagac.config.mjs", "sagac.config.json"];

/** The nearest configuration at or above a folder, up to where a repository begins; `null`: there is none. */
export function findConfig(folder: string): string | null {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = CONFIG_NAMES.map((name) => join(at, name)).find((path) => existsSync(path));
    if (found !== undefined) return found;
    if (existsSync(join(at, ".git")) || dirname(at) === at) return null;
  }
}

/** Loads the nearest configuration. It is code of the project: only commands that build or read sources do so. Throws `UsageError`. */
export async function loadConfig(cwd: string): Promise<LoadedConfig> {
  const path = findConfig(cwd);
  if (path === null) return { path, sources: null, outDir: null, importExtension: null, steps: true, tests: false, targets: [] };
  const { validateConfig } = await import("../config/validate.ts");
  const valid = validateConfig(await contentOf(path));
  if (!valid.ok) throw new UsageError("bad-config", { path, why: valid.why, help: valid.help });
  const { sources, outDir, importExtension, steps = true, tests = false, targets = [] } = valid.config;
  const absolute = (written: string): string => resolve(dirname(path), written);
  return {
    path,
    sources: sources?.map(absolute) ?? null,
    outDir: outDir === undefined ? null : absolute(outDir),
    importExtension: importExtension === undefined ? null : importExtension === "none" ? "" : importExtension,
    steps,
    tests,
    targets,
  };
}

/** Paths of the command line, else those of the configuration, else the present folder. */
export function sourcesOf(paths: readonly string[], { sources }: LoadedConfig): readonly string[] {
  return paths.length > 0 ? paths : (sources ?? ["."]);
}

/** What a build is asked for: by the command line, else by the configuration. */
export function withConfig(asked: BuildOptions, config: LoadedConfig): BuildOptions {
  return {
    ...asked,
    outDir: asked.outDir ?? config.outDir,
    importExtension: asked.importExtension ?? config.importExtension,
    steps: asked.steps && config.steps,
    tests: asked.tests || config.tests,
  };
}

async function contentOf(path: string): Promise<unknown> {
  const help = "Its first lines say where; `sagac.config.json` needs no code at all.";
  try {
    const text = readFileSync(path, "utf8");
    if (path.endsWith(".json")) return JSON.parse(plainJson(text));
    // By its content: a watcher loads it again when it changed.
    const url = pathToFileURL(path);
    url.search = createHash("sha256").update(text).digest("hex").slice(0, 12);
    const loaded: { readonly default?: unknown } = await import(url.href);
    if (loaded.default === undefined)
      throw new UsageError("bad-config", {
        path,
        why: "it has no default export",
        help: "Write `export default defineConfig({ … })`.",
      });
    return loaded.default;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const why = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
    throw new UsageError("bad-config", { path, why: `it cannot be loaded (${why})`, help });
  }
}
