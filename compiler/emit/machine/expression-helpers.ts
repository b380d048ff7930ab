import type { Word } from "./vocabulary.ts";

export type ExpressionHelper =
  | "equal"
  | "contains"
  | "present"
  | "entryOf"
  | "sum"
  | "whole"
  | "finite"
  | "milliseconds"
  | "instant"
  | "instantIfAny"
  | "datetime"
  | "once"
  | "received"
  | "caughtBy"
  | "heldBack"
  | "failureOf";

/** What expressions need beyond the operators of TypeScript. Each has a result for whatever it is given. */
export const EXPRESSION_HELPERS: Readonly<Record<ExpressionHelper, Word>> = {
  equal: {
    doc: "Whether two values are the same; what is absent is the same as what is absent.",
    code: () => `function equal(a: unknown, b: unknown): boolean {
  return (a ?? null) === (b ?? null);
}`,
  },
  contains: {
    doc: "Whether a list has an item that is the same.",
    code: () => `function contains(list: readonly unknown[], wanted: unknown): boolean {
  return list.some((item) => equal(item, wanted));
}`,
    needs: ["equal"],
  },
  present: {
    doc: "The items of a list that are there.",
    code: () => `function present<Item>(list: readonly (Item | null | undefined)[]): Item[] {
  return list.filter((item): item is Item => item != null);
}`,
  },
  entryOf: {
    doc: "What a record has under a key: its own, and not what every object has.",
    code: () => `function entryOf<T>(record: Readonly<Record<string, T>> | null | undefined, key: string): T | undefined {
  return record != null && Object.hasOwn(record, key) ? record[key] : undefined;
}`,
  },
  sum: {
    doc: "The sum of a list, item by item; `within` holds it within what it can be.",
    code: () => `function sum(list: readonly number[], within: (value: number) => number): number {
  return list.reduce((total, item) => within(total + item), 0);
}`,
  },
  whole: {
    doc: "A whole number, held within what can be told apart.",
    code: () => `function whole(value: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(Number.MIN_SAFE_INTEGER, value)) + 0;
}`,
  },
  finite: {
    doc: "A number, held within what is finite.",
    code: () => `function finite(value: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value)) + 0;
}`,
  },
  milliseconds: {
    doc: "A duration: whole milliseconds, never less than none.",
    code: () => `function milliseconds(value: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.round(value))) + 0;
}`,
  },
  instant: {
    doc: "A datetime in milliseconds since 1970 in UTC; 0 for what is none.",
    code: () => `function instant(at: string): number {
  return Date.parse(at) || 0;
}`,
  },
  instantIfAny: {
    doc: "As `instant`, of what may be absent.",
    code: () => `function instantIfAny(at: string | null | undefined): number | null {
  return at == null ? null : instant(at);
}`,
    needs: ["instant"],
  },
  datetime: {
    doc: "Milliseconds since 1970 as a datetime in UTC, within the years 0 to 9999.",
    code: () => `function datetime(ms: number): string {
  return new Date(Math.min(253402300799999, Math.max(-62167219200000, ms))).toISOString();
}`,
  },
  once: {
    doc: "A function of what is known that is worked out once for each state of it.",
    code: ({ context }) => `function once<Value>(work: (context: ${context}) => Value): (context: ${context}) => Value {
  const known = new WeakMap<${context}, { readonly value: Value }>();
  return (context) => {
    const found = known.get(context) ?? { value: work(context) };
    known.set(context, found);
    return found.value;
  };
}`,
  },
  received: {
    doc: "The signal that came by a case of a wait, if one did.",
    code: () => `function received<Signal>(wait: WaitRecord<unknown>, by: string): Signal | null {
  return wait.case === by ? (wait.value as Signal) : null;
}`,
  },
  caughtBy: {
    doc: "The data of the error that a step or called saga answered with, where the saga goes on because of it.",
    code: () => `function caughtBy<Data>(record: StepRecord<unknown>): Data {
  return record.forward.error as Data;
}`,
  },
  heldBack: {
    doc: "The data of the error that a step or called saga answered with, where it is turned into another failure.",
    code: () => `function heldBack<Data>(record: StepRecord<unknown>): Data {
  return record.forward.pending?.data as Data;
}`,
  },
  failureOf: {
    doc: "Why something failed, as a saga reads it.",
    code: () => `function failureOf(failure: Failure | null) {
  return {
    name: failure?.name ?? "",
    step: failure?.step ?? null,
    summary: failure?.summary ?? "",
    at: failure?.at ?? null,
  };
}`,
  },
};
