import { familyOf, isOver, snapshotText } from "../edge.ts";
import { shownOfPart, shownText, tagKeys } from "../listing.ts";
import { encodeId, partitionKey } from "../partition.ts";
import type { CommitPart } from "../store.ts";

/** A script call is bounded, so that it neither holds up the server nor outgrows its buffers. */
const MAX_PARTS = 256;
const MAX_CHARS = 4 << 20;

/** One call of `commit.lua`: parts of one partition under one lease. */
export interface CommitCall {
  readonly partition: string;
  readonly owner: string;
  readonly epoch: number;
  readonly server: string | undefined;
  /** As `commit.lua` wants them. */
  readonly parts: object[];
  readonly texts: string[];
  /** Where each part stood in the caller's list. */
  readonly indexes: number[];
  chars: number;
}

/** The calls that carry out `parts`, one for each partition and lease unless that grows too large; a family is never divided. */
export function commitCalls(parts: readonly CommitPart[]): CommitCall[] {
  const calls: CommitCall[] = [];
  const open = new Map<string, CommitCall>();
  const families = new Map<string, CommitCall>();
  for (const [index, part] of parts.entries()) {
    const { owner, epoch, server } = part.lease;
    const partition = partitionKey(part.lease.partition);
    const name = `${partition} ${epoch} ${server} ${owner}`;
    const family = familyOf(part);
    let call = families.get(family) ?? open.get(name);
    if (call === undefined || (!families.has(family) && (call.parts.length >= MAX_PARTS || call.chars >= MAX_CHARS))) {
      call = { partition, owner, epoch, server, parts: [], texts: [], indexes: [], chars: 0 };
      open.set(name, call);
      calls.push(call);
    }
    families.set(family, call);
    add(call, part);
    call.indexes.push(index);
  }
  return calls;
}

function add(call: CommitCall, part: CommitPart): void {
  const written = snapshotText(part.snapshot);
  const snapshot = written.text === null ? false : addText(call, written.text);
  const shown = shownOfPart(part);
  const text = shownText(shown);
  const shownAt = text === null ? false : addText(call, text);
  const records = [call.texts.length + 2, part.records.length];
  for (const record of part.records) addText(call, record);
  call.parts.push({
    id: encodeId(part.sagaId),
    root: part.root === null ? false : encodeId(part.root),
    live: part.live,
    active: part.active,
    expected: part.expectedVersion,
    commit: part.commitId,
    status: part.status,
    conditions: part.conditions.join(" "),
    kind: written.kind,
    snapshot,
    shown: shownAt,
    tags: tagKeys(shown),
    records,
    over: isOver(part),
    clear: part.clearTimers.map(encodeId),
    set: part.setTimers.map((timer) =>
      "atMs" in timer
        ? [encodeId(timer.key), Math.ceil(timer.atMs), true]
        : [encodeId(timer.key), Math.ceil(timer.delayMs), false],
    ),
    consume: part.consume.map(({ position, id, result }) => [
      position,
      encodeId(id),
      result.status,
      result.code ?? false,
      result.message ?? false,
    ]),
  });
}

/** Answers with the position in ARGV: counted from 1, and the call itself is the first. */
function addText(call: CommitCall, text: string): number {
  call.chars += text.length;
  return call.texts.push(text) + 1;
}
