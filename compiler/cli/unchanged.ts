import { type Hashed, hash, hashOfFile, hashOfFolder, recordFile, type WholeBuild } from "./build-record.ts";
import { loadConfig, sourcesOf, withConfig } from "./config-file.ts";
import { detectImportExtension } from "./import-extension.ts";
import type { Io } from "./io.ts";
import { lockPath } from "./lock-path.ts";
import type { BuildOptions } from "./options.ts";
import { builtText } from "./output.ts";
import { openProject, type Project } from "./project.ts";

/**
 * Whether a build would find all as the last one left it: then it is said, and there is nothing else to do. Loads nothing of the compiler. Throws
 * `UsageError` as a build does.
 */
export async function saidUnchanged(given: readonly string[], asked: BuildOptions, io: Io): Promise<boolean> {
  if (asked.format !== "text" || asked.clean || asked.listFiles || asked.check || asked.frozen || asked.dryRun) return false;
  const config = await loadConfig(io.cwd);
  // What targets of the project's own read and do is not known.
  if (config.targets.length > 0) return false;
  const options = withConfig(asked, config);
  const paths = sourcesOf(given, config);
  const project = await openProject(paths, io.cwd);
  const whole = recordFile(project, paths, options, io.cwd)?.read()?.whole ?? null;
  if (whole === null || !holds(whole, project, options)) return false;
  if (!options.quiet) io.stderr.write(builtText(whole.unbuilt, whole.sagaCount, whole.fileCount, "0 written"));
  return true;
}

/** Whether everything is as it was. */
function holds(whole: WholeBuild, project: Project, { importExtension }: BuildOptions): boolean {
  const { asked, sources, listed, importExtensions, locks, folders, files } = whole;
  return (
    isSame(asked, project.paths) &&
    sources.every(([path, was]) => hashOfSource(project, path) === was) &&
    (listed === null || hashOfList(project) === listed) &&
    (importExtension !== null || importExtensions.every(([folder, was]) => detectImportExtension(folder) === was)) &&
    locks.every(([folder, was]) => lockPath(folder, project.absolute(".")) === was) &&
    folders.every(([path, was]) => hashOfFolder(path) === was) &&
    files.every(([path, was]) => hashOfFile(path) === was)
  );
}

/** `null`: there is none; what cannot be read for another reason is not like anything. */
export function hashOfSource({ sources }: Project, path: string): Hashed[1] | undefined {
  const result = sources.read(path);
  if (result.ok) return hash(result.file.text);
  return result.failure.reason === "missing" ? null : undefined;
}

export function hashOfList({ sources }: Project): string {
  return hash(JSON.stringify(sources.list()));
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, at) => b[at] === each);
}
