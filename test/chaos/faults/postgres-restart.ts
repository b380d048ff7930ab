import { drawInt } from "../draw.ts";
import type { Fault } from "../fault.ts";
import { plainGround } from "../grounds.ts";
import { pause } from "../pause.ts";

export const postgresRestart: Fault = {
  name: "postgres-restart",
  about: "SIGKILL of the whole server, which then recovers from its log",
  stores: ["postgres"],
  pauseMs: [1_000, 3_000],
  async open(store, folder) {
    const { url, postgres, close } = await plainGround(store, folder);
    return {
      url,
      async strike({ random }) {
        await postgres?.kill();
        await pause(drawInt(random, 100, 600));
        await postgres?.restart();
        return 1;
      },
      close,
    };
  },
};
