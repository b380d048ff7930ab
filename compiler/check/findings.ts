import type { Expression, ForeachNode, Ident, Statement } from "../ast/nodes.ts";
import type { Span } from "../source/span.ts";
import type { Binding, Frame, Missing } from "./names.ts";
import type { StepHead } from "./program.ts";
import type { FieldType, Type, TypeSymbol } from "./types.ts";

/** What resolving names and types came upon, by kind: the rule of the same name says it to the user. */
export interface FindingShapes {
  "import-path": ImportProblem;
  "import-unread": ImportProblem;
  "import-unknown": {
    readonly ident: Ident;
    readonly path: string;
    readonly candidates: readonly string[];
    readonly typescript: boolean;
    /** `null`: what was meant, if that can be told. */
    readonly help: string | null;
  };
  "unfit-type": { readonly span: Span; readonly at: string; readonly what: string; readonly help: string };
  "unknown-type": UnknownDeclaration;
  "unknown-error": UnknownDeclaration;
  "unknown-signal": UnknownDeclaration;
  /** Both a duration and an instant. */
  "two-limits": { readonly span: Span; readonly first: Span };
  /** It says what happens when a time is over that has no limit. */
  "never-expires": { readonly span: Span };
  "tag-source": { readonly span: Span; readonly name: string };
  "tag-type": { readonly span: Span; readonly name: string; readonly type: Type };
  /** A secret flows to where it is shown. */
  "secret-shown": { readonly node: Expression; readonly into: string; readonly help: string };
  "unknown-name": {
    readonly span: Span;
    readonly name: string;
    /** All names of the saga. */
    readonly candidates: readonly string[];
    /** Those that can be read at this place. */
    readonly readable: readonly string[];
    /** Whether the saga's input has a field of this name. */
    readonly isField: boolean;
    /** What can be read here and has a member of that name. */
    readonly holders: readonly string[];
    /** Whether an `on` around it names it beside others: then none of them can be read. */
    readonly isShared: boolean;
  };
  "unknown-member": {
    readonly member: Ident;
    readonly of: Type;
    /** How messages call the thing that has no such member. */
    readonly what: string;
    readonly holder: "input" | "output" | "value";
    readonly candidates: readonly string[];
  };
  /** Something reads what comes later. */
  "not-yet-run": { readonly span: Span; readonly binding: Binding };
  "own-output": { readonly span: Span; readonly step: StepHead; readonly inInquiry: boolean };
  "sibling-output": { readonly span: Span; readonly binding: Binding; readonly group: Statement };
  /** Something reads what stands on a way that excludes its own. */
  "other-way": { readonly span: Span; readonly binding: Binding; readonly of: Frame };
  /** Something reads what may not have run, as if it had. */
  "may-not-have-run": { readonly span: Span; readonly binding: Binding; readonly missing: Missing };
  /** Something reads from outside what runs once for each item. */
  "item-name": { readonly span: Span; readonly binding: Binding; readonly foreach: ForeachNode };
  "missing-field": { readonly span: Span; readonly owner: string; readonly field: FieldType };
  "does-not-fit": { readonly span: Span; readonly owner: string; readonly field: FieldType; readonly type: Type };
  "policy-twice": { readonly ident: Ident; readonly owner: string; readonly first: Ident };
  "never-thrown": { readonly ident: Ident; readonly owner: string; readonly candidates: readonly string[] };
  /** What a retry that is spent cannot lead to. `instead`: of a step, one that is gone on without, a compensation, an inquiry, a service's steps, or a call. */
  "spent-outcome": {
    readonly span: Span;
    readonly owner: string;
    readonly instead: "step" | "goes-on" | "compensation" | "inquiry" | "service" | "call";
  };
  /** An `output` of a block that nothing reads. */
  "unused-output": { readonly span: Span };
  /** A name for results that there are not. */
  "no-result": { readonly span: Span; readonly name: Ident };
  /** `max` of a repeat, foreach or service, or the calls of a `rate`, that is no count of anything. */
  "no-count": { readonly span: Span; readonly of: string };
  "boundless-limit": { readonly span: Span; readonly max: number };
  "rate-unit": { readonly span: Span; readonly written: string };
  /** An `as` of a parallel, which has several results. */
  "parallel-result": { readonly span: Span };
  /** A parallel that would go on without a branch. */
  "parallel-goes-on": { readonly span: Span };
  "race-waits": { readonly span: Span };
  "unknown-callee": UnknownDeclaration;
  /** A statement that an ending has no place for. */
  "after-the-end": { readonly span: Span; readonly word: string; readonly kind: Statement["kind"] };
  "no-failure": { readonly span: Span };
  /** A statement that nothing comes to; `fails`: what stands before it. */
  unreachable: { readonly span: Span; readonly fails: Span };
  "not-available": { readonly span: Span; readonly construct: string };
  /** A time of a saga or service reads what is not there yet. */
  "early-time": { readonly span: Span; readonly name: string; readonly of: "saga" | "service" };
  "not-a-duration": { readonly span: Span; readonly found: string };
  "too-few-attempts": { readonly span: Span; readonly written: string };
  "no-type": { readonly span: Span; readonly written: string };
  "mixed-array": { readonly span: Span; readonly type: Type; readonly first: Span; readonly firstType: Type };
  "unknown-function": { readonly ident: Ident; readonly candidates: readonly string[] };
  "argument-count": { readonly span: Span; readonly name: string; readonly wanted: string; readonly given: number };
  /** `what` has `wanted`: a sentence is made of them. */
  "operand-type": {
    readonly span: Span;
    readonly what: string;
    readonly wanted: string;
    readonly type: Type;
    readonly help: string | null;
  };
  "may-be-absent": { readonly node: Expression; readonly what: string; readonly type: Type; readonly list: boolean };
  "zero-divisor": { readonly span: Span; readonly operator: string };
  "secret-in-text": { readonly node: Expression };
  "never-equal": { readonly span: Span; readonly left: Type; readonly right: Type };
  "no-common-type": { readonly span: Span; readonly what: string; readonly left: Type; readonly right: Type };
  "never-absent": { readonly span: Span; readonly operator: string };
  "union-member": { readonly span: Span };
  "doubled-literal": { readonly span: Span; readonly value: string; readonly first: Span };
  "doubled-optional": { readonly span: Span };
  "recursive-type": { readonly symbol: TypeSymbol; readonly name: Ident; readonly path: readonly string[] };
}

export interface ImportProblem {
  readonly span: Span;
  readonly path: string;
  readonly why: string;
  readonly help: string | null;
}

export interface UnknownDeclaration {
  readonly ident: Ident;
  readonly candidates: readonly string[];
  /** A declaration of that name which is something else. */
  readonly instead: { readonly kind: string; readonly span: Span } | null;
}

export type FindingKind = keyof FindingShapes;

/** All findings of a run, in the order in which they were made. */
export interface Findings {
  of<Kind extends FindingKind>(kind: Kind): readonly FindingShapes[Kind][];
}

export class FindingLog implements Findings {
  readonly #byKind = new Map<FindingKind, unknown[]>();

  add<Kind extends FindingKind>(kind: Kind, finding: FindingShapes[Kind]): void {
    const list = this.#byKind.get(kind);
    if (list === undefined) this.#byKind.set(kind, [finding]);
    else list.push(finding);
  }

  of<Kind extends FindingKind>(kind: Kind): readonly FindingShapes[Kind][] {
    // `add` is the only way in, and it pairs each kind with its shape.
    return (this.#byKind.get(kind) ?? []) as FindingShapes[Kind][];
  }
}
