import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../../runtime/store/open.ts";
import type { Store } from "../../runtime/store/store.ts";
import type { StorePlace } from "../conformance/kit.ts";

export async function memoryPlace(): Promise<StorePlace> {
  return { open: (options) => openStore("memory:", options), dispose: async () => undefined };
}

/** A file of its own in a folder of its own. */
export async function sqlitePlace(): Promise<StorePlace> {
  const folder = await mkdtemp(join(tmpdir(), "saga-sqlite-"));
  const handles: Store[] = [];
  return {
    async open(options) {
      const store = await openStore(`sqlite:${join(folder, "saga.db")}`, options);
      handles.push(store);
      return store;
    },
    async dispose() {
      for (const store of handles) await store.close();
      await rm(folder, { recursive: true });
    },
  };
}
