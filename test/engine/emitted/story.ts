import type { Callee, RunEvent, RunSagaOptions, SagaRun } from "@sagac/runtime/testing";

type AnyRun = RunSagaOptions<unknown, unknown>;

/** One story of one emitted saga: how its participants behave, what comes from outside, and how it has to end. */
export interface Story {
  readonly name: string;
  readonly saga: string;
  readonly input: unknown;
  readonly steps?: Callee["steps"];
  readonly answers?: AnyRun["answers"];
  readonly events?: readonly RunEvent[];
  readonly person?: AnyRun["person"];
  /** By name; they are played by the same steps. */
  readonly callees?: readonly string[];
  /** What a part of the run must be. No story ends with a fault. */
  readonly ends: object;
  /** Operations in the order of the calls, those of items with the item: `reserve 1`. */
  readonly calls: readonly string[];
  readonly check?: (run: SagaRun<unknown>) => void;
}

/** The sagas of one source, and what happens to them. */
export interface Source {
  readonly file: string;
  readonly stories: readonly Story[];
}

export function callsOf({ calls }: SagaRun<unknown>): string[] {
  return calls.map(({ operation, input }) => {
    const { item } = (input ?? {}) as { readonly item?: number };
    return item === undefined ? operation : `${operation} ${item}`;
  });
}

export const REFUSED = { error: "Refused", data: { why: "no" } } as const;

/** It is answered after so long. */
export function after(time: string, outcome: "success" | "unknown" | "lost-answer" = "success") {
  return { outcome, after: time } as const;
}

export function cancelled(at: string): { readonly events: readonly RunEvent[] } {
  return { events: [{ at, cancel: "changed their mind" }] };
}

export const TURNED_BACK = { status: "compensated", failure: { name: "Cancelled" }, incomplete: [] } as const;
