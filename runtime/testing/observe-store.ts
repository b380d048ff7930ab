import type { Store } from "../store/store.ts";

/** The operations that are observed: all that answer with a promise. `watch` passes through. */
export type StoreOperation = Exclude<
  { [Name in keyof Store]: Store[Name] extends (...args: never[]) => Promise<unknown> ? Name : never }[keyof Store],
  undefined
>;

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

  return {
    kind: store.kind,
    partitions: store.partitions,
    smallSnapshotChars: store.smallSnapshotChars,
    now: () => observed("now", [], () => store.now()),
    lease: (...args) => observed("lease", args, () => store.lease(...args)),
    release: (...args) => observed("release", args, () => store.release(...args)),
    attend: (...args) => observed("attend", args, () => store.attend(...args)),
    occupied: (...args) => observed("occupied", args, () => store.occupied(...args)),
    append: (...args) => observed("append", args, () => store.append(...args)),
    pending: (...args) => observed("pending", args, () => store.pending(...args)),
    commit: (...args) => observed("commit", args, () => store.commit(...args)),
    load: (...args) => observed("load", args, () => store.load(...args)),
    active: (...args) => observed("active", args, () => store.active(...args)),
    children: (...args) => observed("children", args, () => store.children(...args)),
    list: (...args) => observed("list", args, () => store.list(...args)),
    count: (...args) => observed("count", args, () => store.count(...args)),
    sagas: () => observed("sagas", [], () => store.sagas()),
    remove: (...args) => observed("remove", args, () => store.remove(...args)),
    due: (...args) => observed("due", args, () => store.due(...args)),
    history: (...args) => observed("history", args, () => store.history(...args)),
    commandResult: (...args) => observed("commandResult", args, () => store.commandResult(...args)),
    watch: (listener) => store.watch(listener),
    close: () => observed("close", [], () => store.close()),
  };
}
