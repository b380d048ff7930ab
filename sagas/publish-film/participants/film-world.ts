/** How a call names itself. A step's context has all of it, so handlers hand it on as it is. */
interface CallKeys {
  readonly sagaId: string;
  /** The same for every attempt and delivery of this call. */
  readonly idempotencyKey: string;
  /** For an undo: the key of the call that it undoes. */
  readonly forwardKey: string;
}

interface Thing {
  readonly id: string;
  readonly what: string;
  readonly sagaId: string;
  isThere: boolean;
}

/**
 * What the studio, the network that delivers films, the rights offices and the stores have of a film, in memory: machines, files, addresses,
 * licences, entries. Each thing is made once, under the key of the call that made it, and removed once.
 */
class FilmWorld {
  readonly #things = new Map<string, Thing>();
  /** Undone, perhaps before they came: they are turned away then. */
  readonly #undone = new Set<string>();

  /** Makes a thing, and answers with its id; a repeat gets the id of the first time. */
  make(what: string, { sagaId, idempotencyKey: key }: CallKeys): string {
    if (this.#undone.has(key)) throw new Error(`${key} was undone, it comes too late`);
    const thing = this.#things.get(key) ?? { id: `${this.#things.size + 1}`, what, sagaId, isThere: true };
    this.#things.set(key, thing);
    return thing.id;
  }

  /** Removes what the call under `forwardKey` made. If it made nothing, there is nothing to remove, and nothing will come. */
  remove({ forwardKey }: CallKeys): void {
    this.#undone.add(forwardKey);
    const thing = this.#things.get(forwardKey);
    if (thing !== undefined) thing.isThere = false;
  }

  /** What there is of the film of a saga now, items included. */
  of(sagaId: string): readonly string[] {
    return [...this.#things.values()]
      .filter((thing) => thing.isThere && thing.sagaId.split("//")[0] === sagaId)
      .map(({ what }) => what);
  }
}

export const filmWorld = new FilmWorld();
