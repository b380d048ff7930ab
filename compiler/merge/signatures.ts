import { type HandlerKind, type HandlerSite, handlerSites } from "../emit/lib/handlers.ts";
import { typeNames } from "../emit/lib/names.ts";
import { sourceText } from "../emit/lib/source-type.ts";
import type { Plan, PlanField, PlanStep, PlanType } from "../plan/plan.ts";
import { stepsOf } from "../plan/units.ts";

/** What a handler is asked for, independent of how types are called and documented. */
export interface Signature {
  readonly service: string;
  readonly operation: string;
  readonly kind: HandlerKind;
  readonly input: readonly FieldShape[];
  readonly output: readonly FieldShape[];
  readonly errors: readonly string[];
}

interface FieldShape {
  readonly name: string;
  /** For people, as a source would say it: `Money`, `int?`. */
  readonly text: string;
  /** With every name resolved: two are equal exactly where the values are. */
  readonly shape: string;
}

/** Signatures of all that a plan asks for, by `service.operation`, in the order of the generated type. */
export function signatures(plan: Plan): ReadonlyMap<string, Signature> {
  const all = new Map<string, Signature>();
  const byName = new Map(stepsOf(plan).map((step) => [step.name, step]));
  for (const site of handlerSites(plan, typeNames(plan)).flatMap((service) => service.handlers)) {
    const { service, operation, kind } = site;
    if (kind === "compute") {
      all.set(`${service}.${operation}`, computeSignature(site, plan));
      continue;
    }
    const steps = site.steps.flatMap((name) => byName.get(name) ?? []);
    const inputs = steps.flatMap((step) =>
      callsOf(step).filter((call) => call.service === service && call.operation === operation),
    );
    const outputs =
      kind === "undo" ? [] : steps.filter((step) => isOf(step, service, operation, kind)).map((step) => step.output);
    all.set(`${service}.${operation}`, {
      service,
      operation,
      kind,
      input: fields(
        inputs.flatMap((call) => call.inputType),
        plan,
      ),
      output: fields(outputs.flat(), plan),
      errors: [...site.errors].sort(),
    });
  }
  return all;
}

function computeSignature({ service, operation, kind }: HandlerSite, plan: Plan): Signature {
  const compute = plan.computes.find(({ name }) => name === operation);
  const result = compute === undefined ? [] : [{ name: "result", type: compute.result, secret: false, doc: null }];
  const input = fields(compute?.parameters ?? [], plan);
  return { service, operation, kind, input, output: fields(result, plan), errors: [] };
}

/** What is different, each as a phrase; empty where the user's code need not change. */
export function signatureChanges(before: Signature, after: Signature): readonly string[] {
  const changes: string[] = [];
  if (before.kind !== after.kind) changes.push(`it was ${KINDS[before.kind]} and is now ${KINDS[after.kind]}`);
  changes.push(...fieldChanges("input", before.input, after.input));
  changes.push(...fieldChanges("output", before.output, after.output));
  for (const name of after.errors) if (!before.errors.includes(name)) changes.push(`it may now answer with ${name}`);
  for (const name of before.errors) if (!after.errors.includes(name)) changes.push(`it may no longer answer with ${name}`);
  return changes;
}

/** Whether one could be the other under a new name. */
export function sameTypes(one: Signature, other: Signature): boolean {
  return signatureChanges(one, other).length === 0;
}

const KINDS: Readonly<Record<HandlerKind, string>> = {
  forward: "a step",
  undo: "an undo",
  inquire: "an inquiry",
  compute: "a compute",
};

function fieldChanges(where: string, before: readonly FieldShape[], after: readonly FieldShape[]): string[] {
  const changes: string[] = [];
  for (const field of after) {
    const old = before.find((candidate) => candidate.name === field.name);
    if (old === undefined) changes.push(`${where}: ${field.name}: ${field.text} is new`);
    else if (old.text !== field.text) changes.push(`${where}: ${field.name} was ${old.text} and is now ${field.text}`);
    else if (old.shape !== field.shape) changes.push(`${where}: ${field.name}: ${field.text} has changed`);
  }
  for (const field of before) {
    if (!after.some((candidate) => candidate.name === field.name)) changes.push(`${where}: ${field.name} is gone`);
  }
  return changes;
}

function callsOf(step: PlanStep) {
  return [
    step.call,
    ...(step.inquire === null ? [] : [step.inquire]),
    ...(step.undo.kind === "compensate" ? [step.undo.call] : []),
  ];
}

function isOf(step: PlanStep, service: string, operation: string, kind: HandlerKind): boolean {
  const call = kind === "inquire" ? step.inquire : step.call;
  return call !== null && call.service === service && call.operation === operation;
}

function fields(all: readonly PlanField[], plan: Plan): FieldShape[] {
  const byName = new Map<string, FieldShape>();
  for (const { name, type } of all) {
    if (byName.has(name)) continue;
    byName.set(name, { name, text: sourceText(type), shape: shape(type, plan, []) });
  }
  return [...byName.values()];
}

/** Named types are written out; one inside itself is `^n`, counted from the innermost. */
function shape(type: PlanType, plan: Plan, open: readonly string[]): string {
  switch (type.kind) {
    case "scalar":
      return type.name;
    case "literals":
      return JSON.stringify([...type.values].sort());
    case "array":
      return `(${shape(type.element, plan, open)})[]`;
    case "optional":
      return `(${shape(type.type, plan, open)})?`;
    case "record":
      return `<${shape(type.value, plan, open)}>`;
    case "object": {
      const parts = type.fields.map((field) => `${JSON.stringify(field.name)}:${shape(field.type, plan, open)}`);
      return `{${parts.sort().join(",")}}`;
    }
    case "named": {
      const depth = open.indexOf(type.name);
      if (depth >= 0) return `^${depth}`;
      const declared = plan.types.find((candidate) => candidate.name === type.name);
      return declared === undefined ? type.name : shape(declared.type, plan, [type.name, ...open]);
    }
  }
}
