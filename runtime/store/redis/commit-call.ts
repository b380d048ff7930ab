import { isOver, snapshotText, timerMs } from "../edge.ts";
import { shownOfPart, shownText, tagKeys } from "../listing.ts";
import { encodeId, partitionKey } from "../partition.ts";
import type { CommitPart, Lease, TimerToSet } from "../store.ts";

/** A script call is bounded, so that it neither holds up the server nor outgrows its buffers. */
const MAX_PARTS = 256;
const MAX_CHARS = 4 << 20;

/** One call of `commit.lua`: parts of one partition under one lease. */
export interface CommitCall {
  readonly partition: string;
  readonly owner: string;
  readonly epoch: number;
  readonly server: string | undefined;
  /** Heads and texts of the parts, as `commit.lua` wants them. */
  readonly texts: string[];
  /** Where each part stood in the caller's list. */
  readonly indexes: number[];
  /** By the ids of their roots, encoded: whether the root ends here. */
  readonly families: Map<string, boolean>;
  chars: number;
}

/** The calls that carry out `parts`, one for each partition and lease unless that grows too large; a family is never divided. */
export function commitCalls(parts: readonly CommitPart[]): CommitCall[] {
  const calls: CommitCall[] = [];
  const byName = new Map<string, CommitCall[]>();
  // Most parts have their lease in common, and then also its name, which need not be put together anew.
  const byLease = new Map<Lease, CommitCall[]>();
  for (const [index, part] of parts.entries()) {
    const { lease } = part;
    let open = byLease.get(lease);
    if (open === undefined) {
      const name = `${partitionKey(lease.partition)} ${lease.epoch} ${lease.server} ${lease.owner}`;
      open = byName.get(name) ?? [];
      byName.set(name, open);
      byLease.set(lease, open);
    }
    const id = encodeId(part.sagaId);
    const root = part.root === null ? id : encodeId(part.root);
    let call = open.findLast(({ families }) => families.has(root)) ?? open.at(-1);
    if (call === undefined || (isFull(call) && !call.families.has(root))) {
      call = newCall(lease);
      open.push(call);
      calls.push(call);
    }
    add(call, part, id, root);
    call.indexes.push(index);
  }
  return calls;
}

function newCall({ partition, owner, epoch, server }: Lease): CommitCall {
  const name = partitionKey(partition);
  return { partition: name, owner, epoch, server, texts: [], indexes: [], families: new Map(), chars: 0 };
}

function isFull({ indexes, chars }: CommitCall): boolean {
  return indexes.length >= MAX_PARTS || chars >= MAX_CHARS;
}

/** ARGV of a call. `now`: the virtual time. */
export function commitArguments(call: CommitCall, now: number | undefined, channel: string, origin: string): string[] {
  const { partition, owner, epoch, server = "", texts, families, indexes } = call;
  const hint: string[] = [origin, partition];
  for (const [root, ended] of families) hint.push(ended ? "ended" : "committed", root);
  const time = now === undefined ? "" : String(now);
  const head = [owner, String(epoch), server, time, channel, JSON.stringify(hint), origin, partition, String(indexes.length)];
  return head.concat(texts);
}

/** As `commit.lua` has them; the same as it was: `s`. */
const KINDS = { whole: "w", change: "c", rest: "r" } as const;

/** What is encoded has no spaces, so that spaces divide. */
function add(call: CommitCall, part: CommitPart, id: string, root: string): void {
  const { texts, families } = call;
  const at = texts.push("") - 1;
  const { kind, text } = snapshotText(part.snapshot);
  if (text !== null) texts.push(text);
  const shown = shownOfPart(part);
  const shownAs = shownText(shown);
  if (shownAs !== null) texts.push(shownAs);
  const tags = shown === null ? "" : tagKeys(shown).join(" ");
  if (tags !== "") texts.push(tags);
  for (const record of part.records) texts.push(record);
  const { clearTimers, setTimers, expectedVersion: expected } = part;
  if (clearTimers.length > 0) texts.push(clearTimers.map(encodeId).join(" "));
  if (setTimers.length > 0) texts.push(setTimers.map(timerText).join(" "));
  for (const { position, id: command, result } of part.consume) {
    const { status, code, message } = result;
    texts.push(`${position} ${encodeId(command)} ${status} ${flag(code !== null)}${flag(message !== null)}`);
    if (code !== null) texts.push(code);
    if (message !== null) texts.push(message);
  }
  const conditions = part.conditions.length === 0 ? "" : `:${part.conditions.join(",")}`;
  const state = `${flag(part.live)}${flag(part.active)}${part.status}${conditions}`;
  const has = `${flag(shownAs !== null)}${flag(tags !== "")}${flag(clearTimers.length > 0)}${flag(setTimers.length > 0)}`;
  const names = `${id} ${part.root === null ? "" : root} ${expected} ${expected + 1} ${state}`;
  const counts = `${part.records.length} ${part.replaces ?? 0} ${part.consume.length} ${texts.length - at - 1}`;
  texts[at] = `${names} ${text === null ? "s" : KINDS[kind]}${flag(isOver(part))}${has} ${counts} ${encodeId(part.commitId)}`;
  for (let index = at; index < texts.length; index++) call.chars += texts[index]?.length ?? 0;
  families.set(root, (families.get(root) ?? false) || (part.root === null && part.status !== "running"));
}

function timerText(timer: TimerToSet): string {
  return `${encodeId(timer.key)} ${timerMs(timer)} ${"atMs" in timer ? "at" : "in"}`;
}

function flag(is: boolean): "0" | "1" {
  return is ? "1" : "0";
}
