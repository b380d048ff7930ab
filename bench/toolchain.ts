/**
 * `npm run bench:toolchain`: how long people wait for the tools. The command line: its start, `check` and `build` of a saga of a thousand steps.
 * The editor: the language server over stdio on a project of 200 files and 10,000 lines, from an edit to what is wrong in the file. With the
 * memory of each. What counts is the packed package, as users have it; the sources, whose types Node strips at each start, are for comparison.
 * Best and middle of several rounds: on a machine that is busy with other things the best says more.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { startClient } from "../test/lsp/client.ts";
import { installPacked } from "./packed.ts";
import { projectOf, sagaOf } from "./toolchain-sources.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    edits: { type: "string", default: "100" },
    steps: { type: "string", default: "1000" },
    files: { type: "string", default: "200" },
    sagac: { type: "string" },
  },
});
const [rounds, edits, steps, files] = [values.rounds, values.edits, values.steps, values.files].map(Number) as [
  number,
  number,
  number,
  number,
];
const LINES_EACH = 50;

const SOURCES = join(import.meta.dirname, "../compiler/cli/main.ts");

/** A process says at its end what it has used. */
const REPORTING = `data:text/javascript,${encodeURIComponent(`
process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.stderr.write("\\nused " + (userCPUTime + systemCPUTime) / 1000 + " " + maxRSS / 1024 + "\\n");
});`)}`;

