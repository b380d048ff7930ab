import { Client } from "pg";
import { drawInt } from "../draw.ts";
import type { Fault } from "../fault.ts";
import { plainGround } from "../grounds.ts";

/** An administrator, or a pooler, ends sessions of the workers in the middle of whatever they do. */
export const postgresTerminate: Fault = {
  name: "postgres-terminate",
  about: "pg_terminate_backend of sessions at random, most of them in the middle of a statement",
  stores: ["postgres"],
  pauseMs: [20, 300],
  async open(store, folder) {
    const { url, close } = await plainGround(store, folder);
    const admin = new Client({ connectionString: url, application_name: "admin" });
    await admin.connect();
    return {
      url,
      async strike({ random }) {
        // Those at work first.
        const { rowCount } = await admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'saga' ORDER BY state = 'active' DESC, random() LIMIT $1`,
          [drawInt(random, 1, 3)],
        );
        return rowCount ?? 0;
      },
      async close() {
        await admin.end();
        await close();
      },
    };
  },
};
