import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { VERSION } from "../../version.ts";
import { findConfig, loadConfig, sourcesOf } from "../config-file.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { findSources } from "../find-sources.ts";
import { detectImportExtension } from "../import-extension.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../output.ts";
import { slashed } from "../project.ts";

/** `sagac info`: what a report of a bug wants to know. Paths are relative, and nothing is told of what sources hold. */
export async function info(options: { readonly format: "text" | "json" }, io: Io): Promise<ExitCode> {
  const shown = (path: string): string => slashed(relative(io.cwd, path)) || ".";
  const config = findConfig(io.cwd);
  const facts = {
    sagac: VERSION,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    packages: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name, io.cwd)])),
    config: config === null ? null : shown(config),
    importExtension: attempt(() => detectImportExtension(io.cwd) || "none"),
    sources: await attempt(async () => (await findSources(sourcesOf([], await loadConfig(io.cwd)), io.cwd)).map(shown)),
  };
  if (options.format === "json") {
    io.stdout.write(jsonText({ schema: 1, command: "info", ...facts }));
    return EXIT.ok;
  }
  const { packages, sources, ...rest } = facts;
  const list =
    typeof sources === "string"
      ? sources
      : sources.length > MOST
        ? [...sources.slice(0, MOST), `and ${sources.length - MOST} more`]
        : sources;
  const lines = [
    ...Object.entries(rest).map(([name, value]) => `${name}: ${value ?? "none"}`),
    ...Object.entries(packages).map(([name, version]) => `${name}: ${version ?? "not installed"}`),
    typeof list === "string" ? `sources: ${list}` : `sources: ${list.length === 0 ? "none" : `\n  ${list.join("\n  ")}`}`,
  ];
  io.stdout.write(`${lines.join("\n")}\n`);
  return EXIT.ok;
}

const PACKAGES = ["@sagac/runtime", "xstate", "zod", "typescript", "vitest"];
/** More paths than that say nothing more. */
const MOST = 20;

/** Of the nearest `node_modules`; `null`: it is in none. */
function versionOf(name: string, from: string): string | null {
  for (let at = from; ; at = dirname(at)) {
    const path = join(at, "node_modules", name, "package.json");
    if (existsSync(path)) {
      const manifest: { readonly version?: unknown } = JSON.parse(readFileSync(path, "utf8"));
      return typeof manifest.version === "string" ? manifest.version : null;
    }
    if (dirname(at) === at) return null;
  }
}

/** What goes wrong is a fact as well. */
function attempt<T>(find: () => T): T | string;
function attempt<T>(find: () => Promise<T>): Promise<T | string>;
function attempt<T>(find: () => T | Promise<T>): T | string | Promise<T | string> {
  const told = (error: unknown): string => (error instanceof Error ? error.message : String(error));
  try {
    const found = find();
    return found instanceof Promise ? found.catch(told) : found;
  } catch (error) {
    return told(error);
  }
}
