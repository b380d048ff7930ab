import { defineKind } from "../diagnostics/define.ts";
import type { DiagnosticCode } from "../diagnostics/diagnostic.ts";

/** Codes of building and configuration: SAGA7xxx. Each has a page `docs/errors/<code>.md`. */

/** Problems of the sources that only show when files are to be written; they have a place in the source. */
export const BUILD_KINDS = {
  outputCollision: defineKind({
    code: "SAGA7001",
    slug: "output-collision",
    severity: "error",
    message: "The files of `{saga}` would be those of `{other}` ({path}).",
    note: "File names are the saga's name in kebab case, and some file systems do not tell upper from lower case.",
    help: "Rename one of the two, or build them into different folders.",
  }),
  stepsNotMerged: defineKind({
    code: "SAGA7002",
    slug: "steps-not-merged",
    severity: "warning",
    message: "`{path}` was left as it is: {why}.",
    note: "A build adds missing handlers to the object literal of `export const steps`, and touches nothing that it does not understand.",
    help: "Write `export const steps: {type} = { … };` there and build again, or keep the handlers complete yourself (`--no-steps`).",
  }),
  unreadableSource: defineKind({
    code: "SAGA7003",
    slug: "unreadable-source",
    severity: "error",
    message: "{why}",
    note: null,
    help: "Sources are UTF-8 text without `\\` in their paths, and links stay inside the project.",
  }),
  graphTooLarge: defineKind({
    code: "SAGA7004",
    slug: "graph-too-large",
    severity: "error",
    message: "The picture of `{saga}` would have {edges} lines; {most} can be laid out as SVG.",
    note: null,
    help: "Draw it as Mermaid, DOT or JSON, or move a part of it to a saga of its own that it calls.",
  }),
  releasedChanged: defineKind({
    code: "SAGA7020",
    slug: "released-changed",
    severity: "error",
    message: "`{saga}` version {version} is released, and is another one now.",
    note: "Sagas that began with it are still to end with it, as it was.",
    help: "Raise it: `version {next}`. If the change is not meant, take it back; `sagac diff` says what changed.",
  }),
  versionRetired: defineKind({
    code: "SAGA7021",
    slug: "version-retired",
    severity: "error",
    message: "`{saga}` version {version} is retired, and its number is never given again.",
    note: null,
    help: "Raise it: `version {next}`.",
  }),
  releasedDropped: defineKind({
    code: "SAGA7022",
    slug: "released-dropped",
    severity: "error",
    message: "`{saga}` version {version} is released, and no source declares the saga any more.",
    note: "Sagas that began with it may still be under way; without it nothing would end them.",
    help: "Bring the saga back. When none of its sagas is left: `sagac release --retire {saga}@{version}`.",
  }),
  releasedDamaged: defineKind({
    code: "SAGA7023",
    slug: "released-damaged",
    severity: "error",
    message: "The files of `{saga}` version {version} in `{folder}` are not those that were released: {what}.",
    note: "Sagas that began with it are still to end with it, as it was.",
    help: "Bring them back from version control.",
  }),
  versionUnsaid: defineKind({
    code: "SAGA7024",
    slug: "version-unsaid",
    severity: "error",
    message: "`{saga}` does not say its version, so it cannot be released.",
    note: null,
    help: "Say `version {version}` in it.",
  }),
  calleeUnreleased: defineKind({
    code: "SAGA7025",
    slug: "callee-unreleased",
    severity: "error",
    message: "`{saga}` calls `{callee}` version {version}, which is not released.",
    note: "A saga ends on the versions it began with, also of the sagas that it calls.",
    help: "Release both: name the source of `{callee}` too.",
  }),
} as const;

