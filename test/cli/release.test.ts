import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PLAN_SCHEMA } from "../../compiler/plan/plan.ts";
import { filesHash } from "../../compiler/release/freeze.ts";
import { cli } from "../kit/cli.ts";
import { scratchFolder } from "../kit/scratch.ts";
import { sagaText, tree } from "./sagac.ts";

/** A saga of one step that says its version. */
function versioned(name: string, version: number, hours = 1): string {
  return sagaText(name).replace("timeout 1h", `version ${version}\n  timeout ${hours}h`);
}

function project(files: Readonly<Record<string, string>>): string {
  return scratchFolder({ "package.json": `{ "type": "module" }\n`, ...files });
}

function change(folder: string, path: string, from: string, to: string): void {
  const text = readFileSync(join(folder, path), "utf8");
  expect(text).toContain(from);
  writeFileSync(join(folder, path), text.replace(from, to));
}

/** All files below a folder of the tree. */
function below(folder: string, path: string): Record<string, string> {
  return Object.fromEntries(Object.entries(tree(folder)).filter(([name]) => name.startsWith(path)));
}

describe("sagac release", () => {
  it("writes a version into a folder of its own and a line of the lock; what is generated passes it on", async () => {
    const folder = project({ "sagas/hello.saga": versioned("Hello", 1) });
    expect(await cli(["release"], folder)).toEqual({
      code: 0,
      stdout: "released Hello@1\n",
      stderr: "1 version released, 0 released before\n",
    });
    const files = tree(folder);
    expect(files["saga.lock"]).toMatch(
      /^#.*\nHello@1 plan=[\da-f]{64} state=[\da-f]{64} files=[\da-f]{64} folder=sagas\/generated\/hello\.v1\n$/,
    );
    const ends = ["machine.ts", "plan.json", "saga.ts", "types.ts", "validators.ts"];
    expect(Object.keys(below(folder, "sagas/generated/hello.v1/"))).toEqual(
      ends.map((end) => `sagas/generated/hello.v1/hello.${end}`),
    );
    expect(files["sagas/generated/hello.v1/hello.machine.ts"]).toContain("It is never written again.");
    expect(files["sagas/generated/hello.saga.ts"]).toMatch(/\n\nexport \* from "\.\/hello\.v1\/hello\.saga\.ts";\n$/);
    expect(await cli(["build", "--check", "--frozen", "--no-steps"], folder)).toMatchObject({ code: 0 });
  });

  it("done twice changes nothing, and neither does a comment in the source or another place to call it from", async () => {
    const folder = project({ "sagas/hello.saga": versioned("Hello", 1) });
    await cli(["release"], folder);
    const before = below(folder, "sagas/generated/hello.v1/");
    const lock = tree(folder)["saga.lock"];
    change(folder, "sagas/hello.saga", "  readonly step", "  // A remark.\n  readonly step");
    expect(await cli(["release"], join(folder, "sagas"))).toMatchObject({ code: 0, stdout: "" });
    expect(below(folder, "sagas/generated/hello.v1/")).toEqual(before);
    expect(tree(folder)["saga.lock"]).toBe(lock);
  });

  it.each([
    ["another one", "max 2", "max 5", "  ...released,\n  limits: { people: { max: 5 } },\n};"],
    ["none", "  max 2\n", "", "  ...released,\n  limits: {},\n};"],
    ["a first one", "  timeout 5s\n", "  max 3\n  timeout 5s\n", "  ...released,\n  limits: { people: { max: 3 } },\n};"],
  ])("a limit of a service is no part of it: %s holds from the next build on", async (title, from, to, expected) => {
    const service = `service people {\n${title === "a first one" ? "" : "  max 2\n"}  timeout 5s\n}\n\n`;
    const folder = project({ "hello.saga": service + versioned("Hello", 1) });
    expect(await cli(["release"], folder)).toMatchObject({ code: 0 });
    const frozen = below(folder, "generated/hello.v1/");
    change(folder, "hello.saga", from, to);
    expect(await cli(["build"], folder)).toMatchObject({ code: 0, stderr: expect.not.stringContaining("error") });
    expect(tree(folder)["generated/hello.saga.ts"]).toContain("SagaDefinition<HelloInput, HelloOutput, HelloSteps> = {");
    expect(tree(folder)["generated/hello.saga.ts"]).toContain(expected);
    expect(below(folder, "generated/hello.v1/")).toEqual(frozen);
    expect(await cli(["build", "--check", "--frozen", "--no-steps"], folder)).toMatchObject({ code: 0 });
  });

  it("keeps versions side by side: the definition of the newest has the others, for `implement`", async () => {
    const folder = project({ "hello.saga": versioned("Hello", 1) });
    await cli(["release"], folder);
    change(folder, "hello.saga", "version 1\n  timeout 1h", "version 2\n  timeout 2h");
    expect(await cli(["build"], folder)).toMatchObject({ code: 0 });
    const definition = tree(folder)["generated/hello.saga.ts"] ?? "";
    expect(definition).toContain('import { hello as helloV1 } from "./hello.v1/hello.saga.ts";');
    expect(definition).toContain("SagaDefinition<HelloInput, HelloOutput, HelloSteps, unknown, { 1: typeof helloV1 }>");
    expect(definition).toContain("  otherVersions: { 1: helloV1 },");
    expect(await cli(["release"], folder)).toMatchObject({ code: 0, stdout: "released Hello@2\n" });
    const passedOn = tree(folder)["generated/hello.saga.ts"] ?? "";
    expect(passedOn).toContain("  ...released,\n  otherVersions: { 1: helloV1 },");
    const lines = (tree(folder)["saga.lock"] ?? "").split("\n").map((line) => line.split(" ")[0]);
    expect(lines).toEqual(["#", "Hello@1", "Hello@2", ""]);
  });

  it.each(["build", "release"])("refuses a version that has changed, and `sagac %s` writes nothing", async (command) => {
    const folder = project({ "hello.saga": versioned("Hello", 1) });
    await cli(["release"], folder);
    change(folder, "hello.saga", "timeout 1h", "timeout 2h");
    const before = tree(folder);
    const run = await cli([command], folder);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(
      "hello.saga:2:3: error SAGA7020 released-changed: `Hello` version 1 is released, and is another one now.",
    );
    expect(run.stderr).toContain("help: Raise it: `version 2`.");
    expect(tree(folder)).toEqual(before);
  });

  it("refuses a saga that does not say its version", async () => {
    const folder = project({ "hello.saga": sagaText("Hello") });
    const run = await cli(["release"], folder);
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain("SAGA7024 version-unsaid");
    expect(Object.keys(tree(folder))).toEqual(["hello.saga", "package.json"]);
  });

  it("refuses a saga that calls a version which is not released, and takes both at once", async () => {
    const inner = `saga Inner {\n  version 3\n  timeout 1h\n  input { id: uuid }\n  readonly step look on people { input { input.id } }\n}\n`;
    const outer = `import { Inner } from "./inner.saga"\nsaga Outer {\n  version 1\n  timeout 2h\n  input { id: uuid }\n  call Inner { input { input.id } }\n}\n`;
    const folder = project({ "inner.saga": inner, "outer.saga": outer });
    const run = await cli(["release", "outer.saga"], folder);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("SAGA7025 callee-unreleased: `Outer` calls `Inner` version 3, which is not released.");
    expect(await cli(["release"], folder)).toMatchObject({ code: 0, stdout: "released Inner@3\nreleased Outer@1\n" });
  });

  it("writes types of TypeScript down as they are, and later changes of their file make the saga another one", async () => {
    const source = `import type { Money } from "./money.ts"\nsaga Pay {\n  version 1\n  timeout 1h\n  input { total: Money }\n  readonly step look on till { input { input.total } }\n}\n`;
    const folder = project({ "pay.saga": source, "money.ts": "export interface Money { amount: number }\n" });
    expect(await cli(["release"], folder)).toMatchObject({ code: 0 });
    const types = tree(folder)["generated/pay.v1/pay.types.ts"] ?? "";
    expect(types).not.toContain("import");
    expect(types).toContain("export type Money = { amount: number };");
    writeFileSync(join(folder, "money.ts"), "export interface Money { amount: number; currency: string }\n");
    expect((await cli(["build"], folder)).stderr).toContain("SAGA7020 released-changed");
  });

  it("goes where the configuration says, as a build does, and stays when others are cleaned away", async () => {
    const config = JSON.stringify({ outDir: "made", sources: ["hello.saga"] });
    const folder = project({ "hello.saga": versioned("Hello", 1), "bad.saga": "saga", "sagac.config.json": config });
    expect(await cli(["release"], folder)).toMatchObject({ code: 0, stdout: "released Hello@1\n" });
    expect(tree(folder)["made/hello.saga.ts"]).toContain('export * from "./hello.v1/hello.saga.ts"');
    expect(await cli(["build", "--clean"], folder)).toMatchObject({ code: 0 });
    expect(Object.keys(below(folder, "made/hello.v1/"))).not.toEqual([]);
  });

  it("takes one of several, whichever of them are released", async () => {
    const folder = project({ "hello.saga": versioned("Hello", 1), "other.saga": versioned("Other", 1) });
    expect(await cli(["release", "--saga", "Hello"], folder)).toMatchObject({ code: 0, stdout: "released Hello@1\n" });
    expect(await cli(["release", "--saga", "Other"], folder)).toMatchObject({ code: 0, stdout: "released Other@1\n" });
  });

  it("answers as JSON alone when asked", async () => {
    const folder = project({ "hello.saga": versioned("Hello", 1) });
    const run = await cli(["release", "--format", "json"], folder);
    expect(run.stderr).toBe("");
    expect(JSON.parse(run.stdout)).toMatchObject({
      command: "release",
      released: ["Hello@1"],
      unchanged: [],
      retired: [],
      exitCode: 0,
    });
  });
});

