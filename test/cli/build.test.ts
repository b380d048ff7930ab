import { cpSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, scratchFolder } from "../kit/scratch.ts";
import { BROKEN, sagac, sagaText, tree } from "./sagac.ts";

const GENERATED = ["machine.ts", "plan.json", "saga.ts", "types.ts", "validators.ts"];
describe("a first build", () => {
  it("writes the generated folder and the steps file beside each source, and lists them on stdout", async () => {
    const folder = scratchFolder({
      "a/hello.saga": sagaText("HelloWorld"),
      "b/two.saga": sagaText("One") + sagaText("Two", "wave"),
    });
    const run = await sagac(["build"], folder);
    const expected = [
      ...GENERATED.map((end) => `a/generated/hello-world.${end}`),
      "a/hello-world.steps.ts",
      ...["one", "two"].flatMap((stem) => [...GENERATED.map((end) => `b/generated/${stem}.${end}`), `b/${stem}.steps.ts`]),
    ].sort();
    expect(run).toMatchObject({ code: 0, stderr: "3 sagas, 18 files, 18 written\n" });
    expect(run.stdout.trim().split("\n").sort()).toEqual(expected);
    expect(Object.keys(tree(folder)).filter((path) => !path.endsWith(".saga"))).toEqual(expected);
  });

  it("writes into --out-dir, flat, and the steps file still beside the source", async () => {
    const folder = scratchFolder({ "src/sagas/a/hello.saga": sagaText("HelloWorld") });
    const run = await sagac(["build", "--out-dir", "src/made"], folder);
    expect(run.code).toBe(0);
    const files = tree(folder);
    expect(Object.keys(files)).toEqual([
      ...GENERATED.map((end) => `src/made/hello-world.${end}`),
      "src/sagas/a/hello-world.steps.ts",
      "src/sagas/a/hello.saga",
    ]);
    expect(files["src/sagas/a/hello-world.steps.ts"]).toContain('from "../../made/hello-world.saga.ts"');
    expect(files["src/made/hello-world.types.ts"]).toContain("from sagas/a/hello.saga (plan");
  });

  it("writes tests of the machines when asked, and keeps them up to date from then on", async () => {
    const folder = scratchFolder({ "hello.saga": sagaText("Hello") });
    const path = "generated/hello.machine.test.ts";
    expect((await sagac(["build"], folder)).stdout).not.toContain(path);
    expect(await sagac(["build", "--tests"], folder)).toMatchObject({ code: 0, stdout: `${path}\n` });
    expect(tree(folder)[path]).toContain('from "sagac/testing"');
    writeFileSync(join(folder, "hello.saga"), sagaText("Hello").replace("timeout 1h", "timeout 2h"));
    expect((await sagac(["build"], folder)).stdout).toContain(path);
  });

  it.each([
    [".js", '"./hello.types.js"', '"./generated/hello.saga.js"'],
    ["none", '"./hello.types"', '"./generated/hello.saga"'],
  ])("ends imports as --import-extension %s says", async (extension, inside, beside) => {
    const folder = scratchFolder({ "hello.saga": sagaText("Hello") });
    await sagac(["build", "--import-extension", extension], folder);
    const files = tree(folder);
    expect(files["generated/hello.saga.ts"]).toContain(inside);
    expect(files["generated/hello.machine.ts"]).toContain(inside);
    expect(files["hello.steps.ts"]).toContain(beside);
  });

  it("ends imports as the nearest tsconfig wants it", async () => {
    const tsconfig = JSON.stringify({ compilerOptions: { moduleResolution: "bundler" } });
    const folder = scratchFolder({ "hello.saga": sagaText("Hello"), "tsconfig.json": tsconfig });
    await sagac(["build"], folder);
    expect(tree(folder)["generated/hello.saga.ts"]).toContain('"./hello.types"');
  });

  it("says all of it as JSON alone when asked", async () => {
    const folder = scratchFolder({ "hello.saga": sagaText("Hello") });
    const run = await sagac(["build", "--format", "json"], folder);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(run.stdout)).toMatchObject({
      schema: 1,
      command: "build",
      exitCode: 0,
      problem: null,
      diagnostics: [],
      sagas: [
        {
          saga: "Hello",
          source: "hello.saga",
          files: expect.arrayContaining([
            { path: "generated/hello.types.ts", action: "written" },
            { path: "hello.steps.ts", action: "written" },
          ]),
          steps: { path: "hello.steps.ts", state: "created", notes: [] },
        },
      ],
    });
  });
});

