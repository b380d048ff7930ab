/** How a call names itself. A step's context has all of it, so handlers hand it on as it is. */
interface CallKeys {
  readonly sagaId: string;
  /** The same for every attempt and delivery of this call. */
  readonly idempotencyKey: string;
  /** For an undo: the key of the call that it undoes. */
  readonly forwardKey: string;
}

interface SoldOut {
  readonly refused: "SoldOut";
  readonly seatsLeft: number;
}

interface Show {
  readonly price: number;
  readonly free: string[];
}

/**
 * The theatre, the restaurant, the till and the mail of a small town, in memory. They stand for four systems: what they share here is only the
 * record of what they did, so that an effect that is lost or done twice shows.
 */
class Town {
  readonly #shows = new Map<string, Show>();
  readonly #bookings = new Map<string, Show>();
  readonly #answers = new Map<string, object>();
  readonly #undone = new Set<string>();
  readonly #diary: { readonly sagaId: string; readonly line: string }[] = [];

  putOn(show: string, seats: readonly string[], price: number): void {
    this.#shows.set(show, { free: [...seats], price });
  }

  freeSeats(show: string): readonly string[] {
    return [...this.#show(show).free].sort();
  }

  /** What happened for a saga and its items, in order. */
  diaryOf(sagaId: string): readonly string[] {
    return this.#diary.filter((entry) => entry.sagaId.split("//")[0] === sagaId).map(({ line }) => line);
  }

  openBooking(show: string, size: number, call: CallKeys): { bookingId: string; pricePerSeat: number } | SoldOut {
    return this.#once<{ bookingId: string; pricePerSeat: number } | SoldOut>(call, `booking for ${size}`, () => {
      const { free, price } = this.#show(show);
      if (free.length < size) return { refused: "SoldOut", seatsLeft: free.length };
      const bookingId = `booking-${this.#bookings.size + 1}`;
      this.#bookings.set(bookingId, this.#show(show));
      return { bookingId, pricePerSeat: price };
    });
  }

  takeSeat(bookingId: string, guest: string, call: CallKeys): { seat: string } | SoldOut {
    return this.#once<{ seat: string } | SoldOut>(call, `seat for ${guest}`, () => {
      const seat = this.#bookings.get(bookingId)?.free.shift();
      return seat === undefined ? { refused: "SoldOut", seatsLeft: 0 } : { seat };
    });
  }

  freeSeat(bookingId: string, guest: string, call: CallKeys): void {
    this.#undoOnce<{ seat: string }>(call, `no seat for ${guest}`, ({ seat }) => this.#bookings.get(bookingId)?.free.push(seat));
  }

  /** Whatever leaves nothing to be counted but its line: a table, a menu, a receipt, a letter. Answers with a number of its own. */
  note(line: string, call: CallKeys): string {
    return this.#once(call, line, () => ({ id: `n-${this.#diary.length + 1}` })).id;
  }

  takeBack(line: string, call: CallKeys): void {
    this.#undoOnce(call, line, () => undefined);
  }

  /** Carries a call out once. A repeat gets the recorded answer, be it a refusal; a call that was undone already throws. */
  #once<Answer extends object>(call: CallKeys, line: string, effect: () => Answer): Answer {
    const { sagaId, idempotencyKey: key } = call;
    if (this.#undone.has(key)) throw new Error(`${key} was undone, it comes too late`);
    const known = this.#answers.get(key);
    if (known !== undefined) return known as Answer;
    const answer = effect();
    this.#answers.set(key, answer);
    if (!("refused" in answer)) this.#diary.push({ sagaId, line });
    return answer;
  }

  /** Takes back, once, what the call under `forwardKey` did. Where it never came, or was refused, there is nothing to take back. */
  #undoOnce<Answer>(call: CallKeys, line: string, effect: (answer: Answer) => void): void {
    const { sagaId, forwardKey: key } = call;
    if (this.#undone.has(key)) return;
    this.#undone.add(key);
    const answer = this.#answers.get(key);
    if (answer === undefined || "refused" in answer) return;
    effect(answer as Answer);
    this.#diary.push({ sagaId, line });
  }

  #show(show: string): Show {
    const found = this.#shows.get(show);
    if (found === undefined) throw new Error(`no show is called ${show}`);
    return found;
  }
}

export const town = new Town();