describe("what is released", () => {
  const released = async (): Promise<string> => {
    const folder = project({ "hello.saga": versioned("Hello", 1), "other.saga": sagaText("Other") });
    await cli(["release", "hello.saga"], folder);
    return folder;
  };

  it("is found to be damaged, or gone", async () => {
    const folder = await released();
    const path = "generated/hello.v1/hello.types.ts";
    change(folder, path, "export type HelloOutput", "export type Helloutput");
    expect((await cli(["build"], folder)).stderr).toContain(
      "SAGA7023 released-damaged: The files of `Hello` version 1 in `generated/hello.v1` are not those that were released: somebody has changed them.",
    );
    rmSync(join(folder, "generated/hello.v1"), { recursive: true });
    expect((await cli(["build"], folder)).stderr).toContain("they are gone");
  });

  it("may have got other line ends from version control", async () => {
    const folder = await released();
    await cli(["build"], folder);
    const path = join(folder, "generated/hello.v1/hello.types.ts");
    writeFileSync(path, readFileSync(path, "utf8").replaceAll("\n", "\r\n"));
    expect(await cli(["build", "--check", "--frozen"], folder)).toMatchObject({ code: 0 });
  });

  it("is not looked at where other sagas are built, unless `--frozen` is said", async () => {
    const folder = await released();
    await cli(["build"], folder);
    rmSync(join(folder, "generated/hello.v1"), { recursive: true });
    expect(await cli(["build", "other.saga"], folder)).toMatchObject({ code: 0 });
    const run = await cli(["build", "other.saga", "--check", "--frozen"], folder);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("saga.lock:1:1: error SAGA7023 released-damaged");
  });

  it("is not dropped: a build of all sources misses the saga, and one of some of them does not", async () => {
    const folder = await released();
    rmSync(join(folder, "hello.saga"));
    const run = await cli(["build"], folder);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(
      "SAGA7022 released-dropped: `Hello` version 1 is released, and no source declares the saga any more.",
    );
    expect(run.stderr).toContain("sagac release --retire Hello@1");
    writeFileSync(join(folder, "more.saga"), sagaText("More"));
    expect(await cli(["build", "other.saga"], folder)).toMatchObject({ code: 0 });
  });

  it("may move with its source: the lock says where its files are", async () => {
    const folder = await released();
    cpSync(join(folder, "hello.saga"), join(folder, "moved/hello.saga"));
    rmSync(join(folder, "hello.saga"));
    renameSync(join(folder, "generated"), join(folder, "old"));
    change(folder, "saga.lock", "folder=generated/", "folder=old/");
    expect(await cli(["build"], folder)).toMatchObject({ code: 0 });
    expect(tree(folder)["moved/generated/hello.saga.ts"]).toContain('export * from "../../old/hello.v1/hello.saga.ts"');
  });

  it("never changes where sagac would write it otherwise today", async () => {
    const folder = await released();
    // As if another sagac had released it: other text, and the lock knows it.
    const path = "generated/hello.v1/hello.machine.ts";
    change(folder, path, "as an XState machine.", "as an older machine.");
    const { filesHash } = await import("../../compiler/release/freeze.ts");
    const files = Object.entries(below(folder, "generated/hello.v1/")).map(([name, text]) => ({
      path: name.split("/").at(-1) ?? "",
      text,
    }));
    const lock = tree(folder)["saga.lock"] ?? "";
    writeFileSync(join(folder, "saga.lock"), lock.replace(/files=[\da-f]+/, `files=${filesHash(files)}`));
    const before = tree(folder)[path];
    expect(await cli(["build"], folder)).toMatchObject({ code: 0 });
    expect(await cli(["release", "hello.saga"], folder)).toMatchObject({ code: 0, stdout: "" });
    expect(tree(folder)[path]).toBe(before);
  });
});

