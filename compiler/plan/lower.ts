import type { Node } from "../ast/nodes.ts";
import { CompilerBug } from "../bug.ts";
import type { FlowNode } from "../check/flow-nodes.ts";
import type { CheckedCall, CheckedProgram, CheckedSaga, CheckedStep, Mapping } from "../check/program.ts";
import type { FieldType } from "../check/types.ts";
import type { SourceFile } from "../source/source-set.ts";
import { liveOutputs } from "./liveness.ts";
import { lowerExpression } from "./lower-expressions.ts";
import { lowerFields, reachableTypes } from "./lower-types.ts";
import {
  PLAN_SCHEMA,
  type Plan,
  type PlanCall,
  type PlanError,
  type PlanExpr,
  type PlanNode,
  type PlanPolicy,
  type PlanSequence,
  type PlanService,
  type PlanSpan,
  type PlanStep,
  type PlanUndo,
} from "./plan.ts";
import { deriveBackward } from "./undo.ts";

export interface LowerOptions {
  /** The text of a file of the program, for lines and columns. */
  readonly source: (path: string) => SourceFile | null;
  /** How a file is named in headers; by default its last part: the generated folder stands beside it. */
  readonly sourceName?: (path: string) => string;
}

/**
 * A program as plans: one a saga, in order of files and places. The program must be free of errors; a plan of one that is not could be
 * unsound.
 *
 * @throws CompilerBug for what the rules should have refused.
 */
export function lower(program: CheckedProgram, options: LowerOptions): Plan[] {
  return program.sagas.map((saga) => new Lowering(program, saga, options).plan());
}

class Lowering {
  readonly #program: CheckedProgram;
  readonly #saga: CheckedSaga;
  readonly #options: LowerOptions;
  #groups = 0;

  constructor(program: CheckedProgram, saga: CheckedSaga, options: LowerOptions) {
    this.#program = program;
    this.#saga = saga;
    this.#options = options;
  }

  plan(): Plan {
    const saga = this.#saga;
    if (saga.timeout === null) throw new CompilerBug(`saga ${saga.name.name} has no timeout`);
    const places = new Map<CheckedStep, readonly string[]>();
    const forward = this.#sequence(saga.flow, [], places);
    const steps = saga.steps.map((step) => this.#step(step, places.get(step) ?? [step.name.name]));
    const output = saga.output === null ? null : { type: lowerFields(saga.output.fields), value: this.#mapping(saga.output) };
    const live = liveOutputs(steps, output);
    const undoable = new Set(steps.flatMap((step) => (step.undo.kind === "compensate" ? [step.name] : [])));
    return {
      schema: PLAN_SCHEMA,
      saga: saga.name.name,
      version: saga.version,
      source: this.#sourceName(saga.file.path),
      doc: saga.node.doc,
      timeoutMs: saga.timeout.value,
      undoWithinMs: saga.timeout.value,
      tags: [],
      signals: [],
      computes: [],
      callees: [],
      lets: [],
      endings: { completed: null, compensated: null },
      bodies: [],
      input: lowerFields(saga.input),
      output,
      types: reachableTypes(reachingFields(saga), saga.file.path),
      errors: errorsOf(saga),
      services: servicesOf(saga),
      steps: steps.map((step) => ({ ...step, outputLive: live.has(step.name) })),
      forward,
      backward: deriveBackward(forward, undoable),
      pivots: saga.pivots.map(({ name }) => name.name),
    };
  }

  // ---- steps

  #sequence(nodes: readonly FlowNode[], place: readonly string[], places: Map<CheckedStep, readonly string[]>): PlanSequence {
    return { kind: "sequence", nodes: nodes.map((node) => this.#node(node, place, places)) };
  }

  #node(node: FlowNode, place: readonly string[], places: Map<CheckedStep, readonly string[]>): PlanNode {
    switch (node.kind) {
      case "step": {
        const { name } = node.step.name;
        places.set(node.step, [...place, name]);
        const { zone, throws } = node.step;
        const policies = throws.map(
          ({ ident, symbol }): PlanPolicy => ({
            error: symbol?.name ?? ident.name,
            retry: null,
            outcome: { kind: "fail", failure: null },
          }),
        );
        return { kind: "step", step: name, stops: zone === "after" ? [] : ["saga"], policies };
      }
      case "parallel": {
        this.#groups += 1;
        const id = `$group${this.#groups}`;
        const branches = node.branches.map((branch, index) => {
          const branchId = `$branch${index + 1}`;
          const name = branch.node.kind === "branch" ? (branch.node.name?.name ?? null) : null;
          return { id: branchId, name, scope: null, body: this.#sequence(branch.body, [...place, id, branchId], places) };
        });
        const stops = node.branches.some(({ body }) => body.some(isBeforePivot)) ? ["saga"] : [];
        const failsTo = stops.length === 0 ? null : "saga";
        return { kind: "parallel", id, stops, onFailure: "cancel", failsTo, place: [...place, id], branches };
      }
      default:
        throw new CompilerBug(`a statement of kind ${node.node.kind} has no plan`);
    }
  }

  #step(step: CheckedStep, place: readonly string[]): PlanStep {
    if (step.zone === "unknown") throw new CompilerBug(`step ${step.name.name} has kind ${step.kind} and zone ${step.zone}`);
    return {
      name: step.name.name,
      doc: step.node.doc,
      kind: step.kind,
      zone: step.zone,
      place,
      call: this.#call(step.call),
      output: lowerFields(step.output),
      throws: step.throws.map(({ ident, symbol }) => symbol?.name ?? ident.name),
      outputLive: false,
      failsTo: step.zone === "after" ? null : "saga",
      exhausted: step.zone === "before" ? "fail" : "park",
      inquire: step.inquire === null ? null : this.#call(step.inquire),
      undo: this.#undo(step),
      span: this.#span(step.node),
    };
  }

  #undo(step: CheckedStep): PlanUndo {
    if (step.undo.kind === "compensate") return { kind: "compensate", call: this.#call(step.undo.call) };
    if (step.undo.kind === "none") return { kind: "none", because: step.undo.because };
    if (step.kind === "pivot") return { kind: "none", because: "it is the pivot" };
    if (step.kind === "readonly") return { kind: "none", because: "it changes nothing" };
    if (step.zone === "after") return { kind: "none", because: "it stands after the pivot" };
    throw new CompilerBug(`step ${step.name.name} does not say how it is undone`);
  }

  #call(call: CheckedCall): PlanCall {
    return {
      service: call.service,
      operation: call.operation.name,
      input: this.#mapping(call.input),
      inputType: lowerFields(call.input.fields),
      timeoutMs: call.timeout.value,
      retry: call.retry.value,
      span: this.#span(call.node),
    };
  }

  #mapping(mapping: Mapping): PlanExpr {
    return mapping.node === null ? { kind: "object", entries: [] } : lowerExpression(this.#program.typed, mapping.node);
  }

  // ---- places

  #span({ span }: Node): PlanSpan {
    const source = this.#options.source(span.file);
    if (source === null) throw new CompilerBug(`the text of ${span.file} is gone`);
    return source.lines.positionAt(span.start);
  }

