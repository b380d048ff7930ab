import type { Clock } from "../ports/clock.ts";
import { makeCall, notMade } from "./calls.ts";
import { answerOf, callsOf, type Family, type Input, isAnswered, type Member } from "./family.ts";
import type { Logger } from "./handlers.ts";
import type { Holding } from "./holding.ts";
import { isOver } from "./lease-time.ts";

export interface RunningEvents {
  /** A call ended: what the family has to take. */
  ended(holding: Holding, family: Family, input: Input): void;
  /** The lease has run out before a call. */
  overdue(holding: Holding): void;
}

/** The handlers that run. Makes what runs of a member equal to what its state wants. */
export class Running {
  readonly #ports: { readonly clock: Clock; readonly log: Logger };
  readonly #events: RunningEvents;
  #count = 0;

  constructor(ports: { readonly clock: Clock; readonly log: Logger }, events: RunningEvents) {
    this.#ports = ports;
    this.#events = events;
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
    }
    if (!begins || wanted === undefined) return;
    for (const [identity, call] of wanted) {
      if (call.site.children !== undefined || member.running.has(identity)) continue;
      if (isAnswered(family, member.id, identity)) continue;
      // The commit left it to another owner: one that says otherwise comes first.
      if (member.state.undelivered.includes(identity)) continue;
      // Told to abort before it was ever made: nobody would answer.
      if (call.abort) family.queue.push(answerOf(member.id, call, notMade(call)));
      else this.#begin(holding, family, member, identity);
    }
  }

  #begin(holding: Holding, family: Family, member: Member, identity: string): void {
    const { clock, log } = this.#ports;
    const wanted = callsOf(member.unit, member.state).get(identity);
    if (wanted === undefined || holding.lost) return;
    if (isOver(holding.validUntil, clock)) {
      // Safety is the fence's business; this only spares a call that somebody else is about to make. The partition is given up with it: a
      // renewal that is under way would make it ours as if nothing had happened, and nobody would ever make the call.
      log.warn("the lease has run out: a call is left to the next owner", { partition: holding.key, saga: member.id });
      this.#events.overdue(holding);
      return;
    }
    const controller = new AbortController();
    member.running.set(identity, controller);
    family.calls++;
    this.#count++;
    const delivery = {
      sagaId: member.id,
      correlationId: family.correlationId,
      context: member.state.standing.state.context,
      wanted,
      epoch: holding.lease.epoch,
      redelivered: member.redelivered.has(identity),
      controller,
    };
    void makeCall(member.unit, delivery, { clock, log }).then((answer) => {
      this.#count--;
      family.calls--;
      member.running.delete(identity);
      const input: Input = "defect" in answer ? { kind: "defect", message: answer.defect } : answerOf(member.id, wanted, answer);
      this.#events.ended(holding, family, input);
    });
  }
}