describe("sagac release --retire", () => {
  const two = async (): Promise<string> => {
    const folder = project({ "hello.saga": versioned("Hello", 1) });
    await cli(["release"], folder);
    change(folder, "hello.saga", "version 1\n  timeout 1h", "version 2\n  timeout 2h");
    await cli(["build"], folder);
    return folder;
  };

  it("takes the files out and leaves the line, so that the number is never given again", async () => {
    const folder = await two();
    expect(await cli(["release", "--retire", "Hello@1"], folder)).toMatchObject({ code: 0, stdout: "retired Hello@1\n" });
    expect(tree(folder)["saga.lock"]).toMatch(/^Hello@1 .* retired$/m);
    expect(below(folder, "generated/hello.v1/")).toEqual({});
    expect(tree(folder)["generated/hello.saga.ts"]).not.toContain("otherVersions");
    change(folder, "hello.saga", "version 2\n  timeout 2h", "version 1\n  timeout 1h");
    const run = await cli(["build"], folder);
    expect(run.stderr).toContain("SAGA7021 version-retired");
    expect(run.stderr).toContain("help: Raise it: `version 2`.");
  });

  it.each([
    ["the version that the source says", "Hello@2", "SAGA7141"],
    ["one that there is not", "Hello@9", "There is `Hello@1`."],
  ])("refuses %s", async (_, name, says) => {
    const folder = await two();
    const before = tree(folder);
    const run = await cli(["release", "--retire", name], folder);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(says);
    expect(tree(folder)).toEqual(before);
  });

  it("refuses one that is released and in use", async () => {
    const folder = await two();
    await cli(["release"], folder);
    const run = await cli(["release", "--retire", "Hello@2"], folder);
    expect(run.stderr).toContain("SAGA7142 version-in-use");
  });

  describe("of a version that another one calls", () => {
    const inner = `saga Inner {\n  version 1\n  timeout 1h\n  input { id: uuid }\n  readonly step look on people { input { input.id } }\n}\n`;
    const outer = `import { Inner } from "./inner.saga"\nsaga Outer {\n  version 1\n  timeout 2h\n  input { id: uuid }\n  call Inner { input { input.id } }\n}\n`;
    const called = async (): Promise<string> => {
      const folder = project({ "inner.saga": inner, "outer.saga": outer });
      await cli(["release"], folder);
      change(folder, "inner.saga", "version 1\n  timeout 1h", "version 2\n  timeout 90m");
      change(folder, "outer.saga", "version 1", "version 2");
      expect(await cli(["release"], folder)).toMatchObject({ code: 0 });
      return folder;
    };

    it("refuses it while the caller is kept, and takes both at once or the caller first", async () => {
      const folder = await called();
      const before = tree(folder);
      const run = await cli(["release", "--retire", "Inner@1"], folder);
      expect(run.code).toBe(2);
      expect(run.stderr).toContain("SAGA7145 version-called");
      expect(run.stderr).toContain("`Outer@1` is kept, and calls `Inner@1`");
      expect(tree(folder)).toEqual(before);
      expect(await cli(["release", "--retire", "Inner@1", "--retire", "Outer@1"], folder)).toMatchObject({ code: 0 });
    });

    it.each([
      ["is gone", (path: string) => rmSync(path)],
      ["is no JSON", (path: string) => writeFileSync(path, "{")],
      ["is no plan", (path: string) => writeFileSync(path, "{}")],
    ])("refuses it where the plan that would tell %s", async (_, damage) => {
      const folder = await called();
      damage(join(folder, "generated/outer.v1/outer.plan.json"));
      const before = tree(folder);
      const run = await cli(["release", "--retire", "Inner@1"], folder);
      expect(run.code).toBe(2);
      expect(run.stderr).toContain("SAGA7106 cannot-access: `generated/outer.v1/outer.plan.json`");
      expect(tree(folder)).toEqual(before);
    });

    it("says that it is not known where the plan is as it was released, and of a schema that is no longer read", async () => {
      const folder = await called();
      change(folder, "generated/outer.v1/outer.plan.json", `"schema": ${PLAN_SCHEMA}`, '"schema": 1');
      const files = Object.entries(tree(join(folder, "generated/outer.v1"))).map(([path, text]) => ({ path, text }));
      const lock = tree(folder)["saga.lock"] ?? "";
      const line = lock.replace(/^(Outer@1 .*files=)[\da-f]+/m, `$1${filesHash(files)}`);
      writeFileSync(join(folder, "saga.lock"), line);
      const run = await cli(["release", "--retire", "Inner@1"], folder);
      expect(run).toMatchObject({ code: 0, stdout: "retired Inner@1\n" });
      expect(run.stderr).toBe(
        "warning: `Outer@1` is kept, and this sagac does not read its plan: see yourself that it does not call what is retired.\n",
      );
    });
  });

  it.each([
    ["the present folder", [], {}],
    ["a folder that the configuration names", [], { "sagac.config.json": '{ "sources": ["flows"] }' }],
    ["a pattern", ["**/*.saga"], {}],
  ])("takes the last one out when there is no source any more in %s", async (_, paths, files) => {
    const folder = project({ "flows/hello.saga": versioned("Hello", 1), ...files });
    await cli(["release"], folder);
    rmSync(join(folder, "flows/hello.saga"));
    expect(await cli(["release", ...paths, "--retire", "Hello@1"], folder)).toEqual({
      code: 0,
      stdout: "retired Hello@1\n",
      stderr: "",
    });
    expect(tree(folder)["saga.lock"]).toMatch(/^Hello@1 .* retired$/m);
    const mistyped = await cli(["release", "flwos", "--retire", "Hello@1"], folder);
    expect(mistyped.stderr).toContain("SAGA7102");
  });
});