describe("a second build", () => {
  it("writes nothing that would not differ, and leaves the times of the files", async () => {
    const folder = scratchFolder({ "hello.saga": sagaText("Hello") });
    await sagac(["build"], folder);
    const old = new Date("2020-01-01T00:00:00Z");
    const paths = Object.keys(tree(folder)).filter((path) => !path.endsWith(".saga"));
    for (const path of paths) utimesSync(join(folder, path), old, old);
    const run = await sagac(["build"], folder);
    expect(run).toEqual({ code: 0, stdout: "", stderr: "1 saga, 5 files, 0 written\n" });
    for (const path of paths) expect(statSync(join(folder, path)).mtime, path).toEqual(old);
  });

  it("mends a generated file that was edited or deleted, and only that", async () => {
    const folder = scratchFolder({ "hello.saga": sagaText("Hello") });
    await sagac(["build"], folder);
    const before = tree(folder);
    writeFileSync(join(folder, "generated/hello.types.ts"), `${before["generated/hello.types.ts"]}// mine\n`);
    rmSync(join(folder, "generated/hello.plan.json"));
    const run = await sagac(["build"], folder);
    expect(run.stdout.split("\n").sort()).toEqual(["", "generated/hello.plan.json", "generated/hello.types.ts"]);
    expect(tree(folder)).toEqual(before);
  });

  it("of a changed saga adds the new handler to the user's file and reports the rest", async () => {
    const folder = scratchFolder({ "hello.saga": sagaText("Hello") });
    await sagac(["build"], folder);
    const steps = join(folder, "hello.steps.ts");
    const mine = readFileSync(steps, "utf8").replace(
      'throw new Error("people.greet is not written yet");',
      "return  { at: `mine` }",
    );
    writeFileSync(steps, mine);
    const second = "  readonly step wave on people { input { input.id } }\n  output";
    writeFileSync(
      join(folder, "hello.saga"),
      sagaText("Hello").replace("  output { greet", `${second} { greet`).replace("id: uuid", "id: string"),
    );
    const run = await sagac(["build"], folder);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain("hello.steps.ts\n");
    expect(run.stderr).toContain("  + people.wave: a stub was added\n");
    expect(run.stderr).toMatch(/ {2}~ people\.greet: .*\(line \d+\)\n/);
    const merged = readFileSync(steps, "utf8");
    expect(merged).toContain("return  { at: `mine` }");
    expect(merged).toContain("async wave(_input, _ctx) {");
    expect((await sagac(["build"], folder)).stderr).toBe("1 saga, 5 files, 0 written\n");
  });

  it("copes with a plan that somebody has damaged", async () => {
    const folder = scratchFolder({ "hello.saga": sagaText("Hello") });
    await sagac(["build"], folder);
    const before = tree(folder);
    for (const text of ['{ "schema": 1, "steps": [{}] }', '{ "schema": 99 }', '{ "saga": "Hello", "schema": 1, "ste']) {
      writeFileSync(join(folder, "generated/hello.plan.json"), text);
      expect(await sagac(["build"], folder)).toEqual({
        code: 0,
        stdout: "generated/hello.plan.json\n",
        stderr: "1 saga, 5 files, 1 written\n",
      });
      expect(tree(folder)).toEqual(before);
    }
  });

  it("warns of a steps file that it cannot read, and writes everything else", async () => {
    const folder = scratchFolder({
      "hello.saga": sagaText("Hello"),
      "hello.steps.ts": "export const steps = {\n  people: { ( }\n",
    });
    const run = await sagac(["build"], folder);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain("hello.steps.ts:2:13: warning SAGA7002 steps-not-merged");
    expect(tree(folder)["hello.steps.ts"]).toBe("export const steps = {\n  people: { ( }\n");
    expect(Object.keys(tree(folder))).toContain("generated/hello.saga.ts");
    expect((await sagac(["build", "--max-warnings", "0"], folder)).code).toBe(1);
    expect(await sagac(["build", "--no-steps"], folder)).toMatchObject({ code: 0, stderr: "1 saga, 5 files, 0 written\n" });
  });
});

