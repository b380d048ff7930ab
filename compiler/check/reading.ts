import type { Expression, NameExpr, ObjectExpr } from "../ast/nodes.ts";
import type { DeclaredFile } from "./declarations.ts";
import type { Draft } from "./draft.ts";
import type { Flow, Part } from "./flow.ts";
import type { FlowBlock } from "./flow-nodes.ts";
import { type ExpressionScope, infer, inferMapping } from "./infer.ts";
import { type Binding, beyond, type Frame, type Frames, parting } from "./names.ts";
import { type Family, needsFamily } from "./operators.ts";
import type { CheckedStep, Mapping, StepHead, TypedExpr } from "./program.ts";
import type { FlowState } from "./state.ts";
import type { SignalSymbol } from "./symbols.ts";
import { type FieldType, objectType, present, UNKNOWN, underlying } from "./types.ts";

/** What the statements of one saga are resolved against. */
export interface SagaScope {
  readonly draft: Draft;
  readonly declared: DeclaredFile;
  readonly flow: Flow;
  readonly input: readonly FieldType[];
  /** Those of the file and of the saga. */
  readonly signals: ReadonlyMap<string, SignalSymbol>;
  /** Every step that was looked at, in source order. */
  readonly steps: CheckedStep[];
  readonly laterPivots: [later: StepHead, first: StepHead][];
  /** Whether some way passes several pivots: then nobody knows which of them was meant. */
  readonly manyPivots: boolean;
  /** Looks at a part of a statement that stands at `place`. Given here, as what a block holds may hold blocks. */
  readonly block: (part: Part, place: Place, state: FlowState) => FlowBlock;
}

/** Where a statement stands. */
export interface Place {
  readonly frames: Frames;
  /** Whether the block of a `try` is around it: what fails there, even behind the pivot, is caught. */
  readonly tried: boolean;
}

/** What an expression is read against. */
export interface Reader {
  readonly saga: SagaScope;
  readonly frames: Frames;
  readonly state: FlowState;
  /** The step that it belongs to, and to which part of it; `null`: to none. */
  readonly own: { readonly step: StepHead; readonly part: "forward" | "inquire" | "undo" } | null;
}

/** The type of an expression of a statement. */
export function read(reader: Reader, expression: Expression): TypedExpr {
  const { draft } = reader.saga;
  return infer(draft, expressionScope(reader, expression), expression);
}

/** Of a value that must be there, and of some kinds. */
export function readAs(reader: Reader, node: Expression, families: readonly Family[], what: string, wanted: string): TypedExpr {
  const typed = read(reader, node);
  needsFamily(reader.saga.draft, { node, typed }, families, what, wanted);
  return typed;
}

export function readMapping(reader: Reader, node: ObjectExpr): Mapping {
  const { draft } = reader.saga;
  return inferMapping(draft, expressionScope(reader, node), node);
}

/** What is given to declared fields: an error's, or a called saga's input. */
export function readGiven(reader: Reader, node: ObjectExpr): Mapping {
  const { draft } = reader.saga;
  return inferMapping(draft, { ...expressionScope(reader, node), declared: true }, node);
}

export const NOTHING: Mapping = { node: null, fields: [] };

function expressionScope(reader: Reader, expression: Expression): ExpressionScope {
  const { saga, state, frames } = reader;
  const asked = askedFor(expression);
  return {
    file: saga.declared.scope,
    input: saga.input,
    known: state.facts,
    failure: failureScope(frames) !== null,
    lookup: (name) => lookup(reader, name),
    tell: (name, typed) => tellMissing(saga.draft, name, typed, asked.has(name)),
  };
}

/** The part that `failure` speaks of: what a try or repeat does otherwise, or what happens after everything is undone. */
export function failureScope(frames: Frames): Frame | null {
  return (
    frames.findLast(
      ({ node, part }) =>
        (part === "otherwise" && (node.kind === "try" || node.kind === "repeat")) ||
        (node.kind === "ending" && node.when === "compensated"),
    ) ?? null
  );
}

const SILENT: TypedExpr = { type: UNKNOWN, secret: false };

function lookup(reader: Reader, { name, span }: NameExpr): TypedExpr {
  const { saga, frames, state, own } = reader;
  if (own?.step.name.name === name) {
    const binding = saga.flow.byName.get(name);
    // A step whose outcome is unknown has no output, and may have to be undone all the same.
    if (own.part === "undo" && binding !== undefined)
      return { type: objectType(own.step.output), secret: false, output: { binding, frames, optional: true, missing: null } };
    saga.draft.findings.add("own-output", { span, step: own.step, inInquiry: own.part === "inquire" });
    return SILENT;
  }
  const presence = state.get(name);
  if (presence !== null) {
    const { binding, type, secret, missing } = presence;
    if (tellInside(reader, binding, span)) return SILENT;
    return { type, secret, output: { binding, frames, optional: missing !== null, missing } };
  }
  tellUnknown(reader, name, span);
  return SILENT;
}

/** Names of an item are read from outside through the list of the results. */
function tellInside({ saga, frames }: Reader, binding: Binding, span: NameExpr["span"]): boolean {
  const item = beyond(binding.frames, frames).find(({ part }) => part === "item");
  if (item?.node.kind !== "foreach") return false;
  saga.draft.findings.add("item-name", { span, binding, foreach: item.node });
  return true;
}

