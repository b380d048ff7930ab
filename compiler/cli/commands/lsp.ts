import { EXIT, type ExitCode } from "../exit-codes.ts";

/** `sagac lsp`: answers an editor on stdin and stdout, until it says exit or goes away. */
export async function lsp(): Promise<ExitCode> {
  const { createConnection, ProposedFeatures, StreamMessageReader, StreamMessageWriter } = await import(
    "vscode-languageserver/node"
  );
  const { serve } = await import("../../lsp/server.ts");
  const connection = createConnection(
    ProposedFeatures.all,
    new StreamMessageReader(process.stdin),
    new StreamMessageWriter(process.stdout),
  );
  serve(connection, Date.now);
  await new Promise<void>((resolve) => {
    connection.onExit(resolve);
    process.stdin.on("end", resolve);
  });
  return EXIT.ok;
}
