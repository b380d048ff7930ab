import type { Admission } from "./admission.ts";
import type { WantedCall } from "./effects.ts";
import { callsOf, type Family, type Member } from "./family.ts";
import type { Turn } from "./gate.ts";
import type { Holding } from "./holding.ts";

/** A call's place: its turn, or its place in the line for one. */
export interface Place {
  turn: Turn | null;
  leave(): void;
}

/** The places of families' calls. A turn is taken before the commit that says the call is made, and a call without one is left out of it. */
export class Turns {
  readonly #admission: Admission;
  readonly #begins: (holding: Holding) => boolean;
  readonly #granted: (holding: Holding, family: Family, member: string) => void;

  /** `begins`: whether calls may begin there. `granted`: a call that waited may be made, so a commit has to say so. */
  constructor(
    admission: Admission,
    begins: (holding: Holding) => boolean,
    granted: (holding: Holding, family: Family, member: string) => void,
  ) {
    this.#admission = admission;
    this.#begins = begins;
    this.#granted = granted;
  }

  /** Whether a draft may say that the call is made: it has its turn then. */
  admits(holding: Holding, family: Family, member: string, wanted: WantedCall): boolean {
    if (!this.#begins(holding)) return false;
    if (!isCounted(wanted)) return true;
    const there = family.places.get(member)?.get(wanted.identity);
    if (there !== undefined) return there.turn !== null;
    return this.#take(family, member, wanted);
  }

  /**
   * The turn of a call that a commit has said is made, now that it is. `null`: there is none, since there were reasons not to make it at that
   * time; `again` is called when there is one.
   */
  claim(holding: Holding, family: Family, member: Member, wanted: WantedCall, again: () => void): Turn | null {
    const there = family.places.get(member.id)?.get(wanted.identity);
    if (there === undefined && !this.#take(family, member.id, wanted)) this.#wait(holding, family, member.id, wanted, again);
    const places = family.places.get(member.id);
    const turn = places?.get(wanted.identity)?.turn ?? null;
    if (turn !== null) places?.delete(wanted.identity);
    return turn;
  }

  /** A commit has settled what of a member is to be made: what it left out stands in line, and what nobody wants any more leaves it. */
  settle(holding: Holding, family: Family, member: Member): void {
    const { undelivered } = member.state;
    const begins = this.#begins(holding);
    const places = family.places.get(member.id);
    for (const [identity, place] of places ?? []) {
      if (begins && (undelivered.includes(identity) || isClaimed(member, identity, place))) continue;
      places?.delete(identity);
      place.leave();
    }
    if (begins && undelivered.length > 0) {
      const calls = callsOf(member.unit, member.state);
      for (const identity of undelivered) {
        const wanted = calls.get(identity);
        if (wanted === undefined || places?.has(identity) === true) continue;
        this.#wait(holding, family, member.id, wanted, () => this.#granted(holding, family, member.id));
      }
    }
    if (places?.size === 0 && family.places.get(member.id) === places) family.places.delete(member.id);
  }

  /** Gives up every place of a family. */
  release(family: Family): void {
    for (const places of family.places.values()) for (const place of places.values()) place.leave();
    family.places.clear();
  }

  #take(family: Family, member: string, { site, attempt, identity }: WantedCall): boolean {
    const turn = this.#admission.take(site.service, attempt > 1);
    if (turn !== null) placesOf(family, member).set(identity, { turn, leave: () => turn.giveBack() });
    return turn !== null;
  }

  #wait(holding: Holding, family: Family, member: string, wanted: WantedCall, granted: () => void): void {
    const { site, attempt, identity } = wanted;
    const places = placesOf(family, member);
    const place: Place = { turn: null, leave: () => undefined };
    places.set(identity, place);
    const leave = this.#admission.wait(site.service, attempt > 1, (turn) => {
      place.turn = turn;
      place.leave = () => turn.giveBack();
      if (this.#begins(holding) && places.get(identity) === place) return granted();
      // It is another owner's call by now.
      if (places.get(identity) === place) places.delete(identity);
      turn.giveBack();
    });
    if (place.turn === null) place.leave = leave;
  }
}

/** A compute costs nobody else anything; what runs as instances of its own calls nobody. */
function isCounted({ site }: WantedCall): boolean {
  return site.compute !== true && site.children === undefined;
}

/** A commit has said that it is made, and it waits for its turn all the same. */
function isClaimed(member: Member, identity: string, place: Place): boolean {
  return place.turn === null && callsOf(member.unit, member.state).has(identity);
}

function placesOf(family: Family, member: string): Map<string, Place> {
  const there = family.places.get(member);
  if (there !== undefined) return there;
  const places = new Map<string, Place>();
  family.places.set(member, places);
  return places;
}
