import { globSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffPlans } from "../../compiler/diff/diff.ts";
import { compile, diskSources, memorySources, type Plan } from "../../compiler/index.ts";
import { planHash } from "../../compiler/plan/canonical.ts";
import { unitsOf } from "../../compiler/plan/units.ts";
import { ROOT } from "../kit/scratch.ts";

const sources = globSync("sagas/*/*.saga", { cwd: ROOT }).sort();
const examples: readonly Plan[] = compile(diskSources(ROOT), sources).sagas.map(({ plan }) => plan);

describe("diff", () => {
  it("of a plan and itself is empty, whatever its documentation and its place", () => {
    expect(examples.length).toBeGreaterThan(8);
    const moved = examples.map((plan) => ({ ...plan, doc: "moved", source: "elsewhere.saga" }));
    expect(diffPlans(examples, examples)).toEqual([]);
    expect(diffPlans(examples, moved.toReversed())).toEqual([]);
  });

  it("of a saga that is new is empty, and of one that is gone tells of it", () => {
    expect(diffPlans([], examples)).toEqual([]);
    expect(diffPlans(examples, []).map(({ saga, kind }) => `${saga} ${kind.slug}`)).toEqual(
      examples.map(({ saga }) => `${saga} saga-removed`),
    );
  });

  it("never lets a step lose its undo in silence: under the same version it breaks what is under way", () => {
    for (const plan of examples) {
      for (const unit of unitsOf(plan)) {
        for (const step of unit.steps) {
          if (step.undo.kind !== "compensate" || step.zone === "after") continue;
          const without = replaced(plan, step, { ...step, undo: { kind: "none", because: "no more" } });
          const [lost] = diffPlans([plan], [without]).filter(({ kind }) => kind.slug === "undo-lost");
          expect(lost).toMatchObject({
            values: { step: step.name },
            classes: ["in-flight", "behaviour"],
            kind: { severity: "error" },
          });
          const raised = diffPlans([plan], [{ ...without, version: plan.version + 1 }]);
          expect(raised.find(({ kind }) => kind.slug === "undo-lost")).toMatchObject({ classes: ["behaviour"] });
        }
      }
    }
  });

  it("tells of every change of anything that a plan says, and the other way round", () => {
    fc.assert(
      fc.property(fc.nat(examples.length - 1), fc.nat(), (which, at) => {
        const before = examples[which] as Plan;
        // Raising the version alone is no change.
        const paths = leavesOf(before).filter(([first]) => first !== "version");
        const path = paths[at % paths.length] ?? [];
        const after = changedAt(before, path) as Plan;
        fc.pre(planHash(before) !== planHash(after) && after.saga === before.saga);
        for (const [one, other] of [
          [before, after],
          [after, before],
        ] as const) {
          const changes = diffPlans([one], [other]);
          expect(changes, path.join(".")).not.toEqual([]);
          // Nothing changes in silence only because the version was not raised.
          expect(changes.some(({ classes }) => classes.some((name) => name !== "in-flight"))).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("says the same whatever is above a change: a new condition leaves the old ones alone", () => {
    const saga = (extra: string): Plan => {
      const text = `saga A {\n version 1\n timeout 1h\n input { n: int }\n${extra} if input.n > 2 { readonly step b on x { input { input.n } } }\n}\n`;
      const [found] = compile(memorySources({ "a.saga": text }), ["a.saga"]).sagas;
      if (found === undefined) throw new Error("no plan");
      return found.plan;
    };
    const after = saga(" if input.n > 9 { readonly step c on x { input { input.n } } }\n");
    const told = diffPlans([saga("")], [{ ...after, version: 2 }]).map(
      ({ kind, values }) => `${kind.slug} ${values.what ?? values.step ?? values.operation}`,
    );
    expect(told.toSorted()).toEqual(["condition-changed an `if` is new", "operation-added x.c", "step-added c"]);
  });
});

function replaced(plan: Plan, old: unknown, by: unknown): Plan {
  const walk = (value: unknown): unknown => {
    if (value === old) return by;
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(plan) as Plan;
}

/** Paths to numbers and truth values, which can be changed without breaking what refers to what. */
function leavesOf(value: unknown, path: readonly (string | number)[] = []): readonly (string | number)[][] {
  if (typeof value === "number" || typeof value === "boolean") return [[...path]];
  if (Array.isArray(value)) return value.flatMap((inner, at) => leavesOf(inner, [...path, at]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "span" ? [] : leavesOf(inner, [...path, key])));
}

function changedAt(value: unknown, path: readonly (string | number)[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return typeof value === "number" ? value + 1 : !value;
  if (Array.isArray(value)) return value.map((inner, at) => (at === key ? changedAt(inner, rest) : inner));
  return Object.fromEntries(
    Object.entries(value as object).map(([name, inner]) => [name, name === key ? changedAt(inner, rest) : inner]),
  );
}
