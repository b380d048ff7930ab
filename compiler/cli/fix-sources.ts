import { frontMemory } from "../check/imports/memory.ts";
import { collectDiagnostics } from "../diagnostics/collect.ts";
import { applyFixes } from "../fixes/apply.ts";
import { checkSources } from "../pipeline.ts";
import { overlaySources } from "../source/source-set.ts";
import { UsageError } from "./problems.ts";
import type { Project } from "./project.ts";
import { readText, writeText } from "./write-files.ts";

export interface FixedSources {
  /** As they are shown. */
  readonly files: readonly string[];
  /** How many fixes were applied. */
  readonly applied: number;
}

/** Applies fixes to the files that were asked for, and writes those that change. */
export async function fixSources(project: Project, unsafe: boolean, memory = frontMemory()): Promise<FixedSources> {
  const { sources, paths } = project;
  const textOf = (path: string): string | null => {
    const result = sources.read(path);
    return result.ok ? result.file.text : null;
  };
  const diagnose = (texts: ReadonlyMap<string, string>) =>
    collectDiagnostics(checkSources(overlaySources(sources, texts), paths, memory).diagnostics, Number.POSITIVE_INFINITY)
      .diagnostics;
  const { texts, applied } = applyFixes(textOf, diagnose, { unsafe, mine: new Set(paths) });
  const files: string[] = [];
  for (const [path, text] of texts) {
    const before = textOf(path);
    if (text === before) continue;
    const absolute = project.absolute(path);
    const shown = project.shown(absolute);
    if (readText(absolute, shown) !== before) throw new UsageError("changed-meanwhile", { path: shown });
    await writeText(absolute, shown, text, "user");
    files.push(shown);
  }
  return { files, applied };
}
