import type { IntLiteral, MaxClause, RateClause } from "../ast/nodes.ts";
import { DURATION_UNITS } from "../source/duration-text.ts";
import type { Draft } from "./draft.ts";
import type { ServiceLimits } from "./program.ts";

/** `max` and `rate` of a service; `null`: neither is said, or what is said cannot be read. */
export function readLimits(draft: Draft, max: MaxClause | null, rate: RateClause | null): ServiceLimits | null {
  const atOnce = max === null ? null : countOf(draft, max.value, "calls at once");
  const calls = rate === null ? null : countOf(draft, rate.count, "calls");
  const perMs = rate === null ? null : unitOf(draft, rate);
  const limits = {
    ...(atOnce === null ? {} : { max: atOnce }),
    ...(calls === null || perMs === null ? {} : { rate: { calls, perMs } }),
  };
  return Object.keys(limits).length === 0 ? null : limits;
}

function countOf(draft: Draft, literal: IntLiteral | null, of: string): number | null {
  if (literal === null) return null;
  const { value, span } = literal;
  if (value < 1) draft.findings.add("no-count", { span, of });
  else if (value > CALLS_MAX) draft.findings.add("boundless-limit", { span, max: CALLS_MAX });
  else return value;
  return null;
}

/** Milliseconds of the unit behind the slash. */
function unitOf(draft: Draft, { unit }: RateClause): number | null {
  if (unit === null) return null;
  const perMs = UNITS.get(unit.name);
  if (perMs === undefined) draft.findings.add("rate-unit", { span: unit.span, written: unit.name });
  return perMs ?? null;
}

const UNITS: ReadonlyMap<string, number> = new Map<string, number>(DURATION_UNITS.filter(([unit]) => unit !== "ms"));

/** More than any worker makes: a limit beyond it limits nothing. A worker keeps the time of each call of a rate, 8 MB of them at most. */
const CALLS_MAX = 1_000_000;
