import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { TARGETS_WITH_TESTS } from "../../compiler/emit/index.ts";
import { emitSaga } from "../../compiler/emit-saga.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import { planOf } from "../graph/kit.ts";
import { ROOT, scratchFolder } from "../kit/scratch.ts";
import { placeOrder } from "../machine/order-plan.ts";
import { sagaPlan } from "../machine/plans.ts";
import { after, pivot, step } from "../verify/kit.ts";

const SAMPLE = sagaPlan({ parts: [step("a"), pivot("p"), after("z")] });

const BOOK = planOf(`service flights { idempotent for 7d }

saga Book {
  version 1
  timeout 1d
  input { names: string[] }
  foreach name in input.names as seats max 2 {
    step book on flights { input { name } output { seat: string } compensate free { input { name, book.seat } } }
  }
  pivot step pay on flights { input { count: length(input.names) } }
}
`);

function files(plan: Plan, importExtension: ".ts" | ".js" | ""): Record<string, string> {
  const emitted = emitSaga(plan, { importExtension }, TARGETS_WITH_TESTS);
  return Object.fromEntries(emitted.map(({ path, text }) => [`generated/${path}`, text]));
}

/** A test of a user's, which adds a law that the machine breaks. */
const MINE = `import { expect, it } from "vitest";
import { laws, sampleUnderTest } from "./generated/sample.machine.test.ts";

it("is told of a law of its own", () => {
  const mine: (typeof laws)[number] = {
    name: "never-ends",
    says: "the saga never ends",
    broken: ({ to }) => (to.status === "running" ? [] : ["it ends"]),
  };
  const { broken } = sampleUnderTest.walk({ laws: [...laws, mine] });
  expect(broken.map(sampleUnderTest.tell)).toEqual([]);
});
`;

async function vitest(folder: string): Promise<{ readonly passed: boolean; readonly text: string }> {
  const command = [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", "--root", folder, "--config", "vitest.config.ts"];
  return promisify(execFile)(process.execPath, command, { cwd: folder, env: { ...process.env, NO_COLOR: "1" } }).then(
    ({ stdout }) => ({ passed: true, text: stdout }),
    (failure: { stdout: string; stderr: string }) => ({ passed: false, text: failure.stdout + failure.stderr }),
  );
}

describe("<saga>.machine.test.ts", () => {
  it("passes in a user's suite", async () => {
    const folder = scratchFolder({ ...files(SAMPLE, ".ts"), "vitest.config.ts": "export default {};\n" });
    const { passed, text } = await vitest(folder);
    expect(text).toMatch(/Tests +1 passed/);
    expect(passed).toBe(true);
  });

  it("fails when the machine is not what the plan says, with the story", async () => {
    const all = files(SAMPLE, ".ts");
    const machine = "generated/sample.machine.ts";
    const broken = (all[machine] ?? "").replace('|| forward.outcome === "unknown"', "");
    const folder = scratchFolder({ ...all, [machine]: broken, "vitest.config.ts": "export default {};\n" });
    const { passed, text } = await vitest(folder);
    expect(passed).toBe(false);
    expect(text).toContain("1. a breaks off, and nobody knows whether it happened");
    expect(text).toContain("=> a may have happened, and was not undone");
  });

  it("can be extended from a file of the user's", async () => {
    const folder = scratchFolder({ ...files(SAMPLE, ".ts"), "mine.test.ts": MINE, "vitest.config.ts": "export default {};\n" });
    const { passed, text } = await vitest(folder);
    expect(passed).toBe(false);
    expect(text).toContain("the saga never ends (never-ends)");
    expect(text).toContain("=> it ends");
  });

  it("walks the machine of each block that runs as instances of its own", async () => {
    const folder = scratchFolder({ ...files(BOOK, ".ts"), "vitest.config.ts": "export default {};\n" });
    const { passed, text } = await vitest(folder);
    expect(text).toMatch(/Tests +2 passed/);
    expect(passed).toBe(true);
  });

  it.each([
    [".ts", { module: "nodenext", allowImportingTsExtensions: true }],
    [".js", { module: "nodenext" }],
    ["", { module: "esnext", moduleResolution: "bundler", target: "es2024" }],
  ] as const)("type-checks where imports end in '%s'", async (extension, options) => {
    const compilerOptions = { strict: true, noEmit: true, skipLibCheck: true, types: ["node"], noUnusedLocals: true, ...options };
    const folder = scratchFolder({ ...files(placeOrder(), extension), "tsconfig.json": JSON.stringify({ compilerOptions }) });
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
      cwd: folder,
    }).catch((failure: { stdout: string }) => failure);
    // The compiler's own sources are checked with the project, where their `.ts` imports may not be allowed.
    expect(stdout.split("\n").filter((line) => line.startsWith("generated/"))).toEqual([]);
  });
});