function tellUnknown(reader: Reader, name: string, span: NameExpr["span"]): void {
  const { saga, frames, own } = reader;
  const { draft, declared, flow } = saga;
  const binding = flow.byName.get(name);
  if (binding === undefined) {
    if (!flow.namesUnread && !flow.opaque.has(name) && !declared.scope.opaque.has(name))
      draft.findings.add("unknown-name", {
        span,
        name,
        candidates: ["input", ...flow.byName.keys()],
        readable: readableNames(reader),
        holders: readableNames(reader).filter((holder) => hasMember(reader, holder, name)),
        isField: saga.input.some((field) => field.name === name),
        isShared: frames.some((frame) => namesBesideOthers(frame, name)),
      });
    return;
  }
  if (binding.what === "branch" && binding.ident.span.start < span.start && !frames.some(({ node }) => node === binding.node)) {
    draft.findings.add("no-result", { span, name: binding.ident });
    return;
  }
  if (tellInside(reader, binding, span)) return;
  const ways = parting(binding.frames, frames);
  const { node, part } = ways?.a ?? { node: null, part: null };
  const group =
    binding.what === "branch" && isGroup(binding.node) ? frames.find((each) => each.node === binding.node) : undefined;
  if (group !== undefined && isOwnBranch(group, binding)) draft.findings.add("not-yet-run", { span, binding });
  else if (group !== undefined) draft.findings.add("sibling-output", { span, binding, group: binding.node });
  else if (node?.kind === "parallel" || node?.kind === "race")
    draft.findings.add("sibling-output", { span, binding, group: node });
  else if (ways !== null && part !== "ending" && ways.b.part !== "ending")
    draft.findings.add("other-way", { span, binding, of: ways.a });
  else if (binding.ident.span.start > (own?.step.name.span.start ?? span.start))
    draft.findings.add("not-yet-run", { span, binding });
  else
    draft.findings.add("other-way", { span, binding, of: ways?.a ?? frames[0] ?? { node: binding.node, part: "arm", index: 0 } });
}

/** What an expression can name here, as far as is known: in the order in which it stands in the saga. */
function readableNames({ state, frames, own }: Reader): string[] {
  const names = [...new Set(state.names())].filter((name) => {
    const binding = state.get(name)?.binding;
    return binding !== undefined && !beyond(binding.frames, frames).some(({ part }) => part === "item");
  });
  // The way back of a step has its output, if there is one.
  const undone = own?.part === "undo" ? [own.step.name.name] : [];
  return ["input", ...(failureScope(frames) === null ? [] : ["failure"]), ...names, ...undone];
}

function hasMember({ state, own }: Reader, holder: string, name: string): boolean {
  const type = underlying(present(state.get(holder)?.type ?? UNKNOWN));
  const fields = own?.step.name.name === holder ? own.step.output : type.kind === "object" ? type.fields : [];
  return fields.some((field) => field.name === name);
}

/** `on E, F { … }`, which has no name for the data of either. */
function namesBesideOthers({ node, part, index }: Frame, name: string): boolean {
  if (part !== "policy" || (node.kind !== "step" && node.kind !== "call")) return false;
  const clause = node.clauses[index];
  return clause?.kind === "on-error" && clause.errors.length > 1 && clause.errors.some((error) => error.name === name);
}

function isGroup(node: Binding["node"]): boolean {
  return node.kind === "parallel" || node.kind === "race";
}

/** Whether the branch that something stands in is the one that it names. */
function isOwnBranch({ node, index }: Frame, { ident }: Binding): boolean {
  const branch = node.kind === "parallel" || node.kind === "race" ? node.branches[index] : undefined;
  return branch?.kind === "branch" && branch.name === ident;
}

/** What may not have run must be asked for, wherever it is named; not what may be absent for another reason. */
function tellMissing(draft: Draft, { span }: NameExpr, typed: TypedExpr, asked: boolean): TypedExpr {
  const use = typed.output;
  if (use === undefined || !use.optional || use.missing === null) return typed;
  // The value of a `let` cannot be asked for: it stands where it is named, taken or not.
  if (asked && !isWorkedOut(use.binding)) return typed;
  draft.findings.add("may-not-have-run", { span, binding: use.binding, missing: use.missing });
  return SILENT;
}

/** It is no record, but is worked out of what ran before it, where it is named. */
function isWorkedOut({ what, node }: Binding): boolean {
  return what === "let" || (what === "branch" && node.kind === "parallel");
}

/** The names that stand where it is asked whether they are there: left of a `??`, compared with `null`. */
function askedFor(expression: Expression): ReadonlySet<NameExpr> {
  const names = new Set<NameExpr>();
  const visit = (node: Expression, asked: boolean): void => {
    switch (node.kind) {
      case "name":
        if (asked) names.add(node);
        return;
      case "member":
        return visit(node.object, asked);
      case "index":
        visit(node.object, asked);
        return visit(node.index, false);
      case "every-item":
        return visit(node.object, false);
      case "binary": {
        const { operator, left, right } = node;
        const comparesNull = (operator === "==" || operator === "!=") && (left.kind === "null" || right.kind === "null");
        visit(left, comparesNull || operator === "??");
        return visit(right, comparesNull || (operator === "??" && asked));
      }
      case "conditional":
        visit(node.condition, false);
        visit(node.whenTrue, asked);
        return visit(node.whenFalse, asked);
      case "unary":
        return visit(node.operand, false);
      case "object":
        for (const entry of node.entries) visit(entry.value, false);
        return;
      case "array":
        for (const element of node.elements) visit(element, false);
        return;
      case "template":
        for (const part of node.parts) if (typeof part !== "string") visit(part, false);
        return;
      case "function":
        for (const argument of node.args) visit(argument, false);
        return;
      default:
        return;
    }
  };
  visit(expression, false);
  return names;
}
