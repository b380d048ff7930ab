import { EXIT, type ExitCode } from "../exit-codes.ts";

/** `sagac lsp`: answers an editor on stdin and stdout, until it says exit or goes away. */
export async function lsp(): Promise<ExitCode> {
  const { serveOnStdio } = await import("../../lsp/stdio.ts");
  await serveOnStdio();
  return EXIT.ok;
}
