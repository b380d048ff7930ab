import type { ts as Ts } from "ts-morph";
import { normalizePath, type SourceSet } from "../../../source/source-set.ts";

/** More files than any type needs; beyond it what they import counts as not there. */
const MOST_FILES = 500;

/** The texts of the files and of all that they import from each other by relative paths, by path. Packages are not read. */
export function loadModules(ts: typeof Ts, sources: SourceSet, roots: readonly string[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const pending = [...roots];
  for (let at = 0; at < pending.length && texts.size < MOST_FILES; at++) {
    const path = pending[at] ?? "";
    if (texts.has(path)) continue;
    const result = sources.read(path);
    if (!result.ok) continue;
    texts.set(path, result.file.text);
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    for (const { fileName } of ts.preProcessFile(result.file.text, true, true).importedFiles) {
      if (!fileName.startsWith(".")) continue;
      const found = candidatesOf(fileName)
        .map((candidate) => normalizePath(folder + candidate))
        .find((candidate) => candidate !== null && sources.read(candidate).ok);
      if (found !== undefined && found !== null) pending.push(found);
    }
  }
  return texts;
}

/** Which files `./x`, `./x.js` and `./x.ts` can mean. */
function candidatesOf(specifier: string): string[] {
  if (/\.[mc]?tsx?$/.test(specifier)) return [specifier];
  const script = /^(.*)\.([mc]?)js(x?)$/.exec(specifier);
  if (script !== null) {
    const [, base, kind, x] = script;
    return [`${base}.${kind}ts${x}`, `${base}.${kind}ts`, `${base}.d.${kind}ts`];
  }
  return [`${specifier}.ts`, `${specifier}.tsx`, `${specifier}.d.ts`, `${specifier}/index.ts`];
}
