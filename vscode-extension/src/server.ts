import { serveOnStdio } from "sagac/lsp";

// The sagac that comes along, for folders without one of their own.
await serveOnStdio();
process.exit(0);
