import { CompilerBug } from "../../bug.ts";
import type { Plan, PlanCall, PlanComputeDecl, PlanStep } from "../../plan/plan.ts";
import { stepsOf } from "../../plan/units.ts";
import { stringLiteral } from "./escape.ts";
import type { TypeNames } from "./names.ts";

/** What the user writes for one operation: all steps that use it share one handler, those of bodies and endings too. */
export interface HandlerSite {
  readonly service: string;
  readonly operation: string;
  readonly kind: HandlerKind;
  /** Names of the steps that use it, in source order. */
  readonly steps: readonly string[];
  /** The first using step's documentation; `null` for undoes and inquiries. */
  readonly doc: string | null;
  /** Declared errors it may answer with: `throws` of all that use it. */
  readonly errors: readonly string[];
  /** Its TypeScript type: `Handler<ReserveStockInput, ReserveStockOutput, Pick<PlaceOrderErrors, "OutOfStock">>`. */
  readonly type: string;
}

/** A `compute` is a pure function: it stands under `compute`, which no service can be called. */
export type HandlerKind = "forward" | "undo" | "inquire" | "compute";

export interface ServiceSite {
  readonly service: string;
  readonly handlers: readonly HandlerSite[];
}

/** Every service with its operations, in the order in which the source names them; what computes comes last. */
export function handlerSites(plan: Plan, names: TypeNames): readonly ServiceSite[] {
  const services = new Map<string, Map<string, Use[]>>();
  for (const use of stepsOf(plan).flatMap(usesOf)) {
    const operations = services.get(use.call.service) ?? new Map<string, Use[]>();
    services.set(use.call.service, operations);
    const uses = operations.get(use.call.operation);
    if (uses === undefined) operations.set(use.call.operation, [use]);
    else uses.push(use);
  }
  const sites = [...services].map(([service, operations]) => ({
    service,
    handlers: [...operations.values()].map((uses) => handlerSite(uses, names)),
  }));
  if (plan.computes.length === 0) return sites;
  return [...sites, { service: COMPUTE, handlers: plan.computes.map((compute) => computeSite(compute, names)) }];
}

const COMPUTE = "compute";

function computeSite({ name, doc }: PlanComputeDecl, names: TypeNames): HandlerSite {
  const type = `${names.saga.computes}[${stringLiteral(name)}]`;
  return { service: COMPUTE, operation: name, kind: "compute", steps: [], doc, errors: [], type };
}

/** What a handler is for: `Undoes \`reserveStock\`.` */
export function handlerNote(handler: HandlerSite): string {
  const steps = handler.steps.map((step) => `\`${step}\``).join(", ");
  switch (handler.kind) {
    case "forward":
      return handler.steps.length === 1 && handler.steps[0] === handler.operation ? "" : `Runs ${steps}.`;
    case "undo":
      return `Undoes ${steps}.`;
    case "inquire":
      return `Answers whether ${steps} happened.`;
    case "compute":
      return "Pure: it reads nothing but its arguments and changes nothing. What it throws stops the saga for a person to see.";
  }
}

interface Use {
  readonly kind: Exclude<HandlerKind, "compute">;
  readonly step: PlanStep;
  readonly call: PlanCall;
}

function usesOf(step: PlanStep): Use[] {
  const uses: Use[] = [{ kind: "forward", step, call: step.call }];
  if (step.inquire !== null) uses.push({ kind: "inquire", step, call: step.inquire });
  if (step.undo.kind === "compensate") uses.push({ kind: "undo", step, call: step.undo.call });
  return uses;
}

function handlerSite(uses: readonly Use[], names: TypeNames): HandlerSite {
  const [first] = uses;
  if (first === undefined) throw new CompilerBug("an operation that no step uses");
  const { service, operation } = first.call;
  const kind = commonKind(uses);
  const input = unique(uses.map((use) => names.inputOf(use.call))).join(" | ");
  const relevant = uses.filter((use) => use.kind === kind);
  const outputs = unique(relevant.map((use) => names.outputOf(use.step)).filter((name) => name !== null));
  const errors = kind === "forward" ? unique(relevant.flatMap((use) => use.step.throws)) : [];
  const site = { service, operation, kind, errors, steps: unique(uses.map((use) => use.step.name)) };
  const doc = relevant.map((use) => use.step.doc).find((text) => text !== null) ?? null;
  return { ...site, doc: kind === "forward" ? doc : null, type: handlerType(kind, input, outputs.join(" & "), errors, names) };
}

/** A step's handler may serve as another's undo too (whatever it answers is ignored); a question can be nothing else. */
function commonKind(uses: readonly Use[]): Use["kind"] {
  const kinds = new Set(uses.map(({ kind }) => kind));
  if (kinds.has("inquire") && kinds.size > 1) {
    const call = uses[0]?.call;
    throw new CompilerBug(`${call?.service}.${call?.operation} is an inquiry and something else too`);
  }
  return kinds.has("forward") ? "forward" : kinds.has("undo") ? "undo" : "inquire";
}

function handlerType(kind: Use["kind"], input: string, output: string, errors: readonly string[], names: TypeNames): string {
  // Without an output clause the answer is dropped, so any will do.
  const answer = output === "" ? "unknown" : output;
  if (kind === "undo") return `UndoHandler<${input}>`;
  if (kind === "inquire") return `InquiryHandler<${input}, ${output === "" ? "null" : output}>`;
  if (errors.length === 0) return `Handler<${input}, ${answer}>`;
  return `Handler<${input}, ${answer}, Pick<${names.saga.errors}, ${errors.map(stringLiteral).join(" | ")}>>`;
}

function unique<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}
