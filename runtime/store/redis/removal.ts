import type { Removal } from "../store.ts";
import { int, list, text } from "./replies.ts";
import type { Forgettable } from "./starts.ts";

interface RemovalPorts {
  /** Takes away about so many rows; these roots (encoded) are forgotten too. Answers as `remove.lua` says. */
  remove(rows: number, forget: readonly string[]): Promise<unknown>;
  /** Frees the claims of these. */
  free(roots: readonly Forgettable[]): Promise<void>;
}

/** Takes away what is over in the partition with this root key, about `limit` rows. */
export async function removeOver(ports: RemovalPorts, root: string, limit: number): Promise<Removal> {
  const run = async (rows: number, forget: readonly string[]) => {
    const [removed, forgotten, left, due] = list(await ports.remove(rows, forget), root);
    const roots = list(due, root).map((reply): Forgettable => {
      const [id, since] = list(reply, root);
      return { root: text(id, root), sinceMs: int(since, root) };
    });
    return { removed: int(removed, root), forgotten: int(forgotten, root), left: int(left, root), roots };
  };
  const first = await run(limit, []);
  if (first.roots.length === 0 || first.left <= 0) {
    return { removed: first.removed, forgotten: first.forgotten, more: first.left <= 0 };
  }
  // A claim without its start is taken over, a start without its claim may be doubled: so claims go first.
  await ports.free(first.roots);
  const forget = first.roots.map((forgettable) => forgettable.root);
  const { removed, forgotten, left } = await run(first.left, forget);
  return { removed: first.removed + removed, forgotten, more: left <= 0 };
}
