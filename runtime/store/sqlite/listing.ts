import { askedSagas, comparePlaces, indexFor, pageOf, type Stretch, shownOf, stretchOf } from "../listing.ts";
import { decodeId, partitionNamed, sagaNamed } from "../partition.ts";
import { type ListedSaga, type Place, SAGA_STATUSES, type Search, type SearchPage } from "../store.ts";
import { conditionsOf, int, type Row, text, word } from "./rows.ts";
import type { Statements } from "./statements.ts";

/** One page, inside one view of the file. */
export function listSagas(
  sql: Statements,
  search: Search,
  page: SearchPage,
): { readonly sagas: ListedSaga[]; readonly next: Place | null } {
  const stretch = stretchOf(search, page);
  return pageOf(search, page, stretch, read(sql, search, stretch).map(listed));
}

/** Of a search that the index by status answers alone. */
export function countSagas(sql: Statements, search: Search): number {
  const { fromMs, toMs } = stretchOf(search, { after: null, newestFirst: false, limit: 1 });
  let sum = 0;
  for (const [saga, status] of ranges(sql, search)) {
    sum += int(sql.countByStatus.get(saga, status, fromMs, toMs) ?? {}, "count");
  }
  return sum;
}

/** What a stretch of the search's index holds, in order. */
function read(sql: Statements, search: Search, { after, newestFirst, fromMs, toMs, limit }: Stretch): Row[] {
  const index = indexFor(search);
  const bounds = [fromMs, toMs, after.createdAtMs, after.id, after.partition] as const;
  if (index.by === "tag") return (newestFirst ? sql.byTagNewest : sql.byTag).all(index.tag, ...bounds, limit);
  if (index.by === "condition") {
    return (newestFirst ? sql.byConditionNewest : sql.byCondition).all(...bounds, index.condition, limit);
  }
  const statement = newestFirst ? sql.byStatusNewest : sql.byStatus;
  const rows = ranges(sql, search).flatMap(([saga, status]) => statement.all(saga, status, ...bounds, limit));
  const sign = newestFirst ? -1 : 1;
  return rows.sort((a, b) => sign * comparePlaces(placeOfRow(a), placeOfRow(b))).slice(0, limit);
}

/** The ranges of the index by status, each of one saga at one version in one status. */
function ranges(sql: Statements, search: Search): [string, string][] {
  const index = indexFor(search);
  const statuses = index.by === "status" ? index.statuses : [];
  const sagas = sql.sagas.all().map((row) => sagaNamed(text(row, "name")));
  return askedSagas(search, sagas).flatMap((saga) => statuses.map((status): [string, string] => [saga, status]));
}

function placeOfRow(row: Row): Place {
  return { createdAtMs: int(row, "created_at_ms"), id: text(row, "saga_id"), partition: text(row, "partition") };
}

function listed(row: Row): ListedSaga {
  return {
    partition: partitionNamed(text(row, "partition")),
    sagaId: decodeId(text(row, "saga_id")),
    status: word(row, "status", SAGA_STATUSES),
    conditions: conditionsOf(row),
    createdAtMs: int(row, "created_at_ms"),
    updatedAtMs: int(row, "updated_at_ms"),
    ...shownOf(text(row, "shown")),
  };
}