describe("a build of sources with errors", () => {
  it("writes nothing at all, also not of the sound ones", async () => {
    const folder = scratchFolder({ "good.saga": sagaText("Good"), "bad.saga": BROKEN });
    const run = await sagac(["build"], folder);
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toMatch(/^bad\.saga:\d+:\d+: error SAGA\d{4} /m);
    expect(run.stderr).toContain("Nothing was written.\n");
    expect(Object.keys(tree(folder))).toEqual(["bad.saga", "good.saga"]);
  });

  it("is one JSON document too", async () => {
    const folder = scratchFolder({ "bad.saga": BROKEN });
    const run = await sagac(["build", "--format", "json"], folder);
    expect(run).toMatchObject({ code: 1, stderr: "" });
    const answer = JSON.parse(run.stdout);
    expect(answer).toMatchObject({
      exitCode: 1,
      problem: null,
      sagas: [],
      diagnostics: [{ file: "bad.saga", severity: 1 }, { severity: 1 }],
    });
    expect(answer.summary.errors).toBe(answer.diagnostics.length);
  });

  it("says where two sagas would be written to the same files", async () => {
    const twice = sagaText("PlaceOrder") + sagaText("placeOrder");
    const folder = scratchFolder({ "a.saga": twice, "sub/b.saga": sagaText("Place_Order") });
    const run = await sagac(["build", "--format", "json"], folder);
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout).diagnostics).toMatchObject([{ file: "a.saga", code: "SAGA7001" }]);
    const together = JSON.parse((await sagac(["build", "--format", "json", "--out-dir", "out"], folder)).stdout);
    expect(together.diagnostics.map((each: { file: string }) => each.file)).toEqual(["a.saga", "sub/b.saga"]);
    expect(Object.keys(tree(folder))).toEqual(["a.saga", "sub/b.saga"]);
  });

  it("tells a file that is no text as an error of the sources", async () => {
    const folder = scratchFolder({ "good.saga": sagaText("Good") });
    writeFileSync(join(folder, "bad.saga"), Buffer.from([0x73, 0xff, 0xfe, 0x00]));
    const run = await sagac(["build"], folder);
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain("bad.saga: error SAGA7003 unreadable-source: `bad.saga` is not UTF-8 text.");
  });

  it.skipIf(process.platform === "win32")("tells a file with `\\` in its name, and reads no other in its place", async () => {
    const folder = scratchFolder({ "x/y.saga": sagaText("Good") });
    writeFileSync(join(folder, "x\\y.saga"), sagaText("Other"));
    const run = await sagac(["build", "x\\y.saga"], folder);
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain("SAGA7003 unreadable-source: `x\\y.saga` has a `\\` in it, and is not read: rename it.");
  });
});

describe("what stands in the way", () => {
  it("is not overwritten when sagac did not write it", async () => {
    const mine = "export type Mine = string;\n";
    const folder = scratchFolder({ "hello.saga": sagaText("Hello"), "generated/hello.types.ts": mine });
    const run = await sagac(["build"], folder);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain("SAGA7108 not-ours: `generated/hello.types.ts`");
    expect(tree(folder)).toEqual({ "generated/hello.types.ts": mine, "hello.saga": sagaText("Hello") });
  });

  it("is named when the system refuses", async () => {
    const folder = scratchFolder({ "hello.saga": sagaText("Hello"), generated: "a file" });
    const run = await sagac(["build", "--format", "json"], folder);
    expect(run).toMatchObject({ code: 2, stderr: "" });
    expect(JSON.parse(run.stdout)).toMatchObject({
      exitCode: 2,
      problem: { slug: "cannot-access", message: expect.stringContaining("ENOTDIR") },
    });
  });
});

