import { DeclaredError } from "@sagac/runtime";
import { type Fence, type FenceContext, FenceRefusal, KeyOwnedByOther } from "@sagac/runtime/participant";

/** A service's own database with a fence in it. Its effects are lines in a list of their own: `take order-1`, `give order-1`. */
export interface FencePlace<Access> {
  /** A connection of its own. `before`: asked before each statement of the fence and of its effects. */
  open(before?: Gate): Promise<Side<Access>>;
  /** Whether a statement can be held while another connection goes on; in SQLite the other goes on at once, in between. */
  readonly holds: boolean;
  effects(): Promise<string[]>;
  dispose(): Promise<void>;
}

/** What a statement has to pass. In SQLite it must not wait. */
export type Gate = (statement: string) => Promise<void> | undefined;

export interface Side<Access> {
  readonly fence: Fence<Access>;
  /** Writes a line within the transaction of an effect. */
  write(access: Access, line: string): Promise<void> | undefined;
  /** Whether a statement of it waits for a lock just now. */
  waits(): Promise<boolean>;
  close(): Promise<void>;
}

export function fenceContext(id: string, changes: Partial<FenceContext> = {}): FenceContext {
  return {
    saga: "PlaceOrder",
    sagaId: id,
    step: "reserveStock",
    idempotencyKey: `PlaceOrder/${id}/reserveStock/forward/0`,
    forwardKey: `PlaceOrder/${id}/reserveStock/forward/0`,
    epoch: 1,
    sequence: 1,
    happened: false,
    keepForMs: 3_600_000,
    ...changes,
  };
}

/** One use of a fence, whose outcome is a word. */
export type Use = <Access>(side: Side<Access>, id: string) => Promise<string>;

export function take(epoch: number, sequence: number): Use {
  return (side, id) =>
    outcomeOf(async () => {
      const ctx = fenceContext(id, { epoch, sequence });
      const output = await side.fence.call(ctx, (access) =>
        after(side.write(access, `take ${id}`), { by: `${epoch}.${sequence}` }),
      );
      return `took as ${output.by}`;
    });
}

/** It takes, then is told that there is none left. */
export function takeInVain(epoch: number, sequence: number): Use {
  return (side, id) =>
    outcomeOf(async () => {
      const ctx = fenceContext(id, { epoch, sequence });
      const output = await side.fence.call(ctx, (access) =>
        after<{ by: string }>(side.write(access, `take ${id}`), () => {
          throw new DeclaredError("OutOfStock", { by: `${epoch}.${sequence}` });
        }),
      );
      return `took as ${output.by}`;
    });
}

/** The same slip as in a handler: `return ctx.fail(…)`. */
export function takeAndReturnFailure(epoch: number, sequence: number): Use {
  return (side, id) =>
    outcomeOf(async () => {
      const ctx = fenceContext(id, { epoch, sequence });
      const failure = new DeclaredError("OutOfStock", { by: `${epoch}.${sequence}` });
      await side.fence.call(ctx, (access) => after<unknown>(side.write(access, `take ${id}`), () => failure));
      return "took";
    });
}

export const undo: Use = (side, id) =>
  outcomeOf(async () => {
    await side.fence.undo(fenceContext(id), (access) => side.write(access, `give ${id}`));
    return "undone";
  });

export const inquire: Use = (side, id) =>
  outcomeOf(async () => {
    const answer = await side.fence.inquire<{ by: string }>(fenceContext(id));
    return answer.status === "happened" ? `happened as ${answer.output.by}` : answer.status;
  });

/** A value once a line was written: at once where that was. */
function after<T>(written: Promise<void> | undefined, value: T | (() => T)): T | Promise<T> {
  const get = (): T => (typeof value === "function" ? (value as () => T)() : value);
  return written === undefined ? get() : written.then(get);
}

async function outcomeOf(run: () => Promise<string>): Promise<string> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof FenceRefusal) return `refused: ${error.reason}`;
    if (error instanceof KeyOwnedByOther) return "owned by another";
    if (error instanceof DeclaredError) return `${error.name} of ${(error.data as { by: string }).by}`;
    if (error instanceof Error && /database is locked/.test(error.message)) return BUSY;
    throw error;
  }
}

/** SQLite's answer to a second writer: nothing happened, and it is tried again. */
export const BUSY = "busy";
