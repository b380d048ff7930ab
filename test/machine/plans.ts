import type {
  Plan,
  PlanBranch,
  PlanCall,
  PlanExpr,
  PlanField,
  PlanNode,
  PlanOutcome,
  PlanPolicy,
  PlanRetry,
  PlanSequence,
  PlanSpan,
  PlanStep,
  UndoSequence,
} from "../../compiler/plan/plan.ts";
import { deriveBackward } from "../../compiler/plan/undo.ts";
import { call, error, field, plan, stepNode } from "../emit/plans.ts";

/** Plans for the machine emitter, written as the saga is: a sequence of steps and groups; zones, places and the way back follow. */
export type Part = StepPart | NodePart | readonly (readonly Part[])[];

/** Any other kind of node. */
export interface NodePart {
  readonly node: (at: At) => PlanNode;
}

/** Where a node stands. */
export interface At {
  readonly place: readonly string[];
  /** What ends it early and where its failure goes, by the zone that it stands in. */
  readonly stops: readonly string[];
  readonly failsTo: string | null;
  readonly zone: "before" | "after";
  readonly span: PlanSpan;
  /** What stands in it. `scope`: it fails as one, under this name. */
  sequence(parts: readonly Part[], place: readonly string[], scope?: string): PlanSequence;
  /** Paths that exclude each other: a pivot on one of them is none for the others. */
  exclusive(paths: readonly (() => PlanSequence)[]): PlanSequence[];
  /** The way back of what was built. */
  mirror(...nodes: readonly PlanNode[]): UndoSequence;
}

export interface StepPart extends Partial<Omit<PlanStep, "call" | "inquire" | "undo">> {
  readonly name: string;
  readonly service?: string;
  readonly input?: PlanExpr;
  readonly inputType?: readonly PlanField[];
  readonly retry?: PlanRetry;
  readonly timeoutMs?: number;
  /** By operation; `true`: named after the step. */
  readonly inquire?: true | Partial<PlanCall>;
  readonly undo?: false | Partial<PlanCall>;
  /** By error: what is done about it; a list is a block. */
  readonly on?: Readonly<Record<string, PolicyPart>>;
}

export interface PolicyPart {
  readonly retry?: PlanRetry;
  readonly outcome?: PlanOutcome | readonly Part[];
}

export interface SagaParts extends Partial<Omit<Plan, "steps" | "forward" | "backward" | "pivots">> {
  readonly parts: readonly Part[];
  /** Children that have something to undo. */
  readonly undoable?: readonly string[];
  readonly onCompleted?: readonly Part[];
  readonly onCompensated?: readonly Part[];
}

export const FOREVER: PlanRetry = { attempts: null, backoffMinMs: 200, backoffMaxMs: 60_000 };
export const THRICE: PlanRetry = { attempts: 3, backoffMinMs: 200, backoffMaxMs: 10_000 };
export const NEVER: PlanRetry = { attempts: 1, backoffMinMs: 200, backoffMaxMs: 10_000 };
export const UNDO: PlanRetry = { attempts: 10, backoffMinMs: 1_000, backoffMaxMs: 60_000 };

export function sagaPlan({ parts, undoable = [], onCompleted, onCompensated, ...more }: SagaParts): Plan {
  const builder = new Builder();
  const forward = builder.sequence(parts, []);
  const ending = (of: readonly Part[] | undefined, place: string): PlanSequence | null =>
    of === undefined ? null : builder.ending(of, [place]);
  const endings = { completed: ending(onCompleted, "$completed"), compensated: ending(onCompensated, "$compensated") };
  const { steps } = builder;
  const undone = new Set([...undoable, ...steps.filter((step) => step.undo.kind === "compensate").map((step) => step.name)]);
  const services = [...new Set(steps.map((step) => step.call.service).filter((name) => name !== "local"))].sort();
  return plan({
    saga: "Sample",
    source: "sample.saga",
    timeoutMs: 3_600_000,
    input: [ID],
    errors: [...new Set(steps.flatMap((step) => step.throws))].sort().map((name) => error(name, field("why", "string"))),
    services: services.map((name) => ({
      name,
      doc: null,
      idempotentForMs: name === "safe" ? 86_400_000 : null,
      fenced: name === "fenced",
    })),
    ...more,
    endings,
    steps,
    forward: { kind: "sequence", nodes: forward },
    backward: deriveBackward({ kind: "sequence", nodes: forward }, undone),
    pivots: steps.filter((step) => step.kind === "pivot").map((step) => step.name),
  });
}

/** The output of the steps of these plans. */
export const VALUE: PlanField = field("value", "string");

const ID: PlanField = field("id", "string");
const INPUT_ID: PlanExpr = { kind: "object", entries: [{ name: "id", value: member({ kind: "input" }, "id") }] };

export function member(object: PlanExpr, name: string, optional = false): PlanExpr {
  return { kind: "member", object, name, optional };
}

export function outputOf(step: string, name: string, optional = false): PlanExpr {
  return member({ kind: "stepOutput", step, optional }, name, optional);
}

export function entries(values: Readonly<Record<string, PlanExpr>>): PlanExpr {
  return { kind: "object", entries: Object.entries(values).map(([name, value]) => ({ name, value })) };
}

