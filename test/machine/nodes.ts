import type {
  PlanAwaitCase,
  PlanBody,
  PlanExpr,
  PlanOutcome,
  PlanRetry,
  PlanSignal,
  PlanType,
} from "../../compiler/plan/plan.ts";
import { field } from "../emit/plans.ts";
import { type At, entries, member, type NodePart, outputOf, type Part, sagaPlan, VALUE } from "./plans.ts";

/** Nodes of plans beside steps and groups, as parts for `sagaPlan`. */

export function literal(value: string | number | boolean | null): PlanExpr {
  return { kind: "literal", value };
}

export const FAIL: PlanOutcome = { kind: "fail", failure: null };

export const APPROVED: PlanSignal = { name: "approved", doc: null, fields: [field("by", "string"), field("amount", "int")] };
export const REJECTED: PlanSignal = { name: "rejected", doc: null, fields: [field("why", "string")] };

interface CaseParts extends Partial<Omit<PlanAwaitCase, "body">> {
  readonly body?: readonly Part[];
}

interface AwaitParts {
  /** By signal. */
  readonly cases: Readonly<Record<string, CaseParts>>;
  readonly limit?: { readonly kind: "for" | "by"; readonly ms: PlanExpr };
  /** A list is a block. */
  readonly onTimeout?: PlanOutcome | readonly Part[];
}

export function awaiting(id: string, { cases, limit, onTimeout = FAIL }: AwaitParts): NodePart {
  return {
    node: ({ place, stops, failsTo, span, sequence }) => ({
      kind: "await",
      id,
      stops,
      failsTo: outcomeFails(onTimeout) ? failsTo : null,
      place: [...place, id],
      cases: Object.entries(cases).map(([signal, { body = [], ...more }], at) => ({
        name: signal,
        signal,
        where: null,
        live: false,
        ...more,
        body: sequence(body, [...place, id, `$case${at + 1}`]),
      })),
      limit: limit ?? null,
      onTimeout: outcome(onTimeout, `${id.replace("$", "$block")}`, place, sequence),
      span,
    }),
  };
}

export function sleeping(id: string, ms: PlanExpr, kind: "for" | "by" = "for"): NodePart {
  return { node: ({ place, stops, span }) => ({ kind: "sleep", id, stops, place: [...place, id], limit: { kind, ms }, span }) };
}

type Sequence = Parameters<NodePart["node"]>[0]["sequence"];

export function outcome(
  what: PlanOutcome | readonly Part[],
  block: string,
  place: readonly string[],
  sequence: Sequence,
): PlanOutcome {
  if ("kind" in what) return what;
  return { kind: "block", block: { id: block, place: [...place, block], body: sequence(what, [...place, block]) } };
}

function outcomeFails(what: PlanOutcome | readonly Part[]): boolean {
  return "kind" in what && what.kind === "fail";
}

// ---- children

interface ChildParts {
  readonly output?: PlanType;
  readonly outputLive?: boolean;
  /** Their failure goes nowhere: they are retried, park, or are gone on without. */
  readonly neverFails?: true;
}

interface ForeachParts extends ChildParts {
  readonly list: PlanExpr;
  readonly where?: PlanExpr;
  readonly max?: number;
  readonly onFailure?: "cancel" | "wait" | "continue";
}

function child(name: string, id: string, { output, outputLive = false, neverFails }: ChildParts, at: At) {
  const { place, stops, failsTo, zone, span } = at;
  return {
    name,
    id,
    stops,
    failsTo: neverFails === true ? null : failsTo,
    zone,
    place: [...place, name],
    output: output ?? { kind: "object", fields: [VALUE] },
    outputLive,
    span,
  } as const;
}

export function items(name: string, parts: ForeachParts): NodePart {
  const { list, where = null, max = null, onFailure = "cancel", ...more } = parts;
  return {
    node: (at) => ({ kind: "foreach", ...child(name, "$foreach1", more, at), list, where, max, onFailure }),
  };
}

interface RepeatParts extends ChildParts {
  readonly max?: number;
  readonly every?: PlanExpr;
  readonly until: PlanExpr;
  readonly otherwise?: PlanOutcome | readonly Part[];
}

export function rounds(name: string, { max, every, until, otherwise = FAIL, ...more }: RepeatParts): NodePart {
  return {
    node: (at) => ({
      kind: "repeat",
      ...child(name, "$repeat1", more, at),
      max: max ?? null,
      everyMs: every ?? null,
      until,
      otherwise: outcome(otherwise, "$blockOfRounds", at.place, at.sequence),
    }),
  };
}

interface CallParts extends ChildParts {
  readonly retry?: PlanRetry;
  /** By error. */
  readonly policies?: Readonly<Record<string, { readonly retry?: PlanRetry; readonly outcome: PlanOutcome | readonly Part[] }>>;
  readonly onFailure?: PlanOutcome | readonly Part[];
}

export function calling(name: string, { retry, policies = {}, onFailure = FAIL, ...more }: CallParts): NodePart {
  return {
    node: (at) => ({
      kind: "call",
      ...child(name, "$call1", more, at),
      saga: "BookTrip",
      version: 2,
      input: entries({ id: member({ kind: "input" }, "id") }),
      inputType: [field("id", "string")],
      retry: retry ?? null,
      policies: Object.entries(policies).map(([error, policy]) => ({
        error,
        retry: policy.retry ?? null,
        outcome: outcome(policy.outcome, `$blockOf${error}`, at.place, at.sequence),
      })),
      onFailure: outcome(onFailure, "$blockOfFailure", at.place, at.sequence),
    }),
  };
}

/** A body with one step, which answers what the step does. */
export function body(
  of: { readonly id: string; readonly name: string; readonly kind: "item" | "round" },
  more: Partial<PlanBody> = {},
): PlanBody {
  const inner = sagaPlan({
    parts: [
      {
        name: `one ${of.name}`,
        output: [VALUE],
        outputLive: true,
        input: { kind: "object", entries: [] },
        inputType: [],
        undo: { input: { kind: "object", entries: [] }, inputType: [] },
      },
    ],
    output: { type: [VALUE], value: entries({ value: outputOf(`one ${of.name}`, "value") }) },
  });
  const { steps, lets, forward, backward, pivots, output } = inner;
  const input = of.kind === "item" ? [field("item", "string")] : [];
  const unit = { timeoutMs: null, input, output, steps, lets, forward, backward, pivots };
  return { ...unit, ...of, parent: null, zone: "before", captures: [], span: { line: 1, column: 1 }, ...more };
}

export function computing(id: string, compute: string, given: Readonly<Record<string, PlanExpr>>): NodePart {
  return {
    node: ({ place, stops, span }) => ({
      kind: "compute",
      id,
      stops,
      place: [...place, id],
      compute,
      input: entries(given),
      span,
    }),
  };
}
