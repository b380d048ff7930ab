import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { until } from "../kit/until.ts";

/**
 * The guide as a reader goes through it: an empty folder, the tarballs of `npm run pack:all`, each file as its page has it, each command in
 * its order. What a command is to answer stands here; a command of the pages that does not stand here fails.
 */
const ROOT = dirname(dirname(import.meta.dirname));
const GUIDE = join(ROOT, "docs", "guide");
const LIMIT_MS = 600_000;

const folder = mkdtempSync(join(tmpdir(), "saga-guide-"));
afterAll(() => rmSync(folder, { recursive: true }), LIMIT_MS);

/** A fenced block of a page. */
interface Block {
  readonly language: string;
  readonly text: string;
  /** The text of the page between the block before and this one. */
  readonly before: string;
}

function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(GUIDE, page), "utf8");
  const fences = [...text.matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm)];
  return fences.map(([, language = "", , body = ""], at) => {
    const last = fences[at - 1];
    const from = last === undefined ? 0 : last.index + last[0].length;
    return { language, text: body, before: text.slice(from, fences[at]?.index) };
  });
}

/** The name that a page gives a file: a file of handlers is known by their type, any other is the last one that is spoken of. */
function nameOf({ language, text, before }: Block): string {
  const type = /export const steps: (\w+)Steps/.exec(text)?.[1];
  if (type !== undefined) return `${type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}.steps.ts`;
  const names = [...before.matchAll(new RegExp(`\`([\\w.-]+\\.${language})\``, "g"))];
  return names.at(-1)?.[1] ?? "";
}

