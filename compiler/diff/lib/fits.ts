import type { Plan, PlanField, PlanType } from "../../plan/plan.ts";

/** Fields with the plan whose named types they speak of. */
export interface Shape {
  readonly fields: readonly PlanField[];
  readonly plan: Plan;
}

/**
 * Whether everything that `from` can be is also taken as `to`: `null`, or a sentence that names the first place where it is not. What an object has
 * more than is asked for does no harm.
 */
export function misfit(from: Shape, to: Shape): string | null {
  return ofFields(from.fields, to.fields, { from: from.plan, to: to.plan, seen: new Set() }, []);
}

interface Plans {
  readonly from: Plan;
  readonly to: Plan;
  /** Pairs of named types that are being compared: a type may hold itself. */
  readonly seen: Set<string>;
}

type Path = readonly string[];

function ofFields(from: readonly PlanField[], to: readonly PlanField[], plans: Plans, path: Path): string | null {
  for (const wanted of to) {
    const given = from.find(({ name }) => name === wanted.name);
    const at = [...path, wanted.name];
    if (given === undefined) {
      if (isOptional(wanted.type, plans.to)) continue;
      return `\`${at.join(".")}\` must be there`;
    }
    const found = ofTypes(given.type, wanted.type, plans, at);
    if (found !== null) return found;
  }
  return null;
}

function ofTypes(from: PlanType, to: PlanType, plans: Plans, path: Path): string | null {
  const no = `\`${path.join(".")}\` is of another type`;
  if (from.kind === "named" && to.kind === "named") {
    const pair = `${from.name} ${to.name}`;
    if (plans.seen.has(pair)) return null;
    plans.seen.add(pair);
  }
  if (from.kind === "named") return ofTypes(resolved(from.name, plans.from), to, plans, path);
  if (to.kind === "named") return ofTypes(from, resolved(to.name, plans.to), plans, path);
  if (to.kind === "optional") return ofTypes(from.kind === "optional" ? from.type : from, to.type, plans, path);
  if (from.kind === "optional") return `\`${path.join(".")}\` must be there`;
  if (to.kind === "scalar" && to.name === "json") return null;
  switch (from.kind) {
    case "scalar":
      return to.kind === "scalar" && (from.name === to.name || WIDER[from.name] === to.name) ? null : no;
    case "literals": {
      if (to.kind === "scalar") return to.name === "string" ? null : no;
      if (to.kind !== "literals") return no;
      const lost = from.values.find((value) => !to.values.includes(value));
      return lost === undefined ? null : `\`${path.join(".")}\` cannot be ${JSON.stringify(lost)}`;
    }
    case "array":
      return to.kind === "array" ? ofTypes(from.element, to.element, plans, [...path, "[]"]) : no;
    case "record":
      return to.kind === "record" ? ofTypes(from.value, to.value, plans, [...path, "[…]"]) : no;
    case "object":
      return to.kind === "object" ? ofFields(from.fields, to.fields, plans, path) : no;
  }
}

/** What else a value of a scalar may be taken for. */
const WIDER: Readonly<Record<string, string>> = { int: "number", uuid: "string", datetime: "string", date: "string" };

function isOptional(type: PlanType, plan: Plan): boolean {
  if (type.kind === "named") return isOptional(resolved(type.name, plan), plan);
  return type.kind === "optional";
}

function resolved(name: string, plan: Plan): PlanType {
  return plan.types.find((type) => type.name === name)?.type ?? { kind: "scalar", name: "json" };
}
