import type { Plan } from "../plan/plan.ts";

/**
 * `saga.lock`: the versions of sagas that are released, a sorted line each, so that two branches that release meet without a conflict. Written by
 * `sagac release` alone. A line's facts never change; only `retired` may be added to it.
 *
 *     PlaceOrder@1 plan=<sha256> state=<sha256> files=<sha256> folder=sagas/generated/place-order.v1
 *     PlaceOrder@2 plan=<sha256> … retired
 */
export interface ReleasedVersion {
  readonly saga: string;
  readonly version: number;
  /** As in the definition and in every snapshot. */
  readonly planHash: string;
  /** Of the states and records of its machines (`stateShape`). */
  readonly stateShape: string;
  /** Of its files, by name and text (`filesHash`). */
  readonly files: string;
  /** Of its files, from the folder of the lock, with `/`. */
  readonly folder: string;
  /** None of its sagas is left: nothing serves it any more, and its number is never given again. */
  readonly retired: boolean;
}

/** A line that cannot be read; `line` from 1. */
export interface LockProblem {
  readonly line: number;
  readonly why: string;
}

export const LOCK_FILE = "saga.lock";

/** Reads the text of a lock. Blank lines and those that begin with `#` say nothing. */
export function readLock(text: string): { readonly versions: readonly ReleasedVersion[]; readonly problem: LockProblem | null } {
  const versions: ReleasedVersion[] = [];
  const seen = new Set<string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const version = readLine(line);
    if (typeof version === "string") return { versions: [], problem: { line: index + 1, why: version } };
    const name = versionName(version);
    if (seen.has(name)) return { versions: [], problem: { line: index + 1, why: `${name} stands there twice` } };
    seen.add(name);
    versions.push(version);
  }
  return { versions, problem: null };
}

/** The whole text, sorted; the same versions give the same bytes. */
export function lockText(versions: readonly ReleasedVersion[]): string {
  return HEAD + versions.toSorted(compareVersions).map(lineOf).join("");
}

/** `PlaceOrder@1` */
export function versionName({ saga, version }: { readonly saga: string; readonly version: number }): string {
  return `${saga}@${version}`;
}

/** The released version that a plan says it is. */
export function findReleased(versions: readonly ReleasedVersion[], plan: Pick<Plan, "saga" | "version">): ReleasedVersion | null {
  return versions.find(({ saga, version }) => saga === plan.saga && version === plan.version) ?? null;
}

const HEAD = "# Released versions of sagas, by `sagac release`. Commit it with their files; no line is ever changed by hand.\n";

const LINE =
  /^(?<saga>[\p{L}_][\p{L}\p{M}\p{N}_]*)@(?<version>[1-9]\d{0,15}) plan=(?<plan>[\da-f]{64}) state=(?<state>[\da-f]{64}) files=(?<files>[\da-f]{64}) folder=(?<folder>\S+)(?<retired> retired)?$/u;

/** A sentence for a line that is none. */
function readLine(line: string): ReleasedVersion | string {
  if (/^[<=>|]{7}/.test(line)) return "it is left over from a merge: both sides' lines are wanted, sorted";
  const groups = LINE.exec(line)?.groups;
  if (groups === undefined || !Number.isSafeInteger(Number(groups.version)))
    return "it is not `<saga>@<version> plan=… state=… files=… folder=…`";
  const { saga = "", version, plan = "", state = "", files = "", folder: written = "", retired } = groups;
  const folder = decoded(written);
  if (folder === null || folder.startsWith("/") || folder.split("/").includes("..")) {
    return "its folder is not one below the lock's own";
  }
  return { saga, version: Number(version), planHash: plan, stateShape: state, files, folder, retired: retired !== undefined };
}

function lineOf({ saga, version, planHash, stateShape, files, folder, retired }: ReleasedVersion): string {
  const facts = `plan=${planHash} state=${stateShape} files=${files} folder=${encodeURI(folder)}`;
  return `${saga}@${version} ${facts}${retired ? " retired" : ""}\n`;
}

function decoded(text: string): string | null {
  try {
    return decodeURI(text);
  } catch {
    return null;
  }
}

function compareVersions(a: ReleasedVersion, b: ReleasedVersion): number {
  if (a.saga !== b.saga) return a.saga < b.saga ? -1 : 1;
  return a.version - b.version;
}
