import { type Copier, newCopier } from "./copier.ts";
import type { RecordChange } from "./parts.ts";

/**
 * Changes records within a context of our own: an object that holds some of them is copied once an event, where each assign by itself copies
 * all that is around its record.
 */
export class Records {
  readonly #holders = new Map<string, Holder>();
  /** Objects that nobody else has. */
  #own = new Set<unknown>();

  /** What was copied may be seen by others from now on. */
  forget(): void {
    if (this.#own.size > 0) this.#own = new Set();
  }

  change(context: object, change: RecordChange, name: string, params: unknown): void {
    const keys = keysOf(change, name);
    const last = keys.pop() ?? "";
    let above = context as Record<string, unknown>;
    let holders = this.#holders;
    for (const key of keys) {
      const holder = holders.get(key) ?? { copy: newCopier(), below: new Map() };
      holders.set(key, holder);
      above[key] = this.#owned(above[key] as Record<string, unknown>, holder.copy);
      above = above[key] as Record<string, unknown>;
      holders = holder.below;
    }
    above[last] = change.to(above[last], params);
  }

  #owned(object: Record<string, unknown>, copy: Copier): Record<string, unknown> {
    if (this.#own.has(object)) return object;
    const copied = copy(object);
    this.#own.add(copied);
    return copied;
  }
}

interface Holder {
  readonly copy: Copier;
  readonly below: Map<string, Holder>;
}

/** The keys that lead from the context to what a change is about. */
export function keysOf({ path, part }: RecordChange, name: string): string[] {
  return ["steps", ...path(name), ...(part === null ? [] : [part])];
}

/** The record that a change is about, by its parameters; `null`: it tells none. */
export function nameIn({ of }: RecordChange, params: unknown): string | null {
  const name =
    typeof params === "object" && params !== null && of in params ? (params as Readonly<Record<string, unknown>>)[of] : null;
  return typeof name === "string" ? name : null;
}
