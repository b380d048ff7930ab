import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import type { ImportExtension } from "../emit/target.ts";
import { UsageError } from "./problems.ts";

/**
 * What the nearest tsconfig above `folder` wants at the end of a relative import: `.ts` where it allows or rewrites such imports,
 * nothing under bundler resolution, else `.js`. Without any tsconfig the files are run as they are: `.ts`.
 * Throws `UsageError` for one that cannot be read.
 */
export function detectImportExtension(folder: string): ImportExtension {
  const path = nearestConfig(folder);
  return path === null ? ".ts" : extensionOf(relevantOptions(path));
}

interface Options {
  readonly allowImportingTsExtensions?: unknown;
  readonly rewriteRelativeImportExtensions?: unknown;
  readonly module?: unknown;
  readonly moduleResolution?: unknown;
}

function extensionOf(options: Options): ImportExtension {
  if (options.allowImportingTsExtensions === true || options.rewriteRelativeImportExtensions === true) return ".ts";
  const resolution = lowerCase(options.moduleResolution);
  if (resolution === "bundler") return "";
  return resolution === null && lowerCase(options.module) === "preserve" ? "" : ".js";
}

function lowerCase(value: unknown): string | null {
  return typeof value === "string" ? value.toLowerCase() : null;
}

function nearestConfig(folder: string): string | null {
  for (let current = resolve(folder); ; current = dirname(current)) {
    const path = join(current, "tsconfig.json");
    if (readOptional(path) !== null) return path;
    if (dirname(current) === current) return null;
  }
}

/** Of the config itself; where it only points to others (`files: []` and `references`), of the first of them. */
function relevantOptions(path: string): Options {
  const config = readConfig(path);
  const [reference] = Array.isArray(config.references) ? config.references : [];
  const isSolution = Array.isArray(config.files) && config.files.length === 0;
  if (!isSolution || !isRecord(reference) || typeof reference.path !== "string") return optionsOf(path, new Set());
  const target = resolve(dirname(path), reference.path);
  return optionsOf(target.endsWith(".json") ? target : join(target, "tsconfig.json"), new Set());
}

/** Its own options over those of what it extends; a later base wins over an earlier one. */
function optionsOf(path: string, seen: ReadonlySet<string>): Options {
  if (seen.has(path)) return {};
  const config = readConfig(path);
  const bases = [config.extends].flat().filter((base) => typeof base === "string");
  const open = new Set([...seen, path]);
  const inherited = bases.map((base) => optionsOf(basePath(base, path), open));
  const own = isRecord(config.compilerOptions) ? config.compilerOptions : {};
  return Object.assign({}, ...inherited, own);
}

function basePath(base: string, from: string): string {
  if (/^(?:\.{1,2}(?:[\\/]|$)|[\\/]|[A-Za-z]:)/.test(base)) {
    const path = resolve(dirname(from), base);
    return path.endsWith(".json") || readOptional(path) !== null ? path : `${path}.json`;
  }
  const { resolve: find } = createRequire(from);
  for (const candidate of [base, `${base}.json`, `${base}/tsconfig.json`]) {
    try {
      return find(candidate);
    } catch {
      // The next form; that none is there is reported below.
    }
  }
  throw new UsageError("bad-tsconfig", { path: from, reason: `it extends "${base}", which cannot be found` });
}

function readConfig(path: string): Readonly<Record<string, unknown>> {
  const text = readOptional(path);
  if (text === null) throw new UsageError("bad-tsconfig", { path, reason: "there is no such file" });
  try {
    const config: unknown = JSON.parse(plainJson(text));
    if (isRecord(config)) return config;
  } catch {
    // Reported below, like any text that is no object.
  }
  throw new UsageError("bad-tsconfig", { path, reason: "it is not JSON" });
}

function readOptional(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return null;
    throw new UsageError("bad-tsconfig", { path, reason: String(code) });
  }
}

/** JSON with comments and last commas, as tsconfig has it, without them. Strings stay as they are. */
export function plainJson(text: string): string {
  const token = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*[}\]])/g;
  return text.replace(/^\uFEFF/, "").replace(token, (match) => (match.startsWith('"') ? match : " "));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
