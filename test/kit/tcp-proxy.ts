import type { Socket } from "node:net";
import { connect, createServer } from "node:net";

/**
 * - `pass`: as if there were no proxy
 * - `cut-request`: the connection breaks before the server has seen the command
 * - `cut-reply`: the server gets the command, the connection breaks before the client has seen a byte of the answer
 */
export type ProxyAction = "pass" | "cut-request" | "cut-reply";

export interface TcpProxy {
  readonly port: number;
  /** Asked for each command that a client sends, with its words in lower case. Replace it at any time; it passes all at first. */
  decide: (words: readonly string[]) => ProxyAction;
  /** From now on no byte passes in either direction, and no connection is closed: a half-open line. */
  freeze(): void;
  /** The same for the connections that there are; new ones pass. */
  freezeExisting(): void;
  /** What was held back goes on. */
  thaw(): void;
  /** Breaks every connection. */
  cutAll(): void;
  close(): Promise<void>;
}

/** The first command of `bytes`, `null` while it is not complete. */
type ReadCommand = (bytes: Buffer) => { readonly length: number; readonly words: readonly string[] } | null;

/** A proxy on loopback, between a client and a server, that knows where each command begins and ends. */
export async function startProxy(
  target: { readonly host: string; readonly port: number },
  /** Anew for each connection: how its protocol is read. */
  reader: () => ReadCommand = () => readRedisCommand,
): Promise<TcpProxy> {
  const lines = new Set<Line>();
  let frozen = false;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const line = new Line(client, connect(target.port, target.host), reader(), (words) => proxy.decide(words));
    lines.add(line);
    client.once("close", () => lines.delete(line));
    if (frozen) line.freeze();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const proxy: TcpProxy = {
    port: address.port,
    decide: () => "pass",
    freeze() {
      frozen = true;
      for (const line of lines) line.freeze();
    },
    freezeExisting() {
      for (const line of lines) line.freeze();
    },
    thaw() {
      frozen = false;
      for (const line of lines) line.thaw();
    },
    cutAll() {
      for (const line of lines) line.cut();
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const line of lines) line.cut();
      await closed;
    },
  };
  return proxy;
}

/** One client's connection and the one to the server that belongs to it. */
class Line {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #readCommand: ReadCommand;
  readonly #decide: (words: readonly string[]) => ProxyAction;
  #unread: Buffer = Buffer.alloc(0);
  #cutting = false;

  constructor(client: Socket, server: Socket, readCommand: ReadCommand, decide: (words: readonly string[]) => ProxyAction) {
    this.#client = client;
    this.#server = server;
    this.#readCommand = readCommand;
    this.#decide = decide;
    client.on("data", (data: Buffer) => this.#fromClient(data));
    server.on("data", (data: Buffer) => this.#fromServer(data));
    client.on("end", () => server.end());
    server.on("end", () => client.end());
    client.on("error", () => this.cut());
    server.on("error", () => this.cut());
    server.on("close", () => client.destroy());
  }

  freeze(): void {
    this.#client.pause();
    this.#server.pause();
  }

  thaw(): void {
    this.#client.resume();
    this.#server.resume();
  }

  cut(): void {
    this.#client.destroy();
    this.#server.destroy();
  }

  #fromClient(data: Buffer): void {
    this.#unread = this.#unread.length === 0 ? data : Buffer.concat([this.#unread, data]);
    for (let command = this.#readCommand(this.#unread); command !== null; command = this.#readCommand(this.#unread)) {
      if (this.#cutting) return;
      const bytes = this.#unread.subarray(0, command.length);
      this.#unread = this.#unread.subarray(command.length);
      const action = this.#decide(command.words);
      if (action === "cut-request") {
        this.cut();
        return;
      }
      // Set before the bytes leave: no byte of the answer may slip through.
      if (action === "cut-reply") this.#cutting = true;
      this.#server.write(bytes);
    }
  }

  #fromServer(data: Buffer): void {
    if (this.#cutting) this.cut();
    else this.#client.write(data);
  }
}

/** RESP: `*<words>` of `$<length>`. */
function readRedisCommand(bytes: Buffer): ReturnType<ReadCommand> {
  let at = 0;
  const readLine = (): string | null => {
    const end = bytes.indexOf("\r\n", at);
    if (end === -1) return null;
    const line = bytes.toString("latin1", at, end);
    at = end + 2;
    return line;
  };
  const head = readLine();
  if (head === null) return null;
  if (!head.startsWith("*")) throw new Error(`the proxy understands arrays only, not ${JSON.stringify(head)}`);
  const words: string[] = [];
  for (let left = Number(head.slice(1)); left > 0; left -= 1) {
    const length = readLine();
    if (length === null) return null;
    const end = at + Number(length.slice(1));
    if (end + 2 > bytes.length) return null;
    words.push(bytes.toString("utf8", at, end).toLowerCase());
    at = end + 2;
  }
  return { length: at, words };
}

/**
 * Postgres: what a client sends up to a Sync or a simple query is one command; its words are the texts of the statements in it. The first
 * message of a connection has no letter.
 */
export function readPostgres(): ReadCommand {
  let begun = false;
  /** The texts of statements that are kept under a name. */
  const named = new Map<string, string>();
  return (bytes) => {
    if (!begun) {
      if (bytes.length < 4 || bytes.length < bytes.readInt32BE(0)) return null;
      begun = true;
      return { length: bytes.readInt32BE(0), words: ["startup"] };
    }
    const words: string[] = [];
    for (let at = 0; at + 5 <= bytes.length; ) {
      const end = at + 1 + bytes.readInt32BE(at + 1);
      if (end > bytes.length) return null;
      const letter = String.fromCharCode(bytes[at] ?? 0);
      const texts = bytes.toString("utf8", at + 5, end).split("\0");
      // Parse: the statement's name, then its text. Bind: the portal's name, then the statement's. Query: its text.
      if (letter === "P") {
        words.push(texts[1] ?? "");
        named.set(texts[0] ?? "", texts[1] ?? "");
      }
      if (letter === "B" && words.length === 0) words.push(named.get(texts[1] ?? "") ?? "");
      if (letter === "Q") words.push(texts[0] ?? "");
      at = end;
      if ("SQXp".includes(letter)) return { length: at, words };
    }
    return null;
  };
}
