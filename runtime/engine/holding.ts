import type { Lease, PendingCommand } from "../store/store.ts";
import type { Family } from "./family.ts";
import type { Implementation } from "./implement.ts";
import type { LeaseTime } from "./lease-time.ts";
import { Resting } from "./resting.ts";

/** A partition that this worker holds, with the families it has in hand there. */
export interface Holding {
  readonly key: string;
  readonly implementation: Implementation;
  lease: Lease;
  /** No handler is called after it. Counted from before the lease was asked for. */
  validUntil: LeaseTime;
  /** Another worker has it, or may have: nothing more is committed or called for it. */
  lost: boolean;
  /** It is to be handed over: no call begins and nothing new is taken up, what runs may end. */
  draining: boolean;
  /** By the root's id. */
  readonly instances: Map<string, Family>;
  /** Of these, families that nothing keeps here but calls that nobody waits for any more: such a call may never settle. */
  readonly lingering: Set<Family>;
  /** Of these, families that are written apart, since the store refuses what they write. */
  readonly apart: Set<Family>;
  /** Families at rest. */
  readonly resting: Resting;
  /** Cancels that wait for the pivot of families that were let go meanwhile, by the root's id. */
  readonly latched: Map<string, readonly PendingCommand[]>;
  /** Positions of commands that are in some family's queue, and the bytes of their payloads. */
  readonly taken: Map<string, number>;
  /** Roots that are set aside and of which something is asked that waits for their release: it stays in the store, and is not read again. */
  readonly setAside: Set<string>;
  /** Reads of pending commands that are under way. */
  reads: number;
  /** Positions of commands that were consumed while one was: it may still tell of them. */
  readonly consumed: Set<string>;
}

export function newHolding(
  key: string,
  implementation: Implementation,
  lease: Lease,
  validUntil: LeaseTime,
  restingMax: number,
): Holding {
  return {
    key,
    implementation,
    lease,
    validUntil,
    lost: false,
    draining: false,
    instances: new Map(),
    lingering: new Set(),
    apart: new Set(),
    resting: new Resting(restingMax),
    latched: new Map(),
    taken: new Map(),
    setAside: new Set(),
    reads: 0,
    consumed: new Set(),
  };
}

/** A commit has consumed the command at this position. */
export function consumed(holding: Holding, position: string): void {
  holding.taken.delete(position);
  if (holding.reads > 0) holding.consumed.add(position);
}

/** A read of pending commands is over, and what it told has been given or left. */
export function hasRead(holding: Holding): void {
  holding.reads--;
  if (holding.reads === 0) holding.consumed.clear();
}

/** How many sagas are at work, or wait for their turn: the others keep nobody out. */
export function atWork({ instances, lingering }: Holding): number {
  return instances.size - lingering.size;
}

/** Puts a family in hand, with what it left when it was let go. */
export function takeInHand({ instances, latched }: Holding, family: Family): void {
  instances.set(family.rootId, family);
  const cancels = latched.get(family.rootId);
  if (cancels === undefined) return;
  family.latchedCancels = cancels;
  latched.delete(family.rootId);
}

/** Lets go of a family. What waits for its pivot is in no queue, and in the store its worker has it already: that is kept. */
export function dismiss({ instances, lingering, latched }: Holding, family: Family): void {
  if (family.latchedCancels.length > 0) latched.set(family.rootId, family.latchedCancels);
  if (instances.get(family.rootId) === family) instances.delete(family.rootId);
  lingering.delete(family);
}

/** Lets go of everything. */
export function empty({ instances, lingering, apart, latched, resting, taken, setAside }: Holding): void {
  for (const each of [instances, lingering, apart, latched, resting, taken, setAside]) each.clear();
}

/** How many keep others out, where so many may be in hand. As many again whose commits are refused do not: that may last for days. */
export function takingRoom(holding: Holding, inHandMax: number): number {
  return atWork(holding) - Math.min(holding.apart.size, inHandMax);
}

/** Whether one more saga may begin, where so many may be in hand. */
export function hasRoomToBegin(holding: Holding, inHandMax: number): boolean {
  return takingRoom(holding, inHandMax) < inHandMax;
}

/** The same of one that has begun and rests: there is room of its own for those, so that what waits for a service keeps no other saga asleep. */
export function hasRoomForBegun(holding: Holding, inHandMax: number): boolean {
  return takingRoom(holding, inHandMax) < 2 * inHandMax;
}

/** How many due timers stay in the store until it takes what their sagas write. */
export function heldUpTimers({ apart }: Holding): number {
  let count = 0;
  for (const { queue, taking } of apart) for (const { kind } of [...taking, ...queue]) if (kind === "timer") count++;
  return count;
}
