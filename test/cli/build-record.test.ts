import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { runCli } from "../../compiler/cli/run.ts";
import { emitSaga } from "../../compiler/emit-saga.ts";
import { compile } from "../../compiler/pipeline.ts";
import { scratchFolder } from "../kit/scratch.ts";
import { sagaText, tree } from "./sagac.ts";

vi.mock("../../compiler/pipeline.ts", { spy: true });
vi.mock("../../compiler/emit-saga.ts", { spy: true });

const IMPORTING = `import { Shared } from "./shared.saga"
import type { Extra } from "./extra.ts"
${sagaText("Alpha").replace("id: uuid", "id: uuid, s: Shared, e: Extra").replace("saga ", "service people { idempotent for 1d }\n\nsaga ")}`;

const FILES = {
  "package.json": '{ "type": "module" }\n',
  "node_modules/.keep": "",
  "flows/a.saga": IMPORTING,
  "flows/b.saga": sagaText("Beta").replace("saga ", "service people { idempotent for 1d }\n\nsaga "),
  "flows/shared.saga": "type Shared = { a: int }\n",
  "flows/extra.ts": 'export type { Extra } from "./more.js";\n',
  "flows/more.d.ts": "export type Extra = { b: string };\n",
};

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether sources were compiled. */
  readonly compiled: boolean;
  /** Sagas that were written out. */
  readonly emitted: readonly string[];
}

async function run(cwd: string, ...args: string[]): Promise<Run> {
  vi.mocked(compile).mockClear();
  vi.mocked(emitSaga).mockClear();
  const text = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof text) => ({
    write(part: string) {
      text[name] += part;
      return true;
    },
  });
  const code = await runCli(args, { cwd, env: {}, stdout: stream("stdout"), stderr: stream("stderr") });
  const emitted = vi.mocked(emitSaga).mock.calls.map(([plan]) => plan.saga);
  return { code, ...text, compiled: vi.mocked(compile).mock.calls.length > 0, emitted: emitted.sort() };
}

async function built(files: Readonly<Record<string, string>> = FILES): Promise<string> {
  const folder = scratchFolder(files);
  expect(await run(folder, "build")).toMatchObject({ code: 0, compiled: true });
  return folder;
}

/** All but the record. */
function made(folder: string): Record<string, string> {
  return Object.fromEntries(Object.entries(tree(folder)).filter(([path]) => !path.startsWith("node_modules/")));
}

