import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../kit/scratch.ts";

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real command line in a process of its own, without a terminal. */
export function sagac(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  stdin: string | null = null,
  main = join(ROOT, "compiler/cli/main.ts"),
): Promise<CliRun> {
  return new Promise((resolve, reject) => {
    const { NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...inherited } = process.env;
    const child = spawn(process.execPath, [main, ...args], {
      cwd,
      env: { ...inherited, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stdin.end(stdin ?? "");
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject).on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** All files of a folder with their texts, by path. */
export function tree(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

/** A saga without errors or warnings, of one step. */
export function sagaText(name: string, step = "greet"): string {
  return `saga ${name} {
  timeout 1h
  input { id: uuid }
  readonly step ${step} on people {
    input { input.id }
    output { at: datetime }
  }
  output { ${step}.at }
}
`;
}

/** The same with two mistakes: there is no such member, and nothing says how the step is undone. */
export const BROKEN = `saga Broken {
  timeout 1h
  input { id: uuid }
  step greet on people {
    input { input.idd }
  }
}
`;
