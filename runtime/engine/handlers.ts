import { types } from "node:util";
import type { InquiryAnswer } from "./definition.ts";

/** What a handler is given beside its input. */
export interface StepContext<Errors = Record<never, never>> {
  readonly saga: string;
  readonly sagaId: string;
  /** The same for all that one business transaction causes; the saga's id unless its start named another. */
  readonly correlationId: string;
  readonly step: string;
  /** Of the present budget, from 1. */
  readonly attempt: number;
  /** The worker's fencing token: a participant that remembers the highest (epoch, sequence) can refuse a worker that lost its lease. */
  readonly epoch: number;
  /** Grows with each attempt of this call, also past a fresh budget: with `epoch` before it, it puts all deliveries in their order. */
  readonly sequence: number;
  /** The same for every attempt and delivery of this call: a participant that remembers it makes the effect exactly once. */
  readonly idempotencyKey: string;
  /** The key under which the forward call ran; for an undo or an inquiry that has to find out whether it happened. */
  readonly forwardKey: string;
  /** The step's forward call is known to have succeeded: for an undo, that there is something to undo. */
  readonly happened: boolean;
  /** How long a participant should remember this call, at least: for as long as the saga can have need of it. ms. */
  readonly keepForMs: number;
  /** An earlier delivery of this very attempt may have run: its worker is gone. */
  readonly redelivered: boolean;
  /** When the attempt times out, in milliseconds since the epoch by this process's clock. */
  readonly deadlineMs: number;
  /**
   * Aborted at the time-out, when a sibling failed, when a cancel or the saga's deadline came; when the worker lost its lease (reason `RT4001`), and
   * when it stops and the grace is over (`RT4002`), or hands the partition over with this call under way for too long (`RT4004`).
   */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** A declared error of this step: `throw ctx.fail("OutOfStock", { sku, left: 0 })`. It says: it definitely did not happen. */
  fail<Name extends keyof Errors & string>(name: Name, data: Errors[Name]): DeclaredError;
}

/** Runs one attempt of a step. Anything thrown that is not `ctx.fail(…)` means: it may or may not have happened. */
export type Handler<Input, Output, Errors = Record<never, never>> = (
  input: Input,
  ctx: StepContext<Errors>,
) => Output | Promise<Output>;

/** Undoes a step, or what may have happened of it; must succeed where there is nothing to undo. */
export type UndoHandler<Input> = (input: Input, ctx: StepContext) => unknown;

/** Answers, without changing anything, whether a step's effect took place. */
export type InquiryHandler<Input, Output> = (
  input: Input,
  ctx: StepContext,
) => InquiryAnswer<Output> | Promise<InquiryAnswer<Output>>;

/** An error that a step declares (`throws`). Made by `ctx.fail`. */
export class DeclaredError extends Error {
  readonly kind = "declared";
  readonly data: unknown;

  constructor(name: string, data: unknown) {
    super(name);
    this.name = name;
    this.data = data;
  }
}

/** Whether this is what `ctx.fail` makes; by its form, since a handler may have another copy of this package. */
export function isFailure(value: unknown): value is Error {
  // Unlike `instanceof` it asks a proxy nothing.
  return types.isNativeError(value) && "kind" in value && value.kind === "declared";
}

export interface Logger {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
