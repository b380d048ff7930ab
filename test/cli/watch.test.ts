import { spawn } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ROOT, scratchFolder } from "../kit/scratch.ts";
import { until } from "../kit/until.ts";
import { sagaText } from "./sagac.ts";

const PATIENCE_MS = 240_000;

/** A watcher in a process of its own. */
function start(folder: string, args: readonly string[] = []) {
  const child = spawn(process.execPath, [join(ROOT, "compiler/cli/main.ts"), "build", "--watch", "--no-color", ...args], {
    cwd: folder,
    stdio: "pipe",
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part: string) => (text += part));
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  /** What each build printed, of those that are over. */
  const rounds = (): readonly string[] => text.split(/Watching .*\.\n/).slice(0, -1);
  let heard = 0;
  return {
    /** A build says so, behind the one that was waited for last: how many there are until then is for the system to say. */
    async says(wanted: string): Promise<void> {
      const found = (): number => rounds().findIndex((round, at) => at >= heard && round.includes(wanted));
      await until(
        () => `a build that says \`${wanted}\`; so far:\n${text}`,
        () => found() !== -1,
        PATIENCE_MS,
      );
      heard = found() + 1;
    },
    count: (): number => rounds().length,
    async stop(signal: NodeJS.Signals): Promise<number | null> {
      child.kill(signal);
      return await ended;
    },
  };
}

/** In one go: no build sees half of it. */
function write(folder: string, path: string, text: string): void {
  const beside = join(scratchFolder({ new: text }), "new");
  renameSync(beside, join(folder, path));
}

describe("sagac build --watch", { timeout: 3 * PATIENCE_MS }, () => {
  it("builds again what changed, by what was read, survives what is broken, and ends when asked", async () => {
    const folder = scratchFolder({
      "flows/a.saga": `import { Shared } from "../shared.saga"\nimport type { Extra } from "../extra.ts"\n${sagaText("Alpha").replace("id: uuid", "id: uuid, s: Shared, e: Extra")}`,
      "flows/z.saga": sagaText("Zeta"),
      "shared.saga": "type Shared = { a: int }\n",
      "extra.ts": "export type Extra = { b: string };\n",
    });
    const types = (): string => readFileSync(join(folder, "flows/generated/alpha.types.ts"), "utf8");
    const watcher = start(folder, ["flows"]);
    await watcher.says("flows/generated/alpha.types.ts");
    const machineTime = statSync(join(folder, "flows/generated/zeta.machine.ts")).mtimeMs;

    write(folder, "shared.saga", "type Shared = { a: int, more: string }\n");
    await watcher.says("flows/generated/alpha.types.ts");
    expect(types()).toContain("more");
    expect(statSync(join(folder, "flows/generated/zeta.machine.ts")).mtimeMs, "equal files are not written").toBe(machineTime);

    write(folder, "extra.ts", "export type Extra = { b: string, further: boolean };\n");
    await watcher.says("flows/generated/alpha.validators.ts");
    expect(readFileSync(join(folder, "flows/generated/alpha.validators.ts"), "utf8")).toContain("further");

    write(folder, "shared.saga", "type Shared = {{\n");
    await watcher.says("Nothing was written.");
    write(folder, "sagac.config.ts", "throw new Error('half written')\n");
    await watcher.says("SAGA7130");
    write(folder, "shared.saga", "type Shared = { a: int, last: string }\n");
    write(folder, "sagac.config.ts", "export default { tests: true };\n");
    await until("the config counts", () => existsSync(join(folder, "flows/generated/alpha.machine.test.ts")), PATIENCE_MS);
    await until("and the source", () => types().includes("last"), PATIENCE_MS);

    write(folder, "flows/b.saga", sagaText("Beta"));
    await until("a new source is built", () => existsSync(join(folder, "flows/generated/beta.plan.json")), PATIENCE_MS);
    rmSync(join(folder, "flows/b.saga"));
    expect(await watcher.stop("SIGTERM")).toBe(0);
  });

  it.runIf(process.platform === "linux")("survives what cannot be read, and looks again when it can be", async () => {
    const folder = scratchFolder({ "a.saga": sagaText("Alpha") });
    // Nobody may read that from its beginning, not even who may read every file.
    symlinkSync("/proc/self/mem", join(folder, "sagac.config.json"));
    const watcher = start(folder);
    await watcher.says("SAGA7130");
    rmSync(join(folder, "sagac.config.json"));
    await watcher.says("generated/alpha.types.ts");
    expect(await watcher.stop("SIGTERM")).toBe(0);
  });

  it("does nothing when a file is saved without a change, nor by what it wrote itself", async () => {
    const folder = scratchFolder({ "a.saga": sagaText("Alpha") });
    const watcher = start(folder);
    await watcher.says("generated/alpha.types.ts");
    write(folder, "a.saga", sagaText("Alpha"));
    write(folder, "generated/alpha.types.ts", "// @generated by sagac, broken by hand\n");
    // Whatever comes of those comes before this.
    write(folder, "a.saga", sagaText("Beta"));
    await watcher.says("generated/beta.types.ts");
    expect(watcher.count()).toBe(2);
    expect(await watcher.stop("SIGINT")).toBe(0);
  });
});
