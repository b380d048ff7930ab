import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../kit/scratch.ts";

let built: Promise<string> | null = null;

/** The packaged extension, made anew once a run: its path. */
export function vsix(): Promise<string> {
  built ??= pack();
  return built;
}

async function pack(): Promise<string> {
  const cwd = join(ROOT, "vscode-extension");
  const { stdout } = await promisify(execFile)(process.execPath, ["build.ts", "--package"], { cwd });
  return join(cwd, stdout.trim().split("\n").at(-1) ?? "");
}
