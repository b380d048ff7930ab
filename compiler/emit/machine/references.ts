import { CompilerBug } from "../../bug.ts";
import type { PlanAwait, PlanExpr, PlanNode, PlanPolicy, PlanType } from "../../plan/plan.ts";
import { memberAccess, stringLiteral } from "../lib/escape.ts";
import type { Layout } from "../lib/layout.ts";
import { isOptional } from "../lib/type-text.ts";
import { type MachineModel, nodesOf } from "./model.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Expressions that name something: what the saga was given, what a record keeps, a let. */
export type Reference = Extract<PlanExpr, { kind: (typeof KINDS)[number] }>;

const KINDS = [
  "input",
  "stepOutput",
  "childOutput",
  "received",
  "candidate",
  "computed",
  "caught",
  "failure",
  "took",
  "let",
] as const;

export function isReference(expr: PlanExpr): expr is Reference {
  return (KINDS as readonly string[]).includes(expr.kind);
}

export function reference(expr: Reference, model: MachineModel, words: Vocabulary): Layout {
  switch (expr.kind) {
    case "input":
      return "context.input";
    case "stepOutput":
    case "childOutput":
    case "computed":
      return output(placeOf(expr, model), expr.optional || isOptional(typeOfReference(expr, model), model.plan), words);
    case "received": {
      const { place } = awaitOf(expr.wait, model);
      const type = signalType(signalOf(expr.wait, expr.case, model), model, words);
      const signal = `${words.helper("received")}<${type}>(${recordPath(place)}, ${stringLiteral(expr.case)})`;
      return expr.optional ? signal : `${signal}!`;
    }
    case "candidate":
      return "signal";
    case "caught":
      return caught(expr.of, model, words);
    case "failure": {
      return [words.helper("failureOf"), `(${failureOf(expr.scope, model)})`];
    }
    case "took":
      return took(expr.node, expr.path, model);
    case "let":
      return `lets${memberAccess(words.let(expr.name))}(context)`;
  }
}

export function typeOfReference(expr: Reference, model: MachineModel): PlanType {
  const { plan, unit } = model;
  switch (expr.kind) {
    case "input":
      return { kind: "object", fields: unit.input };
    case "stepOutput":
      return { kind: "object", fields: model.step(expr.step).output };
    case "childOutput":
      return childOf(expr.child, model).output;
    case "received": {
      const signal = signalOf(expr.wait, expr.case, model);
      return { kind: "object", fields: plan.signals.find(({ name }) => name === signal)?.fields ?? [] };
    }
    // It stands in conditions alone, where TypeScript sees for itself what is there.
    case "candidate":
      return NOTHING_KNOWN;
    case "computed": {
      const { compute } = computeOf(expr.compute, model);
      const found = plan.computes.find(({ name }) => name === compute);
      if (found === undefined) throw new CompilerBug(`the plan does not list the compute ${compute}`);
      return found.result;
    }
    case "caught": {
      const names = caughtErrors(expr.of, model);
      return { kind: "object", fields: plan.errors.filter(({ name }) => names.includes(name)).flatMap(({ fields }) => fields) };
    }
    case "failure":
      return FAILURE;
    case "took":
      return { kind: "scalar", name: "boolean" };
    case "let": {
      const found = unit.lets.find(({ name }) => name === expr.name);
      if (found === undefined) throw new CompilerBug(`the plan does not list the let ${expr.name}`);
      return found.type;
    }
  }
}

/** `context.steps.$group1.$branch1.reserveStock` */
export function recordPath(place: readonly string[], from = "context.steps"): string {
  return from + place.map((name) => memberAccess(name)).join("");
}

// ---- what they read

function output(place: readonly string[], optional: boolean, words: Vocabulary): Layout {
  const record = recordPath(place);
  return optional ? `${record}.forward.output` : `${words.helper("outputOf")}(${record})`;
}

/** Why a scope failed, a repeat came to no end (which its record keeps), or the saga. */
function failureOf(scope: string | null, model: MachineModel): string {
  if (scope === null) return "context.failure";
  const repeat = [...nodesOf(model)].find((node) => node.kind === "repeat" && node.id === scope);
  if (repeat?.kind === "repeat") return `${recordPath(repeat.place)}.forward.error as Failure | null`;
  return `${recordPath(scopePlace(scope, model))}.failure`;
}

/** In the block of one error or of several: a block reads what all errors that it may stand for have. */
function caught(of: string, model: MachineModel, words: Vocabulary): Layout {
  const node = nodeOf(of, model);
  const errors = caughtErrors(of, model).map((error) => `${model.names.saga.errors}[${stringLiteral(error)}]`);
  if (errors.length === 0) throw new CompilerBug(`no error of ${of} leads to a block`);
  words.type(model.names.saga.errors);
  const { place } = node.kind === "step" ? model.step(node.step) : (node as Extract<PlanNode, { kind: "call" }>);
  const helper = words.helper(model.turned?.of === of ? "heldBack" : "caughtBy");
  return `${helper}<${errors.join(" & ")}>(${recordPath(place)})`;
}