/** Why sagac could not do what it was asked; exit code 2. `{name}` is a placeholder. */
export const USAGE_PROBLEMS = {
  "wrong-arguments": {
    code: "SAGA7101",
    message: "{detail}",
    help: "`sagac --help` and `sagac <command> --help` list what there is.",
  },
  "no-such-path": {
    code: "SAGA7102",
    message: "There is no file or folder `{path}`.",
    help: 'Name `.saga` files, folders that hold some, or a pattern in quotes: `"sagas/**/*.saga"`.',
  },
  "not-a-saga-file": {
    code: "SAGA7103",
    message: "`{path}` is not a `.saga` file.",
    help: "Name `.saga` files, folders that hold some, or a pattern.",
  },
  "no-sources": {
    code: "SAGA7104",
    message: "The folder `{path}` holds no `.saga` file.",
    help: "`node_modules`, `dist` and `generated` are not looked into.",
  },
  "no-match": {
    code: "SAGA7105",
    message: "No `.saga` file matches `{path}`.",
    help: "`node_modules`, `dist` and `generated` are not looked into. Patterns are relative to the present folder.",
  },
  "cannot-access": {
    code: "SAGA7106",
    message: "`{path}` cannot be read or written ({reason}).",
    help: "Look at its permissions and at what stands in its place, then build again.",
  },
  "not-ours": {
    code: "SAGA7108",
    message: "`{path}` was not written by sagac, so it is not overwritten.",
    help: "Move or delete it, or choose another folder with `--out-dir`.",
  },
  "changed-meanwhile": {
    code: "SAGA7109",
    message: "`{path}` changed during the build, so it was left as it is.",
    help: "Build again.",
  },
  "several-sagas": {
    code: "SAGA7111",
    message: "There are {count} sagas ({names}), and one of them goes to stdout.",
    help: "Choose one with `--saga <name>`, or write all of them into a folder with `--out-dir <dir>`.",
  },
  "no-such-saga": {
    code: "SAGA7112",
    message: "There is no saga `{name}` in the sources that were named.",
    help: "{help}",
  },
  "no-such-code": {
    code: "SAGA7113",
    message: "There is no error `{asked}`.",
    help: "{help}",
  },
  "which-saga": {
    code: "SAGA7120",
    message: "There are {count} sagas ({names}), and one is simulated at a time.",
    help: "Name it after the file: `sagac simulate <file> <saga>`.",
  },
  "wrong-simulation": {
    code: "SAGA7121",
    message: "{detail}",
    help: "{help}",
  },
  "not-installed": {
    code: "SAGA7122",
    message: "`{name}` is not found from `{path}`, so the saga cannot be run.",
    help: "Install it where the saga would run: `npm install {name}`.",
  },
  "against-unreadable": {
    code: "SAGA7144",
    message: "`{against}` cannot be compared with: {why}.",
    help: "Name a branch, tag or commit, a folder with sources, or a `.plan.json` of this version of sagac.",
  },
  "bad-lock": {
    code: "SAGA7140",
    message: "`{path}` cannot be read: line {line}: {why}.",
    help: "It is written by `sagac release` alone: bring it back from version control.",
  },
  "not-below-lock": {
    code: "SAGA7143",
    message: "`{path}` is not below the folder of `{lock}`, which is to say where released files are.",
    help: "Choose a folder inside the project with `--out-dir`.",
  },
  "no-such-version": {
    code: "SAGA7141",
    message: "There is no released version `{asked}` to retire.",
    help: "{help}",
  },
  "version-in-use": {
    code: "SAGA7142",
    message: "`{name}` is what its source still says, so it cannot be retired.",
    help: "Raise the saga's `version` first, and build.",
  },
  "version-called": {
    code: "SAGA7145",
    message: "`{caller}` is kept, and calls `{name}`, so that cannot be retired.",
    help: "Retire both: `sagac release --retire {caller} --retire {name}`, or the caller first.",
  },
  "bad-tsconfig": {
    code: "SAGA7107",
    message: "`{path}` cannot be read, so the extension of imports is not known ({reason}).",
    help: "Mend it, or say `--import-extension .ts`, `.js` or `none`.",
  },
  "is-there": {
    code: "SAGA7132",
    message: "There is a file `{path}` already.",
    help: "Take another name, or move it.",
  },
  "bad-config": {
    code: "SAGA7130",
    message: "`{path}` is no configuration of sagac: {why}.",
    help: "{help}",
  },
  "bad-target": {
    code: "SAGA7131",
    message: "The target `{name}` of the configuration cannot make files of `{saga}`: {why}.",
    help: "A target is `{ name, emit: (plan, options) => [{ path, text }] }`, and writes below the generated folder.",
  },
  "no-xstate": {
    code: "SAGA7110",
    message: "`xstate` is not found from `{path}`, so its machine cannot be walked.",
    help: "Install it where the machine would run: `npm install xstate`.",
  },
} as const satisfies Record<string, { code: DiagnosticCode; message: string; help: string }>;

export type UsageProblem = keyof typeof USAGE_PROBLEMS;

/** Not a fault of the sources, and not a bug: wrong use, or a system that does not let us. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code: DiagnosticCode;
  readonly slug: UsageProblem;
  readonly help: string;

  constructor(slug: UsageProblem, values: Readonly<Record<string, string>>) {
    const { code, message, help } = USAGE_PROBLEMS[slug];
    const fill = (text: string): string => text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
    super(fill(message));
    this.slug = slug;
    this.code = code;
    this.help = fill(help);
  }
}