/** The files of a page by name, and its commands, a line each without what is said of them. */
function page(name: string) {
  const blocks = blocksOf(name);
  const files = blocks.filter(({ language }) => language !== "sh").map((block) => ({ name: nameOf(block), text: block.text }));
  const commands = blocks.filter(({ language }) => language === "sh").flatMap(({ text }) => text.split("\n"));
  return { files, commands: commands.map((line) => line.replace(/\s+# .*$/, "").trim()).filter((line) => line !== "") };
}

const { NO_COLOR: _noColor, FORCE_COLOR: _forceColor, CI: _ci, VITEST: _vitest, NODE_ENV: _env, ...inherited } = process.env;
const env = { ...inherited, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` };

/** Runs a line as a shell does; gives all that it printed, its exit code at the end. */
function run(line: string): Promise<string> {
  return new Promise((resolve) => {
    execFile("bash", ["-c", line], { cwd: folder, env }, (error, stdout, stderr) => {
      resolve(`${stdout}${stderr}exit ${error === null ? 0 : error.code}\n`);
    });
  });
}

/** Begins a command and leaves it running. */
function begin(...args: string[]) {
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: "pipe" });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part: string) => (text += part));
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  return {
    ended,
    printed: (wanted: RegExp) =>
      until(
        () => `${args.join(" ")} prints ${wanted}; so far:\n${text}`,
        () => wanted.test(text),
        LIMIT_MS,
      ),
    text: () => text,
    stop: async (signal: NodeJS.Signals) => {
      child.kill(signal);
      return await ended;
    },
  };
}

/** The version that this repository uses, so that the test is about our packages only. */
function pinned(name: string): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")) as { version: string };
  return `${name}@${version}`;
}

/** Writes files of a page into the folder, as a reader does. */
function take(files: readonly { readonly name: string; readonly text: string }[], ...names: readonly string[]): void {
  for (const name of names) {
    const file = files.find((each) => each.name === name);
    if (file === undefined) throw new Error(`the page has no file ${name}`);
    writeFileSync(join(folder, name), file.text);
  }
}

function change(name: string, ...pairs: readonly (readonly [from: string, to: string])[]): string {
  const text = pairs.reduce(
    (before, [from, to]) => {
      expect(before).toContain(from);
      return before.replaceAll(from, to);
    },
    readFileSync(join(folder, name), "utf8"),
  );
  return text;
}

describe("the first hour", { timeout: LIMIT_MS }, () => {
  const { files, commands } = page("README.md");

  it("has these files and commands", () => {
    expect(files.map(({ name }) => name)).toEqual(["tsconfig.json", "book-trip.saga", "book-trip.steps.ts", "run.ts"]);
    expect(commands).toEqual([
      "npm ci && npm run pack:all",
      "npm init -y && npm pkg set type=module",
      "npm install ../saga/dist/*.tgz",
      "npm install --save-dev typescript @types/node",
      "npx sagac build",
      "node run.ts",
    ]);
  });

  it("1. sets up", async () => {
    const tools = ["typescript", "@types/node"].map(pinned).join(" ");
    expect(await run("npm init -y && npm pkg set type=module")).toMatch(/exit 0$/m);
    expect(await run(`npm install --no-audit --no-fund ${join(ROOT, "dist")}/*.tgz`)).toMatch(/exit 0$/m);
    expect(await run(`npm install --no-audit --no-fund --save-dev ${tools}`)).toMatch(/exit 0$/m);
    take(files, "tsconfig.json");
  });

  it("3. builds what was written, and explains what it refuses", async () => {
    take(files, "book-trip.saga");
    const whole = readFileSync(join(folder, "book-trip.saga"), "utf8");
    writeFileSync(
      join(folder, "book-trip.saga"),
      change("book-trip.saga", ["    compensate releaseRoom { input { input.tripId } }\n", ""]),
    );
    expect(await run("npx sagac build")).toMatch(/SAGA4003[\s\S]*Nothing was written\.\nexit 1/);
    writeFileSync(join(folder, "book-trip.saga"), whole);
    expect(await run("npx sagac build")).toMatch(/book-trip\.steps\.ts[\s\S]*1 saga, 6 files, 6 written\nexit 0/);
    expect(await run("npx tsc"), "stubs type-check").toBe("exit 0\n");
  });

  it("5. carries a trip through the death of its process", async () => {
    take(files, "book-trip.steps.ts", "run.ts");
    expect(await run("npx tsc")).toBe("exit 0\n");
    const first = begin("run.ts");
    await first.printed(/in process (\d+), delivered again: false/);
    const pid = Number(/in process (\d+)/.exec(first.text())?.[1]);
    process.kill(pid, "SIGKILL");
    await first.ended;
    const again = await run("node run.ts");
    expect(again).toMatch(/delivered again: true\nUtrecht 12 is confirmed\n[\s\S]*'completed'[\s\S]*exit 0/);
    expect(await run("node run.ts"), "its result at once").toMatch(/^\{\n {2}status: 'completed'[\s\S]*exit 0/);
    writeFileSync(join(folder, "other.ts"), change("run.ts", ["Utrecht", "Paris"]));
    expect(await run("node other.ts"), "the same id with other input").toMatch(/RT1003[\s\S]*exit 1/);
    writeFileSync(join(folder, "other.ts"), change("run.ts", ["trip-1", "trip-2"], ["IC 145", "full"]));
    expect(await run("node other.ts")).toMatch(/'compensated'[\s\S]*'NoSeat'[\s\S]*exit 0/);
    rmSync(join(folder, "other.ts"));
  });

  it("6. adds the stub of a new step, and touches nothing else", async () => {
    const before = readFileSync(join(folder, "book-trip.steps.ts"), "utf8");
    const step = "  step sendBill on hotels { input { input.tripId } }\n\n  output { holdRoom";
    writeFileSync(join(folder, "book-trip.saga"), change("book-trip.saga", ["  output { holdRoom", step]));
    expect(await run("npx sagac build")).toMatch(/\+ .*sendBill[\s\S]*exit 0/);
    const after = readFileSync(join(folder, "book-trip.steps.ts"), "utf8");
    expect(after).toContain("sendBill");
    const lines = new Set(after.split("\n"));
    expect(before.split("\n").filter((line) => !lines.has(line))).toEqual([]);
    take(files, "book-trip.saga", "book-trip.steps.ts");
    expect(await run("npx sagac build")).toMatch(/exit 0/);
  });
});

describe("the second hour", { timeout: LIMIT_MS }, () => {
  const { files, commands } = page("second-hour.md");
  const told = (command: string): string => {
    expect(commands).toContain(command);
    return command;
  };

  it("has these files", () => {
    expect(files.map(({ name }) => name)).toEqual([
      "insured-trip.saga",
      "group-trip.saga",
      "approved-trip.saga",
      "best-trip.saga",
      "hold-guide.saga",
      "guided-trip.saga",
      "guided-trip.steps.ts",
      "hold-guide.steps.ts",
      "guided-trip.test.ts",
      "worker.ts",
      "client.ts",
    ]);
  });

  const ID = '"tripId":"3f2504e0-4f89-41d3-9a0c-0305e82c3301"';
  const simulated: readonly (readonly [file: string, commands: readonly (readonly [command: string, printed: RegExp])[]])[] = [
    [
      "insured-trip.saga",
      [
        ["npx sagac simulate insured-trip.saga", /: completed\n/],
        [
          `npx sagac simulate insured-trip.saga --input '{${ID},"km":9000,"insured":true}'`,
          /: compensated: TooFar\n {2}0 calls;/,
        ],
      ],
    ],
    [
      "group-trip.saga",
      [
        [
          `npx sagac simulate group-trip.saga --outcome 'hotels.holdBed=success,NoBed' --input '{${ID},"hotel":"Inn","travellers":[{"name":"Ada"},{"name":"Bo"}]}'`,
          /saga\.beds {2}[\s\S]*: completed\n {2}4 calls;/,
        ],
      ],
    ],
    [
      "approved-trip.saga",
      [
        [`npx sagac simulate approved-trip.saga --signal 'approved={"by":"kim"}@3h'`, /: completed\n/],
        [`npx sagac simulate approved-trip.saga --signal 'declined={"by":"kim"}@3h'`, /: compensated: Declined\n/],
        ["npx sagac simulate approved-trip.saga", /parked:[\s\S]*: compensated: DeadlinePassed\n/],
        ["npx sagac simulate approved-trip.saga --person goBack", /goBack[\s\S]*: compensated: Cancelled\n/],
      ],
    ],
    [
      "best-trip.saga",
      [
        [
          "npx sagac simulate best-trip.saga --outcome hotels.holdSuite=SoldOut --outcome trains.holdTrain=success@3s",
          /holdSingle[\s\S]*told to abort[\s\S]*releaseTrain[\s\S]*: completed\n/,
        ],
        ["npx sagac simulate best-trip.saga --runs 100", /100 runs, nothing off/],
        ["npx sagac simulate best-trip.saga --crash", /the same end each time, nothing lost, nothing doubled/],
        ["npx sagac verify best-trip.saga", /laws hold/],
      ],
    ],
    [
      "guided-trip.saga",
      [
        [
          "npx sagac simulate guided-trip.saga --outcome guides.holdGuide=NoGuide",
          /releaseRoom[\s\S]*: compensated: NotGuided in guide\n/,
        ],
      ],
    ],
  ];

  it.each(simulated)("tries %s without handlers", async (file, tried) => {
    take(files, file, ...(file === "guided-trip.saga" ? ["hold-guide.saga"] : []));
    expect(await run("npx sagac check")).toMatch(/files checked\nexit 0/);
    for (const [command, printed] of tried)
      expect(await run(told(command)), command).toMatch(new RegExp(`(?:${printed.source})[\\s\\S]*exit 0`));
  });

  it("1. says on which way there is no insurance", async () => {
    writeFileSync(
      join(folder, "try.saga"),
      change("insured-trip.saga", ['insure.policy ?? "none"', "insure.policy"], ["InsuredTrip", "Try"]),
    );
    expect(await run("npx sagac check try.saga")).toMatch(/SAGA4020[\s\S]*exit 1/);
    rmSync(join(folder, "try.saga"));
  });

  it("7. and 8. fills the stubs in and tests them", async () => {
    expect(await run("npx sagac build")).toMatch(/guided-trip\.steps\.ts[\s\S]*hold-guide\.steps\.ts[\s\S]*exit 0/);
    take(files, "guided-trip.steps.ts", "hold-guide.steps.ts", "guided-trip.test.ts");
    expect(await run(`npm install --no-audit --no-fund --save-dev ${pinned("vitest")}`)).toMatch(/exit 0$/m);
    expect(await run("npx tsc")).toBe("exit 0\n");
    expect(await run("NO_COLOR=1 npx vitest run")).toMatch(/Tests +2 passed[\s\S]*exit 0/);
  });

  it("9. and 10. runs, cancels and decides", async () => {
    take(files, "worker.ts", "client.ts");
    expect(await run("npx tsc")).toBe("exit 0\n");
    expect(told("node worker.ts")).toBe("node worker.ts");
    const worker = begin("worker.ts");
    const client = (command: string): Promise<string> => run(told(`node client.ts ${command}`));
    const status = async (id: string, wanted: RegExp): Promise<void> => {
      await until(`the status of ${id} is ${wanted}`, async () => wanted.test(await client(`status ${id}`)), LIMIT_MS);
    };
    expect(await client("start trip-1")).toBe("exit 0\n");
    await status("trip-1", /id: 'trip-1\/\/guide\.1\.0', status: 'running'/);
    expect(await client("cancel trip-1")).toBe("exit 0\n");
    expect(await client("result trip-1")).toMatch(/'compensated'[\s\S]*'Cancelled'[\s\S]*exit 0/);
    await worker.printed(/released the guide of .*\nreleased the room of .*\nsorry/);

    expect(await client("start trip-2 Atlantis")).toBe("exit 0\n");
    await status("trip-2", /conditions: \[ 'parked' \][\s\S]*parked: \[ 'holdRoom' \]/);
    expect(
      (await client("history trip-2"))
        .split("\n")
        .filter((line) => line.includes('"answered"'))
        .at(-1),
    ).toContain("no such host");
    expect(await client("decide trip-2")).toBe("exit 0\n");
    expect(await client("result trip-2")).toMatch(/'completed'[\s\S]*roomId: 'by phone'[\s\S]*exit 0/);
    expect(await worker.stop("SIGINT"), "Ctrl-C drains it").toBe(0);
  });

  it("every command was walked", () => {
    const walked = [...simulated.flatMap(([, tried]) => tried.map(([command]) => command))];
    const rest = commands.filter((command) => !walked.includes(command));
    expect(rest.filter((command) => !/^node (?:worker|client)\.ts/.test(command))).toEqual([]);
    expect(rest).toHaveLength(10);
  });
});
