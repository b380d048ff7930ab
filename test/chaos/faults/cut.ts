import type { Random } from "@sagac/runtime";
import { type ProxyAction, readPostgres, startProxy, type TcpProxy } from "../../kit/tcp-proxy.ts";
import { drawChance, drawInt } from "../draw.ts";
import type { Fault, Scene } from "../fault.ts";
import { plainGround } from "../grounds.ts";
import { pause } from "../pause.ts";

/** Between the store and all who talk to it stands a proxy that breaks lines. */
export const cut: Fault = {
  name: "cut",
  about: "connections break before a request or before its reply, or are left half open",
  stores: ["redis", "postgres"],
  pauseMs: [200, 800],
  async open(store, folder) {
    const ground = await plainGround(store, folder);
    const server = ground.redis ?? ground.postgres;
    if (server === null) throw new Error("there is no connection to cut");
    const proxy = await startProxy(server, store === "postgres" ? readPostgres : undefined);
    const url = new URL(ground.url);
    url.port = String(proxy.port);
    let halfOpen = false;
    return {
      url: url.href,
      options: { commandTimeoutMs: COMMAND_TIMEOUT_MS },
      strike(scene) {
        halfOpen = !halfOpen;
        return halfOpen ? leaveHalfOpen(proxy, scene) : cutSome(proxy, scene);
      },
      async close() {
        await proxy.close();
        await ground.close();
      },
    };
  },
};

/** For a while one of so many commands does not arrive, or is carried out and its reply is lost. */
async function cutSome(proxy: TcpProxy, { random }: Scene): Promise<number> {
  let broken = 0;
  proxy.decide = (words) => {
    // Who cannot even connect is broken already.
    const action = words[0] === "startup" || words[0] === "info" ? "pass" : drawAction(random);
    if (action !== "pass") broken++;
    return action;
  };
  await pause(drawInt(random, 500, 1_500));
  proxy.decide = () => "pass";
  return broken;
}

function drawAction(random: Random): ProxyAction {
  if (!drawChance(random, 3)) return "pass";
  return drawChance(random, 40) ? "cut-request" : "cut-reply";
}

/** No byte passes on the lines that there are, and none of them is closed: whoever waits has to find out. */
async function leaveHalfOpen(proxy: TcpProxy, { random }: Scene): Promise<number> {
  proxy.freezeExisting();
  await pause(COMMAND_TIMEOUT_MS + drawInt(random, 300, 1_000));
  // What was held back arrives after all, late.
  proxy.thaw();
  return 1;
}

const COMMAND_TIMEOUT_MS = 1_000;
