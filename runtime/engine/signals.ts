import type { PendingCommand } from "../store/store.ts";
import type { SagaContext, SagaDefinition, SagaEvent } from "./definition.ts";
import type { WantedWait } from "./effects.ts";
import type { KeptSignal } from "./envelope.ts";
import { nameOf } from "./implement.ts";
import { calledSagas } from "./unit.ts";
import { APPLIED, addRecord, apply, consume, historyFull, memberIds, refusal, stateOf, type Work } from "./work.ts";

/** What the command of a signal says. */
export interface SignalPayload {
  readonly signal: string;
  readonly payload: unknown;
  readonly by?: string;
}

/** A signal that was sent: given to the wait of the family that began first and matches, else kept in the root's mailbox. */
export function takeSignal(work: Work, command: PendingCommand): void {
  const { rootId } = work.family;
  const { signal, payload, by = null } = JSON.parse(command.payload) as SignalPayload;
  const misfit = misfitOf(work, signal, payload);
  if (misfit !== null) {
    consume(work, rootId, command, refusal("RT1014", misfit));
    return;
  }
  const kept: KeptSignal = { id: command.id, signal, payload, by };
  const full = historyFull(work, rootId);
  if (full !== null) {
    consume(work, rootId, command, full);
    return;
  }
  const taker = openWaits(work).find((open) => matches(open, kept)) ?? null;
  if (taker !== null) {
    consume(work, taker.member, command, APPLIED);
    give(work, taker, kept);
    return;
  }
  const { mailbox } = work.shared;
  const mailboxBytes = work.shared.mailboxBytes + bytesOf(kept);
  if (mailbox.length >= MAILBOX_MAX || mailboxBytes > MAILBOX_MAX_BYTES) {
    const wait =
      mailbox.length >= MAILBOX_MAX
        ? `${MAILBOX_MAX} signals`
        : `${mailbox.length} signals with ${work.shared.mailboxBytes} bytes`;
    consume(work, rootId, command, refusal("RT3006", `${wait} wait to be taken, and nothing waits for this one`));
    return;
  }
  work.shared = { ...work.shared, mailbox: [...mailbox, kept], mailboxBytes };
  addRecord(work, rootId, { type: "signalKept", id: command.id, signal });
  consume(work, rootId, command, APPLIED);
}

/** Why the family takes no such signal: neither the saga nor any that it calls declares it, or its data fits none of their types. */
function misfitOf(work: Work, signal: string, payload: unknown): string | null {
  const { implementation, registry } = work.options;
  const seen = new Set<SagaDefinition>([implementation.definition]);
  let misfit = `neither the saga nor any that it calls takes a signal "${signal}"`;
  // What is found meanwhile is looked at too.
  for (const definition of seen) {
    for (const called of calledSagas(definition)) {
      const found = registry.get(nameOf(called));
      if (found !== undefined) seen.add(found.definition);
    }
    const { signals = {} } = definition.validators;
    const parsed = Object.hasOwn(signals, signal) ? signals[signal]?.safeParse(payload) : undefined;
    if (parsed?.success === true) return null;
    if (parsed === undefined) continue;
    const issues = parsed.error.issues
      .slice(0, 3)
      .map((issue) => `${issue.path.map(String).join(".") || "(all)"}: ${issue.message}`);
    misfit = `signal ${signal} does not fit: ${issues.join("; ")}`;
  }
  return misfit;
}

/** Waits that began in this draft may take what was sent before them. One at a time: taking a signal can begin other waits. */
export function settleMailbox(work: Work): boolean {
  if (!work.newWaits) return false;
  work.newWaits = false;
  if (work.shared.mailbox.length === 0) return false;
  for (const open of openWaits(work)) {
    const taken = work.shared.mailbox.find((kept) => matches(open, kept));
    if (taken === undefined) continue;
    const mailbox = work.shared.mailbox.filter((kept) => kept !== taken);
    work.shared = { ...work.shared, mailbox, mailboxBytes: work.shared.mailboxBytes - bytesOf(taken) };
    // There may be more for those that wait already.
    work.newWaits = true;
    give(work, open, taken);
    return true;
  }
  return false;
}

interface OpenWait {
  readonly member: string;
  readonly wait: WantedWait;
  /** The order in which the family's waits began. */
  readonly number: number;
  readonly context: SagaContext;
}

function openWaits(work: Work): OpenWait[] {
  const open: OpenWait[] = [];
  for (const member of memberIds(work)) {
    const state = stateOf(work, member);
    if (state === null || state.waits.size === 0) continue;
    const { effects, state: at } = state.standing;
    for (const [identity, number] of state.waits) {
      const wait = effects.waits.get(identity);
      if (wait !== undefined && wait.site.signals.length > 0) open.push({ member, wait, number, context: at.context });
    }
  }
  return open.sort((a, b) => a.number - b.number);
}

function matches({ wait, context }: OpenWait, { signal, payload }: KeptSignal): boolean {
  return wait.site.signals.some(
    (site) => site.signal === signal && (site.where === undefined || site.where(context as never, payload as never)),
  );
}

function give(work: Work, { member, wait }: OpenWait, { id, signal, payload, by }: KeptSignal): void {
  const event: SagaEvent = { type: `signal.${signal}`, wait: wait.id, payload };
  apply(work, member, event, (timed) => ({ type: "command", kind: "signal", id, by, reason: null, event: timed }));
}

/** Bytes that a signal takes up in the root's snapshot. */
export function bytesOf(kept: KeptSignal): number {
  return Buffer.byteLength(JSON.stringify(kept));
}

/** Signals that nothing has taken: more are refused, so that a sender who errs cannot fill a saga. */
const MAILBOX_MAX = 1_000;
/** And no more of their text: each commit may write it whole. */
const MAILBOX_MAX_BYTES = 8 * 1024 * 1024;
