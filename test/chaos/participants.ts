import { createServer, type Socket } from "node:net";
import type { Random } from "@sagac/runtime";
import type { Books } from "./books.ts";
import { drawInt } from "./draw.ts";
import { type Answer, type Ask, lines } from "./messages.ts";
import { pause } from "./pause.ts";

export interface Participants {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * The participants, as services of their own: what a worker asked of them takes place also when the worker is dead by then. Each takes its time
 * before or after the effect, so that there are calls of either kind in flight whenever something breaks.
 */
export async function startParticipants(books: Books, random: Random): Promise<Participants> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // The worker is gone: so is whoever wanted the answer.
    socket.on("error", () => socket.destroy());
    socket.setEncoding("utf8").on(
      "data",
      lines((line) => void answer(JSON.parse(line) as Ask, socket)),
    );
  });

  async function answer(ask: Ask, socket: Socket): Promise<void> {
    const before = random.seed() % 2 === 0;
    const delayMs = drawInt(random, 0, DELAY_MAX_MS);
    if (before) await pause(delayMs);
    const said = await carriedOut(books, ask);
    if (!before) await pause(delayMs);
    if (!socket.destroyed) socket.write(`${JSON.stringify(said)}\n`);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the participants have no port");
  return {
    port: address.port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function carriedOut(books: Books, ask: Ask): Promise<Answer> {
  const { number } = ask;
  try {
    return { number, kind: "output", output: (await books.answer(ask)) ?? null };
  } catch (error) {
    const { kind, name, data, message } = error as { kind?: unknown; name: string; data?: unknown; message: string };
    if (kind === "declared") return { number, kind, name, data };
    return { number, kind: kind === "refused" ? "refused" : "failed", message };
  }
}

const DELAY_MAX_MS = 12;
