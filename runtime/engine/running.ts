import type { SagaError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import { type Answer, makeCall, notMade, timeLimitOf } from "./calls.ts";
import type { WantedCall } from "./effects.ts";
import { answerOf, callsOf, type Family, type Input, isAnswered, type Member } from "./family.ts";
import type { Turn } from "./gate.ts";
import type { Logger } from "./handlers.ts";
import type { Holding } from "./holding.ts";
import { isOver } from "./lease-time.ts";
import type { Observer } from "./observer.ts";
import { messageOf } from "./thrown.ts";
import { TimeLimits } from "./time-limits.ts";
import type { Turns } from "./turns.ts";

interface RunningPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly observer: Observer | null;
}

export interface RunningEvents {
  /** A call ended: what the family has to take. */
  ended(holding: Holding, family: Family, input: Input): void;
  /** So has a call's time. */
  ranOut(holding: Holding, family: Family, input: Input): void;
  /** The lease has run out before a call. */
  overdue(holding: Holding): void;
}

/** The handlers that run. Makes what runs of a member equal to what its state wants. */
export class Running {
  readonly #ports: RunningPorts;
  readonly #turns: Turns;
  readonly #events: RunningEvents;
  readonly limits: TimeLimits;
  /** Of calls that run. */
  readonly #turnOf = new WeakMap<AbortController, Turn>();
  /** Calls that run and are not wanted any more. */
  readonly #unwanted = new WeakSet<AbortController>();
  #count = 0;

  constructor(ports: RunningPorts, turns: Turns, events: RunningEvents) {
    this.#ports = ports;
    this.#turns = turns;
    this.#events = events;
    this.limits = new TimeLimits(ports.clock, (holding, family, input) => events.ranOut(holding, family, input));
  }

  /** Handlers that run now. */
  get count(): number {
    return this.#count;
  }

  /** `begins`: whether calls may begin; those that run are told to abort in any case. */
  equal(holding: Holding, family: Family, member: Member, begins: boolean): void {
    const wanted = family.quarantined ? undefined : callsOf(member.unit, member.state);
    for (const [identity, controller] of member.running) {
      const call = wanted?.get(identity);
      if ((call === undefined || call.abort) && !controller.signal.aborted) controller.abort();
      if (call !== undefined || this.#unwanted.has(controller)) continue;
      // Nobody waits for it any more, and it may never settle.
      this.#unwanted.add(controller);
      family.unwanted++;
      this.#turnOf.get(controller)?.end(false);
    }
    this.limits.keep(member, wanted ?? null);
    if (!begins || wanted === undefined) return;
    for (const [identity, call] of wanted) {
      if (call.site.children !== undefined || member.running.has(identity)) continue;
      if (isAnswered(family, member.id, identity)) continue;
      // The commit left it out: one that says otherwise comes first.
      if (member.state.undelivered.includes(identity)) continue;
      // Told to abort before it was ever made: nobody would answer.
      if (call.abort) family.queue.push(answerOf(member.id, call, notMade(call)));
      else this.#begin(holding, family, member, call);
    }
  }

  /** Tells all that runs of a family to abort: it is nobody's here any more. */
  abandon(family: Family, reason?: SagaError): void {
    for (const member of family.members.values()) {
      this.limits.keep(member, null);
      for (const controller of member.running.values()) {
        controller.abort(reason);
        const turn = this.#turnOf.get(controller);
        if (turn !== undefined) this.#ports.clock.schedule(SETTLE_MS, () => turn.end(false));
      }
    }
  }

  #begin(holding: Holding, family: Family, member: Member, wanted: WantedCall): void {
    const { clock, log, observer } = this.#ports;
    if (holding.lost) return;
    holding.lingering.delete(family);
    if (isOver(holding.validUntil, clock)) {
      // Safety is the fence's business; this only spares a call that somebody else is about to make. The partition is given up with it: a
      // renewal that is under way would make it ours as if nothing had happened, and nobody would ever make the call.
      log.warn("the lease has run out: a call is left to the next owner", { partition: holding.key, saga: member.id });
      this.#events.overdue(holding);
      return;
    }
    const { identity } = wanted;
    const { context } = member.state.standing.state;
    let limitMs: number | null;
    try {
      limitMs = timeLimitOf(member.unit, wanted, context);
    } catch (error) {
      const message = `the time limit of ${wanted.id} cannot be worked out: ${messageOf(error)}`;
      this.#events.ended(holding, family, { kind: "defect", message });
      return;
    }
    const counted = wanted.site.compute !== true;
    const turn = counted
      ? this.#turns.claim(holding, family, member, wanted, () => {
          if (!holding.lost && family.members.get(member.id) === member) this.equal(holding, family, member, true);
        })
      : null;
    if (counted && turn === null) return;
    const controller = new AbortController();
    member.running.set(identity, controller);
    if (turn !== null) this.#turnOf.set(controller, turn);
    family.calls++;
    this.#count++;
    const delivery = {
      sagaId: member.id,
      correlationId: family.correlationId,
      context,
      wanted,
      limitMs,
      epoch: holding.lease.epoch,
      redelivered: member.redelivered.has(identity),
      controller,
    };
    turn?.begin();
    if (turn !== null) observer?.callBegan(wanted.site.service, wanted.attempt > 1, turn.waitedMs);
    const begunMs = observer === null ? 0 : clock.monotonic();
    if (limitMs !== null) this.limits.begin(holding, family, member, wanted, limitMs);
    void makeCall(member.unit, delivery, { clock, log }).then((answer) => {
      this.#count--;
      family.calls--;
      if (this.#unwanted.has(controller)) family.unwanted--;
      member.running.delete(identity);
      this.limits.answered(member, wanted);
      if (turn !== null && "outcome" in answer) {
        const { step, kind } = wanted.site;
        const call = { saga: member.unit.definition.saga, step, kind };
        observer?.callEnded(call, answer.outcome, clock.monotonic() - begunMs);
      }
      const input: Input = "defect" in answer ? { kind: "defect", message: answer.defect } : answerOf(member.id, wanted, answer);
      this.#events.ended(holding, family, input);
      // Only now: whoever gets the turn may look at this member, and its answer has to be there by then.
      turn?.end(!("defect" in answer) && isAnswer(answer));
    });
  }
}

/** Whether its service is there: a refusal by its fence is an answer too. */
function isAnswer({ outcome }: Answer): boolean {
  return outcome !== "unknown";
}

/** For handlers that settle when they are told to abort; the place of one that does not is given to others then. */
const SETTLE_MS = 1_000;
