import { makeDiagnostic } from "../diagnostics/define.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { CompiledSaga } from "../pipeline.ts";
import { BUILD_KINDS, UsageError } from "./problems.ts";
import type { Project } from "./project.ts";
import { isOurs, readText, writeText } from "./write-files.ts";

/** A file that a command makes and owns. */
export interface OwnFile {
  readonly path: string;
  readonly shown: string;
  readonly text: string;
  /** Whether what stands there now is different. */
  readonly changes: boolean;
}

/** Looks at what stands in its place. Throws `UsageError` for somebody else's work. */
export function ownFile(path: string, text: string, project: Project): OwnFile {
  const shown = project.shown(path);
  const existing = readText(path, shown);
  if (existing !== null && !isOurs(existing)) throw new UsageError("not-ours", { path: shown });
  return { path, shown, text, changes: existing !== text };
}

/** Writes those that change. */
export async function writeOwnFiles(files: readonly OwnFile[]): Promise<void> {
  for (const { path, shown, text, changes } of files) if (changes) await writeText(path, shown, text, "rebuildable");
}

/**
 * Two sagas whose files would be the same, also on a file system that does not tell upper from lower case. `paths` are the beginnings of
 * what is written for a saga, absolute and without the ending.
 */
export function collisions(
  outputs: readonly { readonly saga: CompiledSaga; readonly paths: readonly string[] }[],
  project: Project,
): Diagnostic[] {
  const taken = new Map<string, CompiledSaga>();
  return outputs.flatMap(({ saga, paths }) => {
    const clashes = paths.flatMap((path) => {
      const key = path.normalize("NFC").toLowerCase();
      const other = taken.get(key) ?? saga;
      taken.set(key, other);
      return other === saga ? [] : [{ path, other }];
    });
    const [clash] = clashes;
    if (clash === undefined) return [];
    const values = { saga: saga.plan.saga, other: clash.other.plan.saga, path: `${project.shown(clash.path)}.*` };
    const labels = [{ span: clash.other.name, message: "the other one is here" }];
    return [makeDiagnostic(BUILD_KINDS.outputCollision, saga.name, values, { labels })];
  });
}