function caughtErrors(of: string, model: MachineModel): readonly string[] {
  if (model.turned?.of === of) return [model.turned.error];
  const node = nodeOf(of, model);
  if (node.kind !== "step" && node.kind !== "call") throw new CompilerBug(`a ${node.kind} catches no error`);
  return node.policies.filter(({ outcome }) => outcome.kind === "block").map(({ error }) => error);
}

/** Which way a node went, by the trace that each way leaves in its record. */
function took(id: string, path: string, model: MachineModel): Layout {
  const node = nodeOf(id, model);
  const says = (place: readonly string[], what: string, value: string): Layout =>
    `${recordPath(place)}.${what} === ${stringLiteral(value)}`;
  switch (node.kind) {
    case "try":
      return says([...node.place, SCOPE], "outcome", path === "body" ? "done" : "failed");
    case "race":
      return says([...node.place, SCOPE], "winner", path);
    case "step":
      return says(model.step(node.step).place, "forward.caught", errorOf(node.policies, path));
    case "call": {
      const policy = node.policies.find(({ outcome }) => outcome.kind === "block" && outcome.block.id === path);
      return says(node.place, "forward.caught", policy?.error ?? OTHERWISE);
    }
    case "repeat":
      return says(node.place, "forward.caught", OTHERWISE);
    case "await":
      return node.cases.some(({ name }) => name === path)
        ? says(node.place, "case", path)
        : says(node.place, "outcome", "timedOut");
    default:
      throw new CompilerBug(`a ${node.kind} has one way only`);
  }
}

/** What a call or repeat that went another way keeps as caught, where no declared error led there. No error is called so. */
export const OTHERWISE = "$otherwise";

/** Where a scope's record stands below the node that it belongs to. */
const SCOPE = "$scope";

function errorOf(policies: readonly PlanPolicy[], block: string): string {
  const found = policies.find(({ outcome }) => outcome.kind === "block" && outcome.block.id === block);
  if (found === undefined) throw new CompilerBug(`no policy leads to ${block}`);
  return found.error;
}

/** `PlaceOrderSignals["approved"]` */
export function signalType(signal: string, { names }: MachineModel, words: Vocabulary): string {
  return `${words.type(names.saga.signals)}[${stringLiteral(signal)}]`;
}

// ---- where it stands

function signalOf(wait: string, name: string, model: MachineModel): string {
  const found = awaitOf(wait, model).cases.find((one) => one.name === name);
  if (found === undefined) throw new CompilerBug(`${wait} has no case ${name}`);
  return found.signal;
}

function placeOf(expr: Extract<Reference, { kind: "stepOutput" | "childOutput" | "computed" }>, model: MachineModel) {
  if (expr.kind === "stepOutput") return model.step(expr.step).place;
  return (expr.kind === "childOutput" ? childOf(expr.child, model) : computeOf(expr.compute, model)).place;
}

function scopePlace(scope: string, model: MachineModel): readonly string[] {
  const [id = scope, branch] = scope.split(".");
  const node = nodeOf(id, model);
  if (!("place" in node)) throw new CompilerBug(`${scope} is no scope`);
  return branch === undefined ? [...node.place, SCOPE] : [...node.place, branch, SCOPE];
}

function nodeOf(id: string, model: MachineModel): PlanNode {
  const found = model.node(id);
  if (found === undefined) throw new CompilerBug(`the plan has no node ${id}`);
  return found;
}

function awaitOf(id: string, model: MachineModel): PlanAwait {
  const node = nodeOf(id, model);
  if (node.kind !== "await") throw new CompilerBug(`${id} waits for no signal`);
  return node;
}

function childOf(name: string, model: MachineModel): Extract<PlanNode, { kind: "foreach" | "repeat" | "call" }> {
  const node = nodeOf(name, model);
  if (node.kind === "foreach" || node.kind === "repeat" || node.kind === "call") return node;
  throw new CompilerBug(`${name} is no child`);
}

function computeOf(id: string, model: MachineModel): Extract<PlanNode, { kind: "compute" }> {
  const node = nodeOf(id, model);
  if (node.kind !== "compute") throw new CompilerBug(`${id} computes nothing`);
  return node;
}

const NOTHING_KNOWN: PlanType = { kind: "object", fields: [] };

const FAILURE: PlanType = {
  kind: "object",
  fields: (
    [
      ["name", { kind: "scalar", name: "string" }],
      ["step", { kind: "optional", type: { kind: "scalar", name: "string" } }],
      ["summary", { kind: "scalar", name: "string" }],
      ["at", { kind: "optional", type: { kind: "scalar", name: "datetime" } }],
    ] as const
  ).map(([name, type]) => ({ name, type, secret: false, doc: null })),
};
