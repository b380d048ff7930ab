import { createConnection, ProposedFeatures, StreamMessageReader, StreamMessageWriter } from "vscode-languageserver/node";
import { serve } from "./server.ts";

/** Answers an editor on stdin and stdout, until it says exit or goes away. */
export async function serveOnStdio(): Promise<void> {
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
}