describe("sagac build, again", () => {
  it("compiles nothing where nothing has changed, and says what it would have said", async () => {
    const folder = await built();
    const before = made(folder);
    expect(await run(folder, "build")).toEqual({
      code: 0,
      stdout: "",
      stderr: "2 sagas, 10 files, 0 written\n",
      compiled: false,
      emitted: [],
    });
    expect(made(folder)).toEqual(before);
    rmSync(join(folder, "node_modules/.cache"), { recursive: true });
    expect(await run(folder, "build")).toMatchObject({ stderr: "2 sagas, 10 files, 0 written\n", compiled: true });
  });

  const write = (path: string, text: string) => (folder: string) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const append = (path: string, text: string) => (folder: string) => appendFileSync(join(folder, path), text);
  const remove = (path: string) => (folder: string) => rmSync(join(folder, path));

  it.each<[what: string, change: (folder: string) => void, emitted: readonly string[]]>([
    ["a source", write("flows/b.saga", sagaText("Beta", "wave")), ["Beta"]],
    ["only a comment of a source", append("flows/b.saga", "// more\n"), []],
    ["a source that is imported", write("flows/shared.saga", "type Shared = { a: int, c: string }\n"), ["Alpha"]],
    ["a module that an imported one imports", write("flows/more.d.ts", "export type Extra = { c: string };\n"), ["Alpha"]],
    ["a module that is found before the one that was", write("flows/more.ts", "export type Extra = { d: string };\n"), ["Alpha"]],
    ["a new source", write("flows/c.saga", sagaText("Gamma")), ["Gamma"]],
    ["a source that is gone", remove("flows/b.saga"), []],
    ["a generated file", append("flows/generated/beta.types.ts", "// mine\n"), ["Beta"]],
    ["a generated file that is gone", remove("flows/generated/beta.machine.ts"), ["Beta"]],
    ["a file of steps that is gone", remove("flows/beta.steps.ts"), []],
    ["a file of steps that lacks one", write("flows/beta.steps.ts", "export const steps: BetaSteps = {};\n"), []],
    ["tests that are asked for", write("flows/generated/beta.machine.test.ts", ""), ["Beta"]],
    [
      "what tsconfig wants of imports",
      write("tsconfig.json", '{ "compilerOptions": { "module": "nodenext" } }'),
      ["Alpha", "Beta"],
    ],
    ["a configuration", write("sagac.config.json", '{ "importExtension": "none" }'), ["Alpha", "Beta"]],
    ["where the project begins", write("flows/package.json", "{}"), []],
    ["a lock", write("saga.lock", ""), []],
    ["a lock that is nearer", write("flows/saga.lock", ""), []],
  ])("sees %s, and does what a build without a record does", async (_, change, emitted) => {
    const folder = await built();
    change(folder);
    const other = scratchFolder(made(folder));
    const again = await run(folder, "build");
    expect(again).toMatchObject({ compiled: true, emitted });
    const anew = await run(other, "build");
    expect(existsSync(join(other, "node_modules"))).toBe(false);
    expect([again.code, again.stdout, again.stderr]).toEqual([anew.code, anew.stdout, anew.stderr]);
    expect(made(folder)).toEqual(made(other));
    expect(await run(folder, "build"), "and has a record of that").toMatchObject({ code: 0, compiled: false });
  });

  it.each([
    ["flows/alpha.steps.ts", "steps"],
    ["saga.lock", "a lock"],
  ])("sees %s that changes while the build goes on", async (path) => {
    const folder = await built({ ...FILES, "saga.lock": "" });
    rmSync(join(folder, "node_modules/.cache"), { recursive: true });
    const actual = await vi.importActual<typeof import("../../compiler/emit-saga.ts")>("../../compiler/emit-saga.ts");
    vi.mocked(emitSaga)
      .mockImplementationOnce(actual.emitSaga)
      .mockImplementationOnce((...asked) => {
        appendFileSync(join(folder, path), path.endsWith(".ts") ? "// later\n" : "# later\n");
        return actual.emitSaga(...asked);
      });
    expect(await run(folder, "build")).toMatchObject({ code: 0, emitted: ["Alpha", "Beta"] });
    expect(readFileSync(join(folder, path), "utf8")).toContain("later");
    expect(await run(folder, "build"), "it was not read so").toMatchObject({ code: 0, compiled: true, emitted: [] });
    expect(await run(folder, "build")).toMatchObject({ code: 0, compiled: false });
  });

  it("says warnings again", async () => {
    const folder = await built({ ...FILES, "flows/b.saga": `// sagac-ignore SAGA2030: not needed\n${sagaText("Beta")}` });
    const again = await run(folder, "build");
    expect(again).toMatchObject({ code: 0, compiled: true, emitted: [] });
    expect(again.stderr).toContain("warning");
  });

  it("says again which sagas were not part of it", async () => {
    const caller = sagaText("Caller")
      .replace("saga ", 'import { Beta } from "./b.saga"\nsaga ')
      .replace("output { greet.at }", "call Beta as b { input { input.id } }\n  output { greet.at }");
    const folder = scratchFolder({ ...FILES, "flows/c.saga": caller });
    const first = await run(folder, "build", "flows/c.saga");
    expect(first.stderr).toContain("`Beta` is imported");
    const again = await run(folder, "build", "flows/c.saga");
    expect(again).toMatchObject({ code: 0, compiled: false });
    expect(again.stderr).toContain("`Beta` is imported, but flows/b.saga was not part of this build: build it as well.\n");
  });

  it("sees what becomes of released versions", async () => {
    const folder = scratchFolder({ ...FILES, "flows/b.saga": sagaText("Beta").replace("timeout", "version 1\n  timeout") });
    expect(await run(folder, "release", "--saga", "Beta")).toMatchObject({ code: 0 });
    await run(folder, "build");
    expect(await run(folder, "build")).toMatchObject({ code: 0, compiled: false });
    const version = join(folder, "flows/generated/beta.v1");
    for (const change of [
      () => appendFileSync(join(version, "beta.machine.ts"), "// mine\n"),
      () => writeFileSync(join(version, "mine.ts"), ""),
    ]) {
      const kept = tree(version);
      change();
      const run1 = await run(folder, "build");
      expect(run1).toMatchObject({ code: 1, compiled: true });
      expect(run1.stderr).toContain("SAGA7023");
      for (const name of readdirSync(version)) rmSync(join(version, name));
      for (const [name, text] of Object.entries(kept)) writeFileSync(join(version, name), text);
      expect(await run(folder, "build")).toMatchObject({ code: 0, compiled: false });
    }
    // A saga of another source is dropped only where all sources are known: that is asked of the folder.
    writeFileSync(join(folder, "other.saga"), sagaText("Other"));
    expect(await run(folder, "build", "flows")).toMatchObject({ code: 0, compiled: true });
  });

  it.each<[option: string, emitted: readonly string[]]>([
    ["--check", ["Alpha", "Beta"]],
    ["--frozen", ["Alpha", "Beta"]],
    ["--dry-run", ["Alpha", "Beta"]],
    ["--clean", []],
    ["--list-files", []],
    ["--format=json", []],
  ])("compiles with %s whatever the record says", async (option, emitted) => {
    const folder = await built();
    expect(await run(folder, "build", option)).toMatchObject({ code: 0, compiled: true, emitted });
    expect(await run(folder, "build")).toMatchObject({ code: 0, compiled: false });
  });

  it.each<[what: string, change: (text: string) => string]>([
    ["cut", (text) => text.slice(0, -20)],
    ["changed", (text) => text.replace('"sagaCount":2', '"sagaCount":3')],
    ["another sagac's", (text) => text.replace("sagac 0.", "sagac 99.")],
    ["empty", () => ""],
  ])("a record that is %s is none", async (_, change) => {
    const folder = await built();
    const records = join(folder, "node_modules/.cache/sagac");
    const path = join(records, readdirSync(records)[0] ?? "");
    const text = readFileSync(path, "utf8");
    expect(change(text)).not.toBe(text);
    writeFileSync(path, change(text));
    expect(await run(folder, "build")).toMatchObject({ code: 0, compiled: true, emitted: ["Alpha", "Beta"] });
    expect(readFileSync(path, "utf8"), "a new one stands there").toBe(text);
  });

  it("does without where there is no place for one", async () => {
    const folder = await built({ ...FILES, "node_modules/.cache": "a file" });
    expect(await run(folder, "build")).toMatchObject({ code: 0, compiled: true, stderr: "2 sagas, 10 files, 0 written\n" });
  });
});
