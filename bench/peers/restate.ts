import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Context, serve, service, TerminalError } from "@restatedev/restate-sdk";
import { freePort } from "../../test/kit/server-process.ts";
import { type Contestant, carryOut, mustEnd, NoCarrier, nextOrder, type OrderInput, STEPS, UNDOES } from "./work.ts";

/** One restate-server, with its own log synced before it answers; a `ctx.run` a step and a list of what to undo, as its guide to sagas has it. */
export async function startRestate(partitions: number): Promise<Contestant> {
  const folder = mkdtempSync(join(tmpdir(), "saga-peers-restate-"));
  const [node, ingress, admin, own] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const log = openSync(join(folder, "log.txt"), "w");
  const server = spawn(serverPath(), ["--node-name", "n1"], {
    cwd: folder,
    stdio: ["ignore", log, log],
    env: {
      ...process.env,
      RESTATE_BASE_DIR: folder,
      RESTATE_LOG_FILTER: "warn",
      RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}`,
      RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_DEFAULT_NUM_PARTITIONS: String(partitions),
      RESTATE_DISABLE_TELEMETRY: "true",
      DO_NOT_TRACK: "1",
    },
  });
  await serve({ services: [order], port: own, logger: () => undefined });
  await asSoonAs(async () => (await fetch(`http://127.0.0.1:${admin}/health`)).ok);
  await asSoonAs(async () => {
    const body = JSON.stringify({ uri: `http://127.0.0.1:${own}` });
    const headers = { "content-type": "application/json" };
    return (await fetch(`http://127.0.0.1:${admin}/deployments`, { method: "POST", headers, body })).ok;
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1_024 });
  return {
    run: async (fail) => mustEnd(await ask(agent, ingress, nextOrder(fail)), fail),
    servers: () => (server.pid === undefined ? [] : [server.pid]),
    async stop() {
      const ended = once(server, "exit");
      server.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const order = service({
  name: "order",
  handlers: {
    saga: async (ctx: Context, input: OrderInput): Promise<boolean> => {
      let done = 0;
      try {
        for (const step of STEPS) {
          await ctx.run(step, async () => {
            try {
              return await carryOut(step, input);
            } catch (error) {
              throw error instanceof NoCarrier ? new TerminalError(error.message) : error;
            }
          });
          done++;
        }
        return true;
      } catch (error) {
        if (!(error instanceof TerminalError)) throw error;
        for (const undo of UNDOES.slice(0, done).toReversed()) await ctx.run(undo, () => carryOut(undo, input));
        return false;
      }
    },
  },
});

function ask(agent: Agent, port: number, input: OrderInput): Promise<boolean> {
  const body = JSON.stringify(input);
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path: "/order/saga", method: "POST", agent, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => (answer.statusCode === 200 ? resolve(text === "true") : reject(new Error(text))));
    });
    asked.on("error", reject).end(body);
  });
}

function serverPath(): string {
  const found = createRequire(import.meta.url).resolve(
    `@restatedev/restate-server-${process.platform}-${process.arch}/package.json`,
  );
  return join(dirname(found), "bin/restate-server");
}

async function asSoonAs(ready: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 120; tries++) {
    if (await ready().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error("restate-server does not get ready");
}
