#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// Node keeps what it compiled between runs: a tenth less CPU time for a short one. Only what is imported after this counts.
enableCompileCache();
const { runCli } = await import("./run.ts");

// Whoever reads us may have seen enough (`sagac check | head`): that is no error of ours, and what is under way ends properly.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

process.exitCode = await runCli(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: async () => (await import("node:stream/consumers")).text(process.stdin),
  stopped: () =>
    new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    }),
});
