import { execFileSync } from "node:child_process";
import { readdirSync, realpathSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { compile } from "../pipeline.ts";
import { PLAN_SCHEMA, type Plan } from "../plan/plan.ts";
import { diskSources } from "../source/disk.ts";
import { isSkipped } from "../source/saga-files.ts";
import { cachedSources, failure, type SourceSet, success } from "../source/source-set.ts";
import { UsageError } from "./problems.ts";
import { type Project, slashed } from "./project.ts";
import { readText } from "./write-files.ts";

/**
 * The plans that `--against` names: a `.plan.json`, a folder (the sources in it, or where it has none the plans), or what git knows by that name.
 * Of a state of git only the sources that `paths` name. Throws `UsageError` for what cannot be read, or has errors.
 */
export function plansAgainst(against: string, paths: readonly string[], project: Project, cwd: string): readonly Plan[] {
  const path = resolve(cwd, against);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile() === true) return [planIn(path, against)];
  if (stat?.isDirectory() === true) return plansIn(path, against);
  return plansAt(against, paths, project, cwd);
}

function planIn(path: string, shown: string): Plan {
  let plan: unknown;
  try {
    plan = JSON.parse(readText(path, shown) ?? "");
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError("against-unreadable", { against: shown, why: "it is no JSON" });
  }
  if (typeof plan !== "object" || plan === null || !("schema" in plan) || !("saga" in plan)) {
    throw new UsageError("against-unreadable", { against: shown, why: "it is no plan of a saga" });
  }
  if (plan.schema !== PLAN_SCHEMA) {
    const why = `its plan has schema ${String(plan.schema)}, and this sagac reads schema ${PLAN_SCHEMA}`;
    throw new UsageError("against-unreadable", { against: shown, why });
  }
  return plan as Plan;
}

/** Sources say more than plans do: they fit today's compiler. */
function plansIn(folder: string, shown: string): readonly Plan[] {
  const sources = diskSources(folder);
  const files = sources.list();
  if (files.length > 0) return compiled(sources, files, shown);
  const plans = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".plan.json"));
  if (plans.length === 0)
    throw new UsageError("against-unreadable", { against: shown, why: "it holds neither sources nor plans" });
  return plans.sort().map((path) => planIn(join(folder, path), `${shown}/${slashed(path)}`));
}

function compiled(sources: SourceSet, files: readonly string[], shown: string): readonly Plan[] {
  const { sagas, diagnostics, unreadable } = compile(sources, files);
  const wrong = diagnostics.find(({ severity }) => severity === "error");
  const why = unreadable[0]?.message ?? (wrong === undefined ? null : `\`${wrong.span.file}\` has errors there (${wrong.code})`);
  if (why !== null) throw new UsageError("against-unreadable", { against: shown, why: why.replace(/\.$/, "") });
  return sagas.map(({ plan }) => plan);
}

// ---- git

function plansAt(ref: string, paths: readonly string[], project: Project, cwd: string): readonly Plan[] {
  const git = (...args: readonly string[]): string => {
    // Arguments, never a shell: what a branch is called is not looked at.
    return execFileSync("git", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });
  };
  let commit: string;
  let top: string;
  try {
    top = git("rev-parse", "--show-toplevel").trim();
    commit = git("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`).trim();
  } catch {
    const why = "it is no file, no folder, and git knows no commit by that name here";
    throw new UsageError("against-unreadable", { against: ref, why });
  }
  // Either may be above the other: a repository of several projects, a project of several repositories.
  const [realTop, root] = [realpathSync(top), realpathSync(project.absolute("."))];
  const tracked = git("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit).split("\0");
  const known = new Map(tracked.map((path) => [slashed(relative(root, join(realTop, path))), path]));
  const all = [...known.keys()].filter((path) => path !== "" && path !== ".." && !path.startsWith("../"));
  const sources = cachedSources(
    (path) => {
      const there = known.get(path);
      if (there === undefined) return failure(path, "missing", `There is no file \`${path}\`.`);
      return success(path, git("cat-file", "blob", `${commit}:${there}`));
    },
    () => all.filter((path) => !isBelowSkipped(path)),
  );
  const files = all.filter((path) => path.endsWith(".saga") && isAsked(path, paths, project, cwd)).sort();
  return files.length === 0 ? [] : compiled(sources, files, ref);
}

function isBelowSkipped(path: string): boolean {
  return path.split("/").some(isSkipped);
}

/** Files and what is below folders, there or not; of a pattern what it matches today. */
function isAsked(path: string, paths: readonly string[], project: Project, cwd: string): boolean {
  if (project.paths.includes(path)) return true;
  const absolute = project.absolute(path);
  return paths.some((asked) => {
    const at = resolve(cwd, asked);
    const below = slashed(relative(at, absolute));
    return below === "" || !(below.startsWith("../") || isBelowSkipped(below));
  });
}
