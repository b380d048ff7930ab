import {
  checkSearch,
  countByPages,
  indexFor,
  inOrder,
  isAskedFor,
  isByStatus,
  pageOf,
  type SearchIndex,
  type Stretch,
  shownOf,
  stretchOf,
} from "../listing.ts";
import { decodeId, partitionKey } from "../partition.ts";
import { type ListedSaga, type Partition, type Place, SAGA_STATUSES, type Search, type SearchPage } from "../store.ts";
import type { RedisConnection } from "./connection.ts";
import type { Owners } from "./owners.ts";
import { conditionsOf, int, list, text, word } from "./replies.ts";
import type { Scripts } from "./scripts.ts";

interface ListingPorts {
  readonly connection: RedisConnection;
  readonly scripts: Scripts;
  readonly owners: Owners;
  /** The root key of a partition, by its name. */
  readonly root: (partition: string) => string;
}

/** Searches: each partition has indexes of its own, which are read side by side and merged. Nothing is scanned. */
export class Listing {
  readonly #ports: ListingPorts;

  constructor(ports: ListingPorts) {
    this.#ports = ports;
  }

  async list(search: Search, page: SearchPage): Promise<{ sagas: ListedSaga[]; next: Place | null }> {
    checkSearch(search, page);
    const stretch = stretchOf(search, page);
    const indexes = indexNames(indexFor(search));
    const partitions = await this.#partitions(search);
    const found = (await Promise.all(partitions.map((partition) => this.#read(partition, indexes, stretch)))).flat();
    return pageOf(search, page, stretch, inOrder(found, page));
  }

  async count(search: Search): Promise<number> {
    checkSearch(search);
    if (!isByStatus(search)) return await countByPages(search, (asked, page) => this.list(asked, page));
    const { fromMs, toMs } = stretchOf(search, { after: null, newestFirst: false, limit: 1 });
    const call = { indexes: indexNames(indexFor(search)), first: `[${digits(fromMs)}`, last: `(${digits(toMs)}` };
    const counts = await Promise.all(
      (await this.#partitions(search)).map(async (partition) => {
        const root = this.#ports.root(partitionKey(partition));
        return int(await this.#ports.connection.read(this.#ports.scripts.count, root, call), root);
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #read(partition: Partition, indexes: readonly string[], stretch: Stretch): Promise<ListedSaga[]> {
    const { connection, scripts } = this.#ports;
    const root = this.#ports.root(partitionKey(partition));
    const { newestFirst: reverse, limit } = stretch;
    const call = { indexes, ...boundsOf(partitionKey(partition), stretch), reverse, limit };
    return list(await connection.read(scripts.list, root, call), root).map((reply): ListedSaga => {
      const [id, status, conditions, created, updated, shown] = list(reply, root);
      return {
        partition,
        sagaId: decodeId(text(id, root)),
        status: word(status, SAGA_STATUSES, root),
        conditions: conditionsOf(text(conditions, root)),
        createdAtMs: int(created, root),
        updatedAtMs: int(updated, root),
        ...shownOf(text(shown, root)),
      };
    });
  }

  async #partitions(search: Search): Promise<Partition[]> {
    const sagas = await this.#ports.owners.sagas();
    return sagas.filter((saga) => isAskedFor(search, saga)).flatMap((saga) => this.#ports.owners.sharesOf(saga));
  }
}

function indexNames(index: SearchIndex): string[] {
  if (index.by === "tag") return [`tag:${index.tag}`];
  if (index.by === "condition") return [`condition:${index.condition}`];
  return index.statuses.map((status) => `status:${status}`);
}

/** Of one partition's members, in the order of reading. At the very place of the last page another partition may have one more. */
function boundsOf(
  partition: string,
  { after, newestFirst, fromMs, toMs }: Stretch,
): { readonly first: string; readonly last: string } {
  const later = newestFirst ? partition < after.partition : partition > after.partition;
  const at = `${digits(after.createdAtMs)} ${after.id}`;
  const first = after.createdAtMs < 0 ? "-" : `${later ? "[" : "("}${at}`;
  return { first, last: newestFirst ? `[${digits(fromMs)}` : `(${digits(toMs)}` };
}

/** So that the order of texts is that of times. */
function digits(ms: number): string {
  return String(ms).padStart(16, "0");
}