const folder = mkdtempSync(join(tmpdir(), "sagac-bench-"));
try {
  const mains: readonly (readonly [string, string])[] =
    values.sagac === undefined
      ? [
          ["the packed package: what counts", installPacked(join(folder, "packed"))],
          ["the sources", SOURCES],
        ]
      : [[values.sagac, values.sagac]];
  for (const [what, main] of mains) {
    process.stdout.write(`\n## ${what}\n\n`);
    print(["what", "best ms", "middle ms", "worst ms", "CPU ms", "memory MiB"]);
    print(["---", "---:", "---:", "---:", "---:", "---:"]);
    await commandRows(main);
    await editorRows(join(folder, "project"), main);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function commandRows(main: string): Promise<void> {
  const long = join(folder, "long");
  // In `node_modules` a build leaves what the next one need not do again.
  write(long, { "package.json": '{ "type": "module" }\n', "long.saga": sagaOf(steps), "node_modules/.keep": "" });
  const small = join(folder, "small");
  write(small, { "package.json": '{ "type": "module" }\n', "small.saga": sagaOf(3) });
  await commandRow(main, "start: `sagac --version`", small, ["--version"]);
  await commandRow(main, "`check` of 3 steps", small, ["check"]);
  await commandRow(main, `\`check\` of ${steps} steps`, long, ["check"]);
  const clean = (): void => {
    for (const each of ["generated", "node_modules/.cache"]) rmSync(join(long, each), { recursive: true, force: true });
  };
  await commandRow(main, `first \`build\` of ${steps} steps`, long, ["build"], clean);
  await commandRow(main, "`build` again, nothing changed", long, ["build"]);
}

async function commandRow(
  main: string,
  what: string,
  cwd: string,
  args: readonly string[],
  before = (): void => {},
): Promise<void> {
  const runs: Run[] = [];
  for (let round = 0; round < rounds; round += 1) {
    before();
    runs.push(await run(main, cwd, args));
  }
  const cpuMs = Math.min(...runs.map((each) => each.cpuMs));
  row(
    what,
    runs.map(({ ms }) => ms),
    cpuMs,
    Math.max(...runs.map(({ mib }) => mib)),
  );
}

async function editorRows(project: string, main: string): Promise<void> {
  const texts = projectOf(files, LINES_EACH);
  write(project, { "package.json": "{}\n", ...texts });
  const uriOf = (path: string): string => pathToFileURL(join(project, path)).href;
  const beganMs = performance.now();
  const client = await startClient([project], {}, ["--import", REPORTING], [main, "lsp"]);
  const flow = "flows/flow-5.saga";
  await client.open(uriOf(flow), texts[flow] ?? "");
  const opened = [performance.now() - beganMs];
  const others = Object.keys(texts).filter((path) => path !== flow);
  for (const path of others.slice(0, 20)) await client.open(uriOf(path), texts[path] ?? "");

  const timed = async (act: (round: number) => Promise<unknown>): Promise<number[]> => {
    const times: number[] = [];
    for (let round = 0; round < edits; round += 1) {
      const startedMs = performance.now();
      await act(round);
      times.push(performance.now() - startedMs);
    }
    return times;
  };
  /** Types a letter into a word in the middle, and takes it away again. */
  const edit = (path: string) => {
    const before = (texts[path] ?? "").split("\n");
    const line = before.findIndex((each, at) => at >= before.length / 2 && /\w/.test(each));
    const character = (before[line] ?? "").search(/\w/) + 1;
    return (round: number) => {
      const end = { line, character: character + (round % 2) };
      return client.edit(uriOf(path), [{ range: { start: { line, character }, end }, text: round % 2 === 0 ? "x" : "" }]);
    };
  };
  const shared = "shared/common-0.saga";
  const lines = Object.values(texts).reduce((sum, text) => sum + text.split("\n").length, 0);
  const size = `${Object.keys(texts).length} files, ${lines.toLocaleString("en")} lines`;
  row(`editor, ${size}: from the start to what is wrong in the first file`, opened);
  row("edit of a saga → what is wrong", await timed(edit(flow)));
  row("edit of a file that 19 import → what is wrong in it", await timed(edit(shared)));
  const { connection } = client;
  const textDocument = { uri: uriOf(flow) };
  const position = { line: 8, character: 9 };
  const ask = (method: string, params: object) => () => connection.sendRequest(method, { textDocument, ...params });
  row("completion", await timed(ask("textDocument/completion", { position })));
  row("hover", await timed(ask("textDocument/hover", { position })));
  row("format", await timed(ask("textDocument/formatting", { options: { tabSize: 2, insertSpaces: true } })));
  const service = { line: 3, character: 9 };
  const context = { includeDeclaration: true };
  const inShared = { textDocument: { uri: uriOf(shared) }, position: service, context };
  row("references in all files", await timed(() => connection.sendRequest("textDocument/references", inShared)));
  await client.stop();
  const { cpuMs, mib } = reported(client.errors());
  print(["the server's process, all in all", "", "", "", cpuMs.toFixed(0), mib.toFixed(0)]);
}

interface Run {
  readonly ms: number;
  readonly cpuMs: number;
  readonly mib: number;
}

function run(main: string, cwd: string, args: readonly string[]): Promise<Run> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ["--import", REPORTING, main, ...args], {
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.on("close", (code) => {
      if (code === 0) resolve({ ms: performance.now() - startedMs, ...reported(errors) });
      else reject(new Error(`sagac ${args.join(" ")} ended with ${code}: ${errors}`));
    });
  });
}

function reported(errors: string): Omit<Run, "ms"> {
  const [, cpuMs, mib] = /^used ([\d.]+) ([\d.]+)$/m.exec(errors) ?? [];
  return { cpuMs: Number(cpuMs), mib: Number(mib) };
}

function row(what: string, times: readonly number[], cpuMs: number | null = null, mib: number | null = null): void {
  const sorted = [...times].sort((a, b) => a - b);
  const shown = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)].map((time) =>
    (time ?? 0).toFixed(time !== undefined && time < 10 ? 1 : 0),
  );
  print([what, ...shown, cpuMs?.toFixed(0) ?? "", mib?.toFixed(0) ?? ""]);
}

function print(cells: readonly string[]): void {
  process.stdout.write(`| ${cells.join(" | ")} |\n`);
}

function write(at: string, texts: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), text);
  }
}