  #sourceName(path: string): string {
    return this.#options.sourceName?.(path) ?? path.slice(path.lastIndexOf("/") + 1);
  }
}

function isBeforePivot(node: FlowNode): boolean {
  if (node.kind === "step") return node.step.zone !== "after";
  return node.kind === "parallel" && node.branches.some(({ body }) => body.some(isBeforePivot));
}

function callsOf(step: CheckedStep): CheckedCall[] {
  const undo = step.undo.kind === "compensate" ? [step.undo.call] : [];
  return [step.call, ...(step.inquire === null ? [] : [step.inquire]), ...undo];
}

/** All fields of the saga that its participants and callers see. */
function reachingFields(saga: CheckedSaga): FieldType[] {
  const steps = saga.steps.flatMap((step) => [
    ...step.output,
    ...step.throws.flatMap(({ symbol }) => symbol?.fields ?? []),
    ...callsOf(step).flatMap((call) => call.input.fields),
  ]);
  return [...saga.input, ...(saga.output?.fields ?? []), ...steps];
}

function errorsOf(saga: CheckedSaga): PlanError[] {
  const errors = new Map<string, PlanError>();
  for (const { ident, symbol } of saga.steps.flatMap((step) => step.throws)) {
    if (symbol === null) throw new CompilerBug(`the error ${ident.name} is not declared`);
    errors.set(symbol.name, { name: symbol.name, doc: symbol.node.doc, fields: lowerFields(symbol.fields) });
  }
  return [...errors.values()].sort(byName);
}

function servicesOf(saga: CheckedSaga): PlanService[] {
  const services = new Map<string, PlanService>();
  for (const { service, serviceSymbol } of saga.steps.flatMap(callsOf)) {
    services.set(service, {
      name: service,
      doc: serviceSymbol?.node.doc ?? null,
      idempotentForMs: serviceSymbol?.idempotentFor?.value ?? null,
      fenced: serviceSymbol?.fenced ?? false,
    });
  }
  return [...services.values()].sort(byName);
}

/** By code units: the same on every machine. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
