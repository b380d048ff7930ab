import type { ImportDecl } from "../../ast/nodes.ts";
import { normalizePath } from "../../source/source-set.ts";

/** Where an import leads. */
export type ImportPath =
  | { readonly ok: true; readonly path: string; readonly language: "saga" | "typescript" }
  /** It is no path that can be imported: why, and what to do. */
  | { readonly ok: false; readonly reason: "form" | "outside"; readonly why: string; readonly help: string };

/** Reads the path of an import in `importing`; `null`: there is none to be read. Pure: whether the file is there is another question. */
export function importPath(importing: string, node: ImportDecl): ImportPath | null {
  if (node.from === null) return null;
  const written = node.from.value;
  if (written.includes("\\"))
    return form("it has a `\\`", `Paths are written with \`/\`, on every system: \`"${slashed(written)}"\`.`);
  const saga = written.endsWith(".saga");
  const typescript = TYPESCRIPT.test(written);
  const isRelative = /^\.\.?\//.test(written);
  // A name such as `zod`.
  if (!isRelative && !saga && !typescript && !hasControl(written))
    return form(
      "it is not relative",
      node.typeOnly
        ? 'A type comes from a file of the project: `"./types.ts"`, not from a package.'
        : 'What is imported comes from a file of the project: `"./common.saga"`, not from a package.',
    );
  if (!isRelative || hasControl(written))
    return form("it is not relative", `Write it with \`/\` from this file on: \`"./${lastPart(written)}"\`.`);
  if (node.typeOnly && saga) return form("`import type` is for types of TypeScript", "Leave out `type`.");
  if (!node.typeOnly && typescript) return form("from TypeScript only types can be imported", "Write `import type`.");
  if (!saga && !typescript)
    return form("it is no `.saga` and no `.ts` file", 'Write the whole name of the file: `"./common.saga"`, `"./types.ts"`.');
  const path = normalizePath(`${importing.slice(0, importing.lastIndexOf("/") + 1)}${written}`);
  if (path === null) return { ok: false, reason: "outside", why: "it leads out of the project", help: OUTSIDE_HELP };
  if (path === importing) return form("it is this file itself", "Its own names need no import.");
  return { ok: true, path, language: saga ? "saga" : "typescript" };
}

export const OUTSIDE_HELP = "Only files below the project's root are read, also by links: copy or move it there.";

const TYPESCRIPT = /\.[mc]?tsx?$/;

function form(why: string, help: string): ImportPath {
  return { ok: false, reason: "form", why, help };
}

function slashed(written: string): string {
  const path = written.replaceAll(/\\+/g, "/");
  if (hasControl(path)) return "./common.saga";
  if (/^\.\.?\//.test(path)) return path;
  return `./${/^(?:\/|[A-Za-z]:)/.test(path) ? lastPart(path) : path}`;
}

function lastPart(written: string): string {
  const name = written.split(/[\\/]/).at(-1) ?? "";
  return hasControl(name) || name === "" ? "common.saga" : name;
}

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) < 0x20) return true;
  return false;
}
