import { askedSagas, indexFor, pageOf, type Stretch, shownOf, stretchOf } from "../listing.ts";
import { decodeId, partitionNamed, sagaNamed } from "../partition.ts";
import { type ListedSaga, type Place, SAGA_STATUSES, type Search, type SearchPage } from "../store.ts";
import { fromText } from "./keys.ts";
import { conditionsOf, int, type Row, text, word } from "./rows.ts";
import type { Operation } from "./sql.ts";

type Read = (operation: Operation, values: readonly unknown[]) => Promise<readonly Row[]>;

export async function listSagas(
  read: Read,
  search: Search,
  page: SearchPage,
): Promise<{ sagas: ListedSaga[]; next: Place | null }> {
  const stretch = stretchOf(search, page);
  const rows = await rowsOf(read, search, stretch);
  return pageOf(search, page, stretch, rows.map(listed));
}

/** Of a search that the index by status answers alone. */
export async function countSagas(read: Read, search: Search): Promise<number> {
  const { fromMs, toMs } = stretchOf(search, { after: null, newestFirst: false, limit: 1 });
  const index = indexFor(search);
  const statuses = index.by === "status" ? index.statuses : [];
  const [row] = await read("count-by-status", [await asked(read, search), statuses, fromMs, toMs]);
  return int(row?.count, "count");
}

async function rowsOf(read: Read, search: Search, stretch: Stretch): Promise<readonly Row[]> {
  const { after, newestFirst, fromMs, toMs, limit } = stretch;
  const bounds = [fromMs, toMs, after.createdAtMs, after.id, after.partition, limit];
  const index = indexFor(search);
  const order = newestFirst ? "-newest" : "";
  if (index.by === "tag") return await read(`list-by-tag${order}`, [index.tag, ...bounds]);
  if (index.by === "condition") return await read(`list-by-condition${order}`, [index.condition, ...bounds]);
  return await read(`list-by-status${order}`, [await asked(read, search), index.statuses, ...bounds]);
}

async function asked(read: Read, search: Search): Promise<string[]> {
  const sagas = await read("sagas", []);
  return askedSagas(
    search,
    sagas.map((row) => sagaNamed(text(row.name, "partition"))),
  );
}

function listed(row: Row): ListedSaga {
  return {
    partition: partitionNamed(text(row.partition, "partition")),
    // A root's id is never too long for a key.
    sagaId: decodeId(text(row.saga_id, "saga_id")),
    status: word(row.status, SAGA_STATUSES, "status"),
    conditions: conditionsOf(row),
    createdAtMs: int(row.created_at_ms, "created_at_ms"),
    updatedAtMs: int(row.updated_at_ms, "updated_at_ms"),
    ...shownOf(fromText(text(row.shown, "shown"))),
  };
}
