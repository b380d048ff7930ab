import type { InquiryAnswer } from "../engine/definition.ts";
import { DeclaredError, isFailure } from "../engine/handlers.ts";
import { checkId } from "../store/partition.ts";
import { answered, decideCall, decideFailure, decideInquiry, decideUndo } from "./decide.ts";
import type { FenceAnswer, FenceContext, FenceRecord } from "./record.ts";

/**
 * Stands between a service's handlers and its database: each call has its effect at most once, none after its undo, and whoever repeats one
 * is told what the first was told. `Access` is what an effect changes data with, inside the fence's own transaction.
 */
export interface Fence<Access> {
  /**
   * A step. `effect` runs in the transaction that also keeps its answer: both or neither. `ctx.fail(…)` thrown from it rolls it back. It may run
   * more than once, each time after it was rolled back. Rejects with `FenceRefusal` (RT5001) where a later attempt or the undo was here before, and with
   * `KeyOwnedByOther`: let both pass out of the handler.
   */
  call<Output>(ctx: FenceContext, effect: (access: Access) => Output | Promise<Output>): Promise<Output>;
  /**
   * A compensation. `effect` runs only where there is something to undo, with what the step answered. Where nothing came yet it leaves word, so
   * that nothing comes any more. Rejects with RT5002 where the step is known to have happened and the record is gone.
   */
  undo(ctx: FenceContext, effect: (access: Access, output: unknown) => unknown): Promise<void>;
  /** An inquiry: whether the step happened. Once it says that it did not, it cannot happen any more under this key. */
  inquire<Output = unknown>(ctx: FenceContext): Promise<InquiryAnswer<Output>>;
}

/** The record of one key, under a lock, and what changes data in the same transaction. What `run` asks to write is written, then committed. */
export type Locked<Access> = <T>(
  key: string,
  keepForMs: number,
  run: (record: FenceRecord | null, access: Access) => Promise<Outcome<T>>,
) => Promise<T>;

/** `write`: the record from now on; `null`: nothing is to be written. */
export interface Outcome<T> {
  readonly write: FenceRecord | null;
  readonly value: T;
}

/** A fence on a database that can lock a record while its effect runs. */
export function fenceBy<Access>(locked: Locked<Access>): Fence<Access> {
  return {
    async call<Output>(ctx: FenceContext, effect: (access: Access) => Output | Promise<Output>): Promise<Output> {
      let answer: FenceAnswer;
      try {
        answer = await locked<FenceAnswer>(ctx.idempotencyKey, ctx.keepForMs, async (record, access) => {
          const decision = decideCall(record, ctx);
          if (decision.kind === "answer") return { write: decision.write, value: decision.answer };
          const output = outputOf(await effect(access));
          return { write: answered(ctx, output), value: { kind: "output", output } };
        });
      } catch (error) {
        if (!isDeclared(error)) throw error;
        answer = await locked(ctx.idempotencyKey, ctx.keepForMs, async (record) => {
          const decision = decideFailure(record, ctx, error);
          return { write: decision.write, value: decision.answer };
        });
      }
      return told<Output>(answer);
    },
    undo(ctx, effect) {
      return locked(ctx.forwardKey, ctx.keepForMs, async (record, access) => {
        const { effect: there, write } = decideUndo(record, ctx);
        if (there !== null) await effect(access, there.output);
        return { write, value: undefined };
      });
    },
    inquire<Output>(ctx: FenceContext): Promise<InquiryAnswer<Output>> {
      return locked(ctx.forwardKey, ctx.keepForMs, async (record) => {
        const { answer, write } = decideInquiry(record, ctx);
        return { write, value: answer as InquiryAnswer<Output> };
      });
    },
  };
}

/** What an effect answered; `ctx.fail(…)` is thrown also where it was returned, so that the effect is rolled back. */
export function outputOf<Output>(answer: Output): Output {
  if (isFailure(answer)) throw answer;
  return answer;
}

/** The recorded answer, as the first call gave it. */
export function told<Output>(answer: FenceAnswer): Output {
  if (answer.kind === "error") throw new DeclaredError(answer.name, answer.data);
  return answer.output as Output;
}

/** What `ctx.fail` makes; by its form, since a service may have another copy of this package. `KeyOwnedByOther` is the fence's own. */
export function isDeclared(error: unknown): error is { readonly name: string; readonly data: unknown } {
  if (typeof error !== "object" || error === null || !("kind" in error) || error.kind !== "declared") return false;
  return "name" in error && typeof error.name === "string" && error.name !== "KeyOwnedByOther" && "data" in error;
}

/** A name that stands before keys: of the service, where several share a table. */
export function checkScope(scope: string): string {
  checkId("scope", scope);
  return scope;
}
