import { DBOS } from "@dbos-inc/dbos-sdk";
import { Client } from "pg";
import { postgresServer } from "../postgres-server.ts";
import { type Contestant, carryOut, mustEnd, NoCarrier, nextOrder, type OrderInput, STEPS, UNDOES } from "./work.ts";

/** A workflow a saga, a `runStep` a step, in this process, on a Postgres of its own; `pool` connections. */
export async function startDbos(pool: number): Promise<Contestant> {
  const server = await postgresServer();
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query("create database dbos_sys");
  await client.end();
  DBOS.setConfig({
    name: "bench",
    systemDatabaseUrl: server.url.replace(/\/postgres$/, "/dbos_sys"),
    systemDatabasePoolSize: pool,
    logLevel: "error",
    enableOTLP: false,
    runAdminServer: false,
  });
  const saga = DBOS.registerWorkflow(
    async (input: OrderInput) => {
      let done = 0;
      try {
        for (const step of STEPS) {
          await DBOS.runStep(() => carryOut(step, input), { name: step });
          done++;
        }
        return true;
      } catch (error) {
        if (!(error instanceof NoCarrier)) throw error;
        for (const undo of UNDOES.slice(0, done).toReversed()) await DBOS.runStep(() => carryOut(undo, input), { name: undo });
        return false;
      }
    },
    { name: "saga" },
  );
  await DBOS.launch();
  return {
    run: async (fail) => mustEnd(await saga(nextOrder(fail)), fail),
    servers: server.pids,
    async stop() {
      await DBOS.shutdown();
      await server.stop();
    },
  };
}
