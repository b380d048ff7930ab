import { serveAlone } from "./saga.ts";

const [url] = process.argv.slice(2);
if (url === undefined) throw new Error("the store's address is missing");
await serveAlone(url);
