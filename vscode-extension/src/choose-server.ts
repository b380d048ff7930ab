import { dirname, isAbsolute, join, resolve } from "node:path";

/** A `sagac` that can be started as `<module> lsp --stdio`. */
export interface ServerChoice {
  readonly origin: "setting" | "workspace" | "bundled";
  /** The file that Node runs. */
  readonly module: string;
  /** Of its package. */
  readonly version: string;
}

export interface Surroundings {
  /** Absolute paths of the folders that are open, the first one first. */
  readonly folders: readonly string[];
  /** Whether what lies in them may be run. */
  readonly trusted: boolean;
  /** `saga.server.path`; `""`: not set. */
  readonly setting: string;
  readonly bundled: { readonly module: string; readonly version: string };
  /** The text of a file; `null`: there is none. */
  read(path: string): string | null;
}

/** What was chosen, and what stood in the way of what was wanted. */
export interface Choice {
  readonly server: ServerChoice;
  /** A sentence for people; `null`: all is well. */
  readonly problem: string | null;
}

/**
 * Which sagac an editor speaks to: the one of the setting, else that of a folder, as its own commands would find it, else the bundled one. In
 * folders that are not trusted only the last. Pure but for `read`.
 */
export function chooseServer({ folders, trusted, setting, bundled, read }: Surroundings): Choice {
  const fallback: ServerChoice = { origin: "bundled", ...bundled };
  if (!trusted) return { server: fallback, problem: null };
  if (setting !== "") {
    const folder = isAbsolute(setting) ? setting : resolve(folders[0] ?? "/", setting);
    const found = packageAt(folder, read);
    if (found !== null) return { server: { origin: "setting", ...found }, problem: null };
    return { server: fallback, problem: `saga.server.path: there is no sagac in ${folder}.` };
  }
  for (const folder of folders) {
    for (let at = folder; ; at = dirname(at)) {
      const found = packageAt(join(at, "node_modules", "sagac"), read);
      if (found !== null) return { server: { origin: "workspace", ...found }, problem: null };
      if (dirname(at) === at) break;
    }
  }
  return { server: fallback, problem: null };
}

/** The package `sagac` of a folder, as its manifest describes it; `null`: it holds none. */
function packageAt(folder: string, read: Surroundings["read"]): { readonly module: string; readonly version: string } | null {
  const text = read(join(folder, "package.json"));
  if (text === null) return null;
  const manifest = parsed(text);
  const { name, version, bin } = manifest;
  const file = typeof bin === "string" ? bin : isRecord(bin) ? bin.sagac : null;
  if (name !== "sagac" || typeof version !== "string" || typeof file !== "string") return null;
  return { module: resolve(folder, file), version };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {}; // Half-written by an installation that goes on.
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
