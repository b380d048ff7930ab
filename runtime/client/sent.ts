import { unfit } from "../arguments.ts";
import { checkIdText, commandId, firstDifference, startCommandId } from "../engine/limits.ts";
import { readOutside } from "../engine/logged.ts";
import { SagaError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import { partitionKey } from "../store/partition.ts";
import { mayBeMore } from "../store/pending.ts";
import type { Command, Partition, Store } from "../store/store.ts";
import { patiently } from "./patience.ts";

/** A command of a saga, by the id that its sender gave it. */
export type SentCommand =
  | "start"
  | { readonly signal: string }
  | { readonly cancel: string }
  | { readonly decide: string }
  | { readonly release: string };

/** What a read waits for. */
export interface ReadOptions {
  /** The read shows at least what this command did; `RT3009` says why not, when the time is over. */
  readonly after?: SentCommand;
  /** `"5s"` or milliseconds. Default 5 s. */
  readonly timeout?: number | string;
}

/** What became of a command. `waiting for the pivot`: a cancel, until the pivot is known to have happened or not. */
export interface CommandView {
  readonly status: "pending" | "waiting for the pivot" | "applied" | "refused";
  /** Why it was refused. */
  readonly code: string | null;
  readonly message: string | null;
}

/** The id under which the store has it. */
export function sentId(sagaId: string, sent: SentCommand): string {
  if (sent === "start") return startCommandId(sagaId);
  const [[kind, name] = ["", ""], ...others] = Object.entries(typeof sent === "object" ? (sent ?? {}) : {});
  const stored = kind === "decide" ? "operator" : kind;
  if (others.length > 0 || !["signal", "cancel", "operator", "release"].includes(stored))
    throw unfit("command", 'a command like "start", { signal: id }, { cancel: id }, { decide: id } or { release: id }', sent);
  checkIdText(name, `the id of a ${kind}`);
  return commandId(stored, sagaId, name);
}

interface Where {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly partition: Partition;
  readonly sagaId: string;
}

/** What became of it so far. */
export async function viewOf(where: Where, sent: SentCommand): Promise<CommandView> {
  const { store, clock, partition, sagaId } = where;
  const result = await patiently(clock, () => store.commandResult(partition, sentId(sagaId, sent)));
  if (result !== null) return result;
  const latched = isCancel(sent) && (await isDeciding(where));
  return { status: latched ? "waiting for the pivot" : "pending", code: null, message: null };
}

/** Says why a command has no result after so long (`RT3009`). */
export async function notYetApplied(where: Where, sent: SentCommand, limitMs: number): Promise<SagaError> {
  const { saga, version } = where.partition;
  const which = sent === "start" ? "start" : `${Object.keys(sent)[0]} "${Object.values(sent)[0]}"`;
  const kind = isCancel(sent) ? "cancel" : typeof sent === "object" && "release" in sent ? "release" : null;
  return new SagaError(
    "RT3009",
    `the ${which} of ${saga} "${where.sagaId}" is not applied after ${limitMs} ms, so that nothing that was read would show it: ${await whyNot(where, sentId(where.sagaId, sent), kind)} (${saga} version ${version})`,
  );
}

/** Says why one that was just sent has no result after so long (`RT1008`). */
export async function notAnswered(where: Where, { id, kind }: Command, limitMs: number): Promise<SagaError> {
  return new SagaError(
    "RT1008",
    `the ${kind} of ${where.partition.saga} "${where.sagaId}" has no answer after ${limitMs} ms. It is kept, and need not be sent again: ${await whyNot(where, id, kind)}`,
  );
}

/** Refuses (`RT1018`) a command under an id that another one has: it would be taken for a repeat of that one, and nobody would carry it out. */
export function refuseOtherCommand({ kind, payload }: Command, found: { readonly payload: string }, what: string): void {
  const [first, now] = [found.payload, payload].map(contentOf);
  const where = firstDifference(first, now);
  if (where === null) return;
  throw new SagaError(
    "RT1018",
    `a ${kind} of ${what} was sent before under this id, and asked for something else: it differs at ${where}. That one counts, and this one was not sent. Give it an id of its own`,
  );
}

/** What a command asks for; who sends it, and why, may be told otherwise in a repeat. */
function contentOf(payload: string): unknown {
  const { by, reason, ...content } = JSON.parse(payload) as Readonly<Record<string, unknown>>;
  return content;
}

async function whyNot(where: Where, id: string, kind: Command["kind"] | null): Promise<string> {
  const { store, clock, ids, partition, sagaId } = where;
  const stored = await patiently(clock, () => store.load(partition, sagaId));
  if (stored?.conditions.includes("quarantined") === true && kind !== "release")
    return "the saga is quarantined, and keeps its commands until it is released";
  if (kind === "cancel" && (await isDeciding(where))) return "a cancel waits until it is known whether the pivot has happened";
  const pending = await patiently(clock, () => store.pending(partition, PENDING_PAGE));
  if (!mayBeMore(pending, PENDING_PAGE) && !pending.some((command) => command.id === id)) {
    return "no such command waits in this store: was it sent, and under this id?";
  }
  const { saga, version } = partition;
  const occupied = await patiently(clock, () => store.occupied([{ saga, version }]));
  const own = occupied.find((each) => partitionKey(each.partition) === partitionKey(partition));
  if (own?.owner != null)
    return `its worker, ${own.owner}, has not come to it: many wait there, the worker stands still, or it is older than this client and does not know what is asked (RT4005 in its log)`;
  // Asking without being a worker: with 0 it stays for no time.
  const workers = await patiently(clock, () => store.attend({ owner: ids.next(), serves: [] }, 0));
  const serving = workers.filter(({ serves }) => serves.some((each) => each.saga === saga && each.version === version));
  if (serving.length === 0) return "it waits for a version: no worker that is up serves it, start one";
  return `nobody has held its partition for ${own?.unownedMs ?? 0} ms: a worker takes it when the lease of the last one has run out`;
}

function isCancel(sent: SentCommand): boolean {
  return typeof sent === "object" && "cancel" in sent;
}

async function isDeciding({ store, clock, partition, sagaId }: Where): Promise<boolean> {
  const stored = await patiently(clock, () => store.load(partition, sagaId));
  if (stored === null || stored.removed || stored.conditions.includes("quarantined")) return false;
  const { pivot, latched } = readOutside(stored.snapshot, sagaId).state.context;
  return pivot === "deciding" && latched === "Cancelled";
}

const PENDING_PAGE = 1_000;
