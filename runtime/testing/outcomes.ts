import type { StepContext } from "../engine/handlers.ts";

/**
 * How one call goes, as the saga and its participant see it:
 *
 * - `success`: it happens and is answered, with a sample of the output where none is said
 * - `unknown`: it breaks off and has not happened; the caller cannot know
 * - `lost-answer`: it happens, and the answer is lost
 * - `timeout`: nothing happens until the call is told to abort, then it breaks off
 * - `hang`: it never ends, also when it is told to abort
 */
export type PlainOutcome = "success" | "unknown" | "lost-answer" | "timeout" | "hang";

/** One of these, or with what is answered: an output, or an error that the step declares. `after`: how long it takes (`"30s"` or ms). */
export type Outcome<Output = unknown, Errors = Readonly<Record<string, unknown>>> =
  | PlainOutcome
  | { readonly outcome: PlainOutcome; readonly after?: number | string }
  | { readonly output: Output; readonly after?: number | string }
  | ErrorOutcome<Errors>;

type ErrorOutcome<Errors> = {
  readonly [Name in keyof Errors & string]: {
    readonly error: Name;
    /** Left out: a sample. */
    readonly data?: Errors[Name];
    readonly after?: number | string;
  };
}[keyof Errors & string];

/**
 * What stands in for the handler of an operation: a handler, an outcome that every call has, or a list, one for each call in their order;
 * what comes after the list's end succeeds.
 */
export type Script<Handler> = Handler extends (input: infer Input, ctx: StepContext<infer Errors>) => infer Answer
  ?
      | ((input: Input, ctx: StepContext<Errors>) => Answer)
      | Outcome<Awaited<Answer>, Errors>
      | readonly (((input: Input, ctx: StepContext<Errors>) => Answer) | Outcome<Awaited<Answer>, Errors>)[]
  : Handler extends (...args: infer Args) => infer Answer
    ? // A compute: it has no context, and any number of arguments.
      ((...args: Args) => Answer) | { readonly output: Answer }
    : never;

/** Scripts by service and operation; what is left out is not scripted. */
export type Scripts<Steps> = {
  readonly [Service in keyof Steps]?: {
    readonly [Operation in keyof Steps[Service]]?: Script<Steps[Service][Operation]>;
  };
};

/** A script whose types are not known. */
export type AnyScript = AnyTurn | readonly AnyTurn[];
export type AnyTurn = Outcome | AnyHandler;
export type AnyHandler = (input: unknown, ctx: StepContext<Readonly<Record<string, unknown>>>) => unknown;

/** How often each outcome is drawn, as weights. `error`: an error that the step declares, where it declares any. */
export type Odds = Readonly<Record<PlainOutcome | "error", number>>;

export const ODDS: Odds = { success: 70, error: 10, unknown: 8, "lost-answer": 6, timeout: 4, hang: 2 };
