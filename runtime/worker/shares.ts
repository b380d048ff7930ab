import { fnv1a32 } from "../store/partition.ts";

/**
 * Who of these workers each partition of a saga is meant for: by index. The same for everybody who asks with the same workers, so that no two of
 * them have to agree on anything; no worker gets more than one above another; and when one comes or goes, most partitions stay where
 * they are (rendezvous hashing with bounded loads).
 */
export function meantFor(saga: string, partitions: number, workers: readonly string[]): readonly string[] {
  const owners = new Array<string>(partitions).fill("");
  if (workers.length === 0) return owners;
  const bids: Bid[] = [];
  for (const worker of workers) {
    for (let index = 0; index < partitions; index++)
      bids.push({ worker, index, weight: weightOf(`${worker}\n${saga}\n${index}`) });
  }
  bids.sort((a, b) => b.weight - a.weight || a.index - b.index || (a.worker < b.worker ? -1 : 1));
  const each = Math.floor(partitions / workers.length);
  let larger = partitions - each * workers.length;
  const counts = new Map<string, number>();
  for (const { worker, index } of bids) {
    const count = counts.get(worker) ?? 0;
    if (owners[index] !== "" || count > each || (count === each && larger === 0)) continue;
    if (count === each) larger--;
    owners[index] = worker;
    counts.set(worker, count + 1);
  }
  return owners;
}

interface Bid {
  readonly worker: string;
  readonly index: number;
  readonly weight: number;
}

/** FNV-1a leaves texts that differ in their end close to each other: two more rounds (of MurmurHash3) spread them. */
function weightOf(text: string): number {
  let hash = fnv1a32(Buffer.from(text, "utf8"));
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