describe("--check", () => {
  it("writes nothing and tells what would change", async () => {
    const folder = scratchFolder({ "hello.saga": sagaText("Hello") });
    const before = await sagac(["build", "--check"], folder);
    expect(before).toMatchObject({ code: 1, stderr: "6 files would change: run `sagac build`.\n" });
    expect(before.stdout.split("\n")).toContain("hello.steps.ts");
    expect(Object.keys(tree(folder))).toEqual(["hello.saga"]);
    await sagac(["build"], folder);
    expect(await sagac(["build", "--check"], folder)).toEqual({
      code: 0,
      stdout: "",
      stderr: "1 saga, 5 files, all up to date\n",
    });
  });
});

describe("two builds of the same sources", () => {
  const sources = {
    "a/order.saga": readFileSync(join(ROOT, "sagas/place-order/place-order.saga"), "utf8"),
    "b/hello.saga": sagaText("Hello"),
  };

  it("are byte-equal on different paths, from different folders, in any order of arguments", async () => {
    const one = scratchFolder(sources);
    const two = join(scratchFolder(), "another/depth of path/größe");
    mkdirSync(two, { recursive: true });
    cpSync(one, two, { recursive: true });
    expect((await sagac(["build", "a", "b"], one)).code).toBe(0);
    const elsewhere = scratchFolder({ "deep/er/x.txt": "" });
    const paths = ["b/hello.saga", "a/order.saga"].map((path) => relative(join(elsewhere, "deep/er"), join(two, path)));
    const run = await sagac(["build", ...paths], join(elsewhere, "deep/er"), { LANG: "tr_TR.UTF-8", TZ: "Asia/Kathmandu" });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain(`${relative(join(elsewhere, "deep/er"), two)}/a/generated/place-order.machine.ts\n`);
    expect(tree(two)).toEqual(tree(one));
    for (const [path, text] of Object.entries(tree(one))) {
      expect(text, path).not.toContain(one);
      expect(text, path).not.toMatch(/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d/);
    }
  });
});

describe("sources are found", () => {
  it("in folders and by patterns, without copies and what a link leads to", async () => {
    const folder = scratchFolder({
      "a.saga": sagaText("A"),
      "sub/b.saga": sagaText("B"),
      "node_modules/p/c.saga": BROKEN,
      "dist/d.saga": BROKEN,
      "generated/e.saga": BROKEN,
    });
    symlinkSync(folder, join(folder, "sub/loop"));
    const sagas = async (...args: string[]): Promise<string[]> => {
      const run = await sagac(["check", "--format", "json", ...args], folder);
      return JSON.parse(run.stdout).sagas.map((each: { source: string }) => each.source);
    };
    expect(await sagas()).toEqual(["a.saga", "sub/b.saga"]);
    expect(await sagas("**/*.saga", "sub", "./a.saga")).toEqual(["a.saga", "sub/b.saga"]);
    expect(await sagas("sub/*.saga")).toEqual(["sub/b.saga"]);
  });
});

it("a link out of the project is not followed", async () => {
  const outside = scratchFolder({ "secret.saga": sagaText("Secret") });
  const folder = scratchFolder({ "a.saga": sagaText("A") });
  symlinkSync(join(outside, "secret.saga"), join(folder, "b.saga"));
  writeFileSync(join(folder, "package.json"), "{}");
  const run = await sagac(["check", "b.saga"], folder);
  expect(run.code).toBe(1);
  expect(run.stdout).toContain("SAGA7003");
});
