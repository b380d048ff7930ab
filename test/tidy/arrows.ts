import type { Import } from "./imports.ts";

/** A part of the tree, and all the other parts that it may import. The first zone whose `files` match is a file's own. */
export interface Zone {
  readonly name: string;
  readonly files: RegExp;
  readonly may: readonly string[];
  /** Imports that are gone at run time. */
  readonly mayTypes?: readonly string[];
  /** Only by `await import(…)`. */
  readonly mayLazily?: readonly string[];
  readonly because: string;
}

/** The compiler's phases in their order, and what surrounds them. Nothing later reaches back: compare ARCHITECTURE.md. */
const SOURCE = ["bug", "source"];
const DIAGNOSTICS = [...SOURCE, "grammar", "diagnostics"];
const AST = [...DIAGNOSTICS, "ast"];
const CHECK = [...AST, "check"];
const EMIT = [...SOURCE, "plan-contract", "emit"];
const COMPILER = [
  ...CHECK,
  "codes",
  "plan-contract",
  "plan",
  "emit",
  "merge",
  "diff",
  "verify",
  "release",
  "pipeline",
  "version",
  "fixes",
  "format",
  "config",
];

export const ZONES: readonly Zone[] = [
  { name: "grammar", files: /^grammar\//, may: ["grammar"], because: "it is what is written, and knows of no meaning" },

  { name: "version", files: /^compiler\/version\.ts$/, may: [], because: "it is one fact" },
  { name: "bug", files: /^compiler\/bug\.ts$/, may: [], because: "everything may need it" },
  { name: "source", files: /^compiler\/source\//, may: SOURCE, because: "texts and places come before everything else" },
  {
    name: "codes",
    files: /^compiler\/diagnostics\/codes\.ts$/,
    may: [...CHECK, "codes"],
    because: "it collects what each rule declares",
  },
  {
    name: "diagnostics",
    files: /^compiler\/diagnostics\//,
    may: DIAGNOSTICS,
    because: "every phase reports, so reporting knows no phase",
  },
  { name: "ast", files: /^compiler\/ast\//, may: AST, because: "a tree is built before anything is known of it" },
  {
    name: "check",
    files: /^compiler\/check\//,
    may: [...CHECK, "plan-contract"],
    because: "it judges the tree, before there is a plan",
  },
  {
    name: "plan-contract",
    files: /^compiler\/plan\/(plan|plan-expr|plan-nodes|expressions|nodes|units|canonical|worst-case)\.ts$/,
    may: ["plan-contract"],
    because: "emitters, engines and other tools read it alone",
  },
  { name: "plan", files: /^compiler\/plan\//, may: [...CHECK, "plan-contract", "plan"], because: "it lowers what was checked" },
  { name: "emit", files: /^compiler\/emit\//, may: EMIT, because: "an emitter reads the plan and no tree" },
  {
    name: "merge",
    files: /^compiler\/merge\//,
    may: [...EMIT, "merge"],
    because: "it edits the user's file by the plan and the emitted stubs",
  },
  { name: "diff", files: /^compiler\/diff\//, may: [...DIAGNOSTICS, "plan-contract", "diff"], because: "it compares plans" },
  {
    name: "verify",
    files: /^compiler\/verify\//,
    may: [...EMIT, "verify"],
    because: "it walks plans and what is emitted of them",
  },
  {
    name: "release",
    files: /^compiler\/release\//,
    may: [...EMIT, "plan", "verify", "version", "release"],
    because: "what is kept of a version is its plan and what is made of it",
  },
  {
    name: "simulate",
    files: /^compiler\/simulate\//,
    may: [...COMPILER, "simulate"],
    mayTypes: ["runtime"],
    mayLazily: ["runtime"],
    because: "only who simulates needs the runtime",
  },
  { name: "fixes", files: /^compiler\/fixes\//, may: [...CHECK, "fixes"], because: "a fix edits text by what the checker knows" },
  { name: "format", files: /^compiler\/format\//, may: [...AST, "format"], because: "a file is formatted by its tree" },
  {
    name: "config",
    files: /^compiler\/config\//,
    may: [...DIAGNOSTICS, "config"],
    because: "it is read before anything is compiled",
  },
  { name: "pipeline", files: /^compiler\/(pipeline|emit-saga)\.ts$/, may: COMPILER, because: "it calls the phases" },
  {
    name: "service",
    files: /^compiler\/service\//,
    may: [...COMPILER, "service"],
    because: "an editor's questions are answered from the phases",
  },
  { name: "lsp", files: /^compiler\/lsp\//, may: [...SOURCE, "service", "lsp", "version"], because: "it is wiring" },
  {
    name: "compiler-testing",
    files: /^compiler\/testing\//,
    may: [...COMPILER, "service", "compiler-testing"],
    because: "it is for the tests of those who extend sagac",
  },
  {
    name: "cli",
    files: /^compiler\/cli\//,
    may: [...COMPILER, "service", "cli"],
    mayTypes: ["simulate"],
    mayLazily: ["simulate", "lsp"],
    because: "it is the outermost part",
  },
  { name: "compiler", files: /^compiler\/index\.ts$/, may: [...COMPILER, "service"], because: "it says what is public" },

  {
    name: "runtime",
    files: /^runtime\//,
    may: ["runtime"],
    mayTypes: ["plan-contract"],
    because: "generated machines come to it as values",
  },

  {
    name: "sagas",
    files: /^sagas\//,
    may: ["sagas", "runtime", "compiler", "compiler-testing"],
    because: "an example uses the packages as a user would",
  },
  {
    name: "bench",
    files: /^bench\//,
    may: ["bench", "sagas", "runtime", "compiler", "test"],
    because: "it measures what a user would get, on a saga of the tests where no example has the construct",
  },
  {
    name: "vscode-extension",
    files: /^vscode-extension\//,
    may: ["vscode-extension", "lsp"],
    because: "what it knows of the language it asks the language server",
  },
  { name: "scripts", files: /^scripts\//, may: ["scripts"], because: "they run the tools from outside" },
  { name: "test", files: /^(test\/|vitest\.)/, may: ["*"], because: "a test may look everywhere" },
];

/** The folders that are published: from outside they are named, never reached by a path. */
const PACKAGES = ["grammar", "compiler", "runtime"] as const;

/** What is wrong with one import, in one sentence; `null` if nothing is. */
export function judge({ from, to, kind, byName, line, specifier }: Import): string | null {
  if (to === null) return null;
  const where = `${from}:${line} imports ${specifier}`;
  const mine = zoneOf(from);
  const other = zoneOf(to);
  if (mine === undefined)
    return `${from} belongs to no zone of test/tidy/arrows.ts: add its folder there, and to the layout in ARCHITECTURE.md`;
  if (other === undefined) return `${where}: ${to} belongs to no zone of test/tidy/arrows.ts`;
  const allowed =
    mine.may.includes("*") ||
    mine.may.includes(other.name) ||
    (kind === "type" && mine.mayTypes?.includes(other.name)) ||
    (kind === "lazy" && mine.mayLazily?.includes(other.name));
  if (!allowed) return `${where}: "${mine.name}" does not import "${other.name}" (${kind}), because ${mine.because}`;

  const home = packageOf(from);
  const target = packageOf(to);
  if (mine.name !== "test" && target !== null && target !== home && !byName)
    return `${where}: another package is imported by its name, as its users do`;
  if (home !== null && target === home && byName) return `${where}: inside a package, files are imported by their path`;
  return null;
}

function zoneOf(file: string): Zone | undefined {
  return ZONES.find(({ files }) => files.test(file));
}

function packageOf(file: string): string | null {
  return PACKAGES.find((folder) => file.startsWith(`${folder}/`)) ?? null;
}
