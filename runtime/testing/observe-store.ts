import { aroundStore, type StoreOperation } from "../store/around.ts";
import type { Store } from "../store/store.ts";

export interface StoreCall {
  /** From 1, in the order of calling, over all operations of this wrapper. */
  readonly number: number;
  readonly operation: StoreOperation;
  readonly arguments: readonly unknown[];
}

export type StoreOutcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

export interface StoreHooks {
  /** Before the store is asked. What it throws the caller gets, and the store is not asked. */
  readonly before?: (call: StoreCall) => void | Promise<void>;
  /** After the store answered or failed, before the caller learns of it. What it throws the caller gets instead. */
  readonly after?: (call: StoreCall, outcome: StoreOutcome) => void | Promise<void>;
}

/** The same store, with someone watching each call: crash tests kill the process in a hook, others count what is in flight. */
export function observeStore(store: Store, hooks: StoreHooks): Store {
  let calls = 0;

  async function observed<T>(operation: StoreOperation, args: readonly unknown[], run: () => Promise<T>): Promise<T> {
    calls += 1;
    const call: StoreCall = { number: calls, operation, arguments: args };
    await hooks.before?.(call);
    let value: T;
    try {
      value = await run();
    } catch (error) {
      await hooks.after?.(call, { ok: false, error });
      throw error;
    }
    await hooks.after?.(call, { ok: true, value });
    return value;
  }

  return aroundStore(store, observed);
}
