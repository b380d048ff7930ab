import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { buildMemory } from "../build-memory.ts";
import { CONFIG_NAMES, loadConfig, sourcesOf } from "../config-file.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { reportFailure } from "../failure.ts";
import { findSources } from "../find-sources.ts";
import type { Io } from "../io.ts";
import type { BuildOptions } from "../options.ts";
import { plural } from "../output.ts";
import { buildOnce } from "./build.ts";

/**
 * `sagac build --watch`: builds, and again whenever something changed of what the last build read: sources, what they import, the
 * configuration; or when there are other sources. What did not change is neither parsed nor written out again. One build at a time; whatever goes wrong in one is told, and the next comes. Ends when
 * the process is asked to.
 */
export async function watch(paths: readonly string[], options: BuildOptions, io: Io): Promise<ExitCode> {
  const { watch: watchFiles } = await import("chokidar");
  const wanted = new Set<string>();
  const isWanted = (path: string): boolean => path.endsWith(".saga") || wanted.has(path) || CONFIG_NAMES.includes(basename(path));
  const watcher = watchFiles(await roots(paths, io.cwd), {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (path, stats) =>
      stats?.isFile() === true
        ? !isWanted(path)
        : /[\\/](?:node_modules|dist|generated|\.[^\\/.][^\\/]*)$/.test(path) && path !== io.cwd,
  });
  let timer: ReturnType<typeof setTimeout> | null = null;
  let building: Promise<void> = Promise.resolve();
  let seen: Fingerprints = new Map();
  const memory = buildMemory();
  let ending = false;

  const run = async (): Promise<void> => {
    const before = await fingerprints(paths, wanted, io.cwd);
    if (isSame(before, seen)) return;
    const startedMs = Date.now();
    try {
      const { read } = await buildOnce(paths, options, io, memory);
      // What was read once stays in sight: it may come back.
      for (const path of read) wanted.add(path);
      watcher.add([...read]);
    } catch (error) {
      reportFailure(error, options.format === "json" ? ["--format=json"] : [], io);
    }
    // What changed while it was built, before or after it was read, is built again.
    const after = await fingerprints(paths, wanted, io.cwd);
    const changed =
      [...before].some(([path, hash]) => after.get(path) !== hash) ||
      [...after.keys()].some((path) => !before.has(path) && (!wanted.has(path) || changedSince(path, startedMs)));
    const files = [...wanted].filter((path) => existsSync(path)).length;
    seen = changed ? new Map() : after;
    if (changed) soon();
    if (!options.quiet) io.stderr.write(`Watching ${plural(files, "file")}.\n`);
  };
  const soon = (): void => {
    if (ending) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      building = building.then(run);
    }, PAUSE_MS);
  };
  watcher.on("all", soon);
  watcher.on("error", (error) => io.stderr.write(`sagac: cannot watch: ${String(error)}\n`));
  try {
    await new Promise<void>((ready) => watcher.once("ready", ready));
    building = run();
    await building;
    await io.stopped?.();
  } finally {
    ending = true;
    if (timer !== null) clearTimeout(timer);
    // First the build that is under way: what it adds would open a closed watcher again, and the process would not end.
    await building.catch(() => {});
    await watcher.close();
  }
  return EXIT.ok;
}

function changedSince(path: string, ms: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && stat.mtimeMs >= ms;
}

/** Changes that come closer together are one: an editor that saves all, a checkout. */
const PAUSE_MS = 60;

/** Folders and files to look at from the start; patterns are looked for from the present folder on. */
async function roots(paths: readonly string[], cwd: string): Promise<string[]> {
  const config = await loadConfig(cwd).catch(() => null);
  const given = config === null ? paths : sourcesOf(paths, config);
  const found = given.map((path) => resolve(cwd, path)).map((path) => (existsSync(path) ? path : cwd));
  return [...new Set([...found, ...(config?.path === null || config === null ? [] : [config.path]), ...configPlaces(cwd)])];
}

/** Where a configuration may yet come. */
function configPlaces(cwd: string): string[] {
  return CONFIG_NAMES.map((name) => resolve(cwd, name));
}

/** What stands in files, by path. There are always some: the places of configurations. */
type Fingerprints = ReadonlyMap<string, string>;

/** Of all that a build would read, by content: saving without a change is no change. */
async function fingerprints(paths: readonly string[], read: ReadonlySet<string>, cwd: string): Promise<Fingerprints> {
  const config = await loadConfig(cwd).catch(() => null);
  const sources = config === null ? [] : await findSources(sourcesOf(paths, config), cwd).catch(() => []);
  return new Map([...sources, ...read, ...configPlaces(cwd)].map((path) => [path, fingerprint(path)]));
}

function fingerprint(path: string): string {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return "none";
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    // Gone meanwhile, or not for us to read: the build says so.
    return "unread";
  }
}

function isSame(a: Fingerprints, b: Fingerprints): boolean {
  return a.size === b.size && [...a].every(([path, hash]) => b.get(path) === hash);
}
