import { readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** Folders that never hold sources of the project, beside those that begin with a dot. */
export const SKIPPED_FOLDERS = ["node_modules", "dist", "generated"] as const;

/** Whether a folder of that name is not looked into, and a file of that name not looked at. */
export function isSkipped(name: string): boolean {
  return name.startsWith(".") || SKIPPED_FOLDERS.some((folder) => folder === name);
}

/** What a folder held when it was looked into. */
interface Listing {
  /** `null`: it may have changed since without a sign of it. */
  readonly changedAtMs: number | null;
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/**
 * The `.saga` files below a folder, with `/`, in no order; without `node_modules`, `dist`, `generated` and names that begin with a dot. Asked
 * again, it looks only into folders that changed. `nowMs`: by the clock of the disk. `deep`: also in folders below.
 */
export function sagaFiles(root: string, nowMs: () => number, { deep = true }: { readonly deep?: boolean } = {}): () => string[] {
  const known = new Map<string, Listing>();
  return () => {
    const found: string[] = [];
    const pending = [root];
    const met = new Set<string>();
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      const listing = look(folder, known.get(folder), nowMs);
      if (listing === null) continue;
      met.add(folder);
      known.set(folder, listing);
      if (deep) for (const name of listing.folders) pending.push(join(folder, name));
      for (const name of listing.files) found.push(relative(root, join(folder, name)).split(sep).join("/"));
    }
    for (const folder of known.keys()) if (!met.has(folder)) known.delete(folder);
    return found;
  };
}

/** Disks tell times in steps: what changes twice within one looks as if it had changed once. */
export const STEP_OF_DISKS_MS = 2000;

function look(folder: string, before: Listing | undefined, nowMs: () => number): Listing | null {
  try {
    const changedAtMs = statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
    if (changedAtMs === undefined) return null;
    if (before !== undefined && before.changedAtMs === changedAtMs) return before;
    const folders: string[] = [];
    const files: string[] = [];
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (isSkipped(entry.name)) continue;
      if (entry.isDirectory()) folders.push(entry.name);
      else if (entry.isFile() && entry.name.endsWith(".saga")) files.push(entry.name);
    }
    return { changedAtMs: nowMs() - changedAtMs > STEP_OF_DISKS_MS ? changedAtMs : null, folders, files };
  } catch {
    // Gone since, or not for us to read: then it holds nothing for now, whatever its time says.
    return null;
  }
}