class Builder {
  readonly steps: PlanStep[] = [];
  #groups = 0;
  #line = 2;
  #blocks = 0;
  #passed = false;
  #ending = false;
  #scopes: readonly string[] = [];

  ending(parts: readonly Part[], place: readonly string[]): PlanSequence {
    this.#ending = true;
    const nodes = this.sequence(parts, place);
    this.#ending = false;
    return { kind: "sequence", nodes };
  }

  get #stops(): readonly string[] {
    if (this.#ending) return [];
    return this.#passed ? this.#scopes : ["saga", ...this.#scopes];
  }

  sequence(parts: readonly Part[], place: readonly string[]): PlanNode[] {
    return parts.map((part): PlanNode => {
      if ("node" in part) return part.node(this.#at(place));
      if (!isGroup(part)) return this.#step(part, place);
      this.#groups += 1;
      const id = `$group${this.#groups}`;
      const branches = part.map((body, index): PlanBranch => {
        const branch = `$branch${index + 1}`;
        return {
          id: branch,
          name: null,
          scope: null,
          body: { kind: "sequence", nodes: this.sequence(body, [...place, id, branch]) },
        };
      });
      const stops = this.#stops;
      return {
        kind: "parallel",
        id,
        stops,
        onFailure: "cancel",
        failsTo: stops.at(-1) ?? null,
        place: [...place, id],
        branches,
      };
    });
  }

  #at(place: readonly string[]): At {
    this.#line += 2;
    return {
      place,
      stops: this.#stops,
      failsTo: this.#stops.at(-1) ?? null,
      zone: this.#passed ? "after" : "before",
      span: { line: this.#line, column: 3 },
      sequence: (parts, inner, scope) => {
        const around = this.#scopes;
        if (scope !== undefined) this.#scopes = [...around, scope];
        const nodes = this.sequence(parts, inner);
        this.#scopes = around;
        return { kind: "sequence", nodes };
      },
      exclusive: (paths) => {
        const passed = this.#passed;
        return paths.map((path) => {
          this.#passed = passed;
          const built = path();
          this.#passed = passed;
          return built;
        });
      },
      mirror: (...nodes) => {
        const undoable = new Set(this.steps.flatMap(({ name, undo }) => (undo.kind === "compensate" ? [name] : [])));
        return deriveBackward({ kind: "sequence", nodes }, undoable);
      },
    };
  }

  #step(part: StepPart, place: readonly string[]): PlanNode {
    const {
      name,
      service = "plain",
      input,
      inputType,
      retry,
      timeoutMs,
      inquire,
      undo,
      kind = "normal",
      on = {},
      ...more
    } = part;
    const zone = more.zone ?? (this.#ending ? "ending" : kind === "pivot" ? "pivot" : this.#passed ? "after" : "before");
    const never = zone === "maybe" || zone === "ending" || kind === "best-effort";
    const span = { line: this.#line, column: 3 };
    this.#line += 2;
    const called = (operation: string, own: Partial<PlanCall>): PlanCall =>
      call(`${service}.${operation}`, { input: INPUT_ID, inputType: [ID], retry: THRICE, timeoutMs: 30_000, span, ...own });
    const own = {
      ...(input === undefined ? {} : { input }),
      ...(inputType === undefined ? {} : { inputType }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    };
    const undone = undo !== false && (zone === "before" || zone === "maybe") && kind !== "readonly" && kind !== "best-effort";
    const stops = zone === "maybe" ? ["saga"] : this.#stops;
    if (kind === "pivot") this.#passed = true;
    const built: PlanStep = {
      doc: null,
      failsTo: never ? null : (stops.at(-1) ?? null),
      exhaustedWith: null,
      exhausted:
        kind === "best-effort" || zone === "ending"
          ? "continue"
          : zone === "before" || (zone === "after" && stops.length > 0)
            ? "fail"
            : "park",
      output: [],
      throws: [],
      outputLive: false,
      ...more,
      name,
      kind,
      zone,
      place: [...place, name],
      span,
      call: called(name, { retry: retry ?? (zone === "before" || zone === "ending" ? THRICE : FOREVER), ...own }),
      inquire: inquire === undefined ? null : called(`find_${name}`, inquire === true ? {} : inquire),
      undo: undone
        ? { kind: "compensate", call: called(`undo_${name}`, { retry: UNDO, ...undo }) }
        : { kind: "none", because: kind === "readonly" ? "it only reads" : "it needs none" },
    };
    this.steps.push(built);
    const policies = built.throws.map((error): PlanPolicy => {
      const { retry: own = null, outcome: then = { kind: "fail" as const, failure: null } } = on[error] ?? {};
      return { error, retry: own, outcome: this.#outcome(then, place) };
    });
    return { ...stepNode(built), stops, policies };
  }

  #outcome(outcome: PlanOutcome | readonly Part[], place: readonly string[]): PlanOutcome {
    if ("kind" in outcome) return outcome;
    this.#blocks += 1;
    const id = `$policy${this.#blocks}`;
    return {
      kind: "block",
      block: { id, place: [...place, id], body: { kind: "sequence", nodes: this.sequence(outcome, [...place, id]) } },
    };
  }
}

function isGroup(part: Part): part is readonly (readonly Part[])[] {
  return Array.isArray(part);
}
