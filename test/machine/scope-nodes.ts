import type { PlanBranch, PlanExpr, PlanFailure, PlanOutcome } from "../../compiler/plan/plan.ts";
import { type At, member, type NodePart, type Part } from "./plans.ts";

/** Choices and scopes, as parts for `sagaPlan`. */

export const FAIL: PlanOutcome = { kind: "fail", failure: null };

/** What then? A list is a block. */
function outcome(
  what: PlanOutcome | readonly Part[],
  block: string,
  place: readonly string[],
  sequence: At["sequence"],
): PlanOutcome {
  if ("kind" in what) return what;
  return { kind: "block", block: { id: block, place: [...place, block], body: sequence(what, [...place, block]) } };
}

/** Whether the saga's input says this. */
export function input(id: string): PlanExpr {
  return { kind: "equal", left: member({ kind: "input" }, "id"), right: { kind: "literal", value: id } };
}

export function choose(
  id: string,
  arms: readonly (readonly [PlanExpr, readonly Part[]])[],
  otherwise: readonly Part[] = [],
): NodePart {
  return {
    node({ place, stops, span, sequence, exclusive }) {
      const paths = [
        ...arms.map(
          ([, body], at) =>
            () =>
              sequence(body, [...place, id, `$arm${at + 1}`]),
        ),
        () => sequence(otherwise, [...place, id, "$else"]),
      ];
      const built = exclusive(paths);
      return {
        kind: "if",
        id,
        stops,
        arms: arms.map(([condition], at) => ({ id: `$arm${at + 1}`, condition, body: built[at] ?? EMPTY })),
        otherwise: built.at(-1) ?? EMPTY,
        span,
      };
    },
  };
}

const EMPTY = { kind: "sequence", nodes: [] } as const;

export function failure(name: string, data: PlanExpr | null = null): PlanFailure {
  return { name, data, summary: `${name}, says the saga` };
}

export function failing(id: string, name: string, data: PlanExpr | null = null): NodePart {
  return { node: ({ failsTo, span }) => ({ kind: "fail", id, failsTo: failsTo ?? "saga", failure: failure(name, data), span }) };
}

interface TryParts {
  readonly body: readonly Part[];
  /** A list is a block. */
  readonly otherwise: PlanOutcome | readonly Part[];
  readonly timeoutMs?: number;
}

export function trying(id: string, { body, otherwise, timeoutMs }: TryParts): NodePart {
  return {
    node({ place, stops, failsTo, span, sequence, mirror }) {
      const own = [...place, id];
      const built = sequence(body, [...own, "$body"], id);
      return {
        kind: "try",
        id,
        stops,
        failsTo: "kind" in otherwise && (otherwise.kind === "continue" || otherwise.kind === "park") ? null : failsTo,
        place: own,
        timeoutMs: timeoutMs === undefined ? null : { kind: "literal", value: timeoutMs },
        body: built,
        undo: mirror(...built.nodes),
        otherwise: outcome(otherwise, "$otherwise", own, sequence),
        span,
      };
    },
  };
}

export function racing(id: string, ...bodies: readonly (readonly Part[])[]): NodePart {
  return {
    node({ place, stops, failsTo, sequence, mirror }) {
      const own = [...place, id];
      const branches = bodies.map(
        (body, at): PlanBranch => branchOf(id, at, (scope, branch) => sequence(body, [...own, branch], scope)),
      );
      const race = { kind: "race" as const, id, stops, failsTo, place: own, branches, undo: EMPTY };
      return { ...race, undo: mirror(race) };
    },
  };
}

export function waiting(id: string, ...bodies: readonly (readonly Part[])[]): NodePart {
  return {
    node({ place, stops, failsTo, sequence }) {
      const own = [...place, id];
      const branches = bodies.map(
        (body, at): PlanBranch => branchOf(id, at, (scope, branch) => sequence(body, [...own, branch], scope)),
      );
      return { kind: "parallel", id, stops, onFailure: "wait", failsTo, place: own, branches };
    },
  };
}

function branchOf(id: string, at: number, body: (scope: string, branch: string) => PlanBranch["body"]): PlanBranch {
  const branch = `$branch${at + 1}`;
  const scope = `${id}.${branch}`;
  return { id: branch, name: null, scope, body: body(scope, branch) };
}
