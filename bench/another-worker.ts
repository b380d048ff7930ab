/** A worker that is a process of its own, for `npm run bench -- --workers n`: started with the store's address and the way of transitions. */
import { implement, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { placeOrder } from "../sagas/place-order/generated/place-order.saga.ts";
import { benchSteps } from "./handlers.ts";
import { endWithParent } from "./worker-process.ts";

endWithParent();
const [url, transition] = process.argv.slice(2);
if (url === undefined || (transition !== "compiled" && transition !== "xstate")) throw new Error("started by measure.ts");
const store = await openStore(url);
await startWorker({ store, sagas: [implement(placeOrder, benchSteps)], transition, log: silentLogger });
process.send?.("ready");
