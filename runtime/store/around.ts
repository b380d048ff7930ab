import type { Store } from "./store.ts";

/** The calls of a store: all that answer with a promise. */
export type StoreOperation = Exclude<
  { [Name in keyof Store]: Store[Name] extends (...args: never[]) => Promise<unknown> ? Name : never }[keyof Store],
  undefined
>;

/** The same store, each of its calls in the hands of `around`: it makes the call by `run`, or does not. */
export function aroundStore(
  store: Store,
  around: <T>(operation: StoreOperation, args: readonly unknown[], run: () => Promise<T>) => Promise<T>,
): Store {
  return {
    kind: store.kind,
    partitions: store.partitions,
    smallSnapshotChars: store.smallSnapshotChars,
    now: () => around("now", [], () => store.now()),
    lease: (...args) => around("lease", args, () => store.lease(...args)),
    release: (...args) => around("release", args, () => store.release(...args)),
    attend: (...args) => around("attend", args, () => store.attend(...args)),
    occupied: (...args) => around("occupied", args, () => store.occupied(...args)),
    append: (...args) => around("append", args, () => store.append(...args)),
    pending: (...args) => around("pending", args, () => store.pending(...args)),
    commit: (...args) => around("commit", args, () => store.commit(...args)),
    load: (...args) => around("load", args, () => store.load(...args)),
    active: (...args) => around("active", args, () => store.active(...args)),
    children: (...args) => around("children", args, () => store.children(...args)),
    list: (...args) => around("list", args, () => store.list(...args)),
    count: (...args) => around("count", args, () => store.count(...args)),
    sagas: () => around("sagas", [], () => store.sagas()),
    remove: (...args) => around("remove", args, () => store.remove(...args)),
    due: (...args) => around("due", args, () => store.due(...args)),
    history: (...args) => around("history", args, () => store.history(...args)),
    commandResult: (...args) => around("commandResult", args, () => store.commandResult(...args)),
    watch: (listener) => store.watch(listener),
    close: () => around("close", [], () => store.close()),
  };
}
