import { sequencesIn } from "../../compiler/plan/nodes.ts";
import type {
  Plan,
  PlanBlock,
  PlanBody,
  PlanBranch,
  PlanCall,
  PlanExpr,
  PlanNode,
  PlanOutcome,
  PlanPolicy,
  PlanRetry,
  PlanSequence,
  PlanStep,
  PlanUnit,
} from "../../compiler/plan/plan.ts";
import { deriveBackward } from "../../compiler/plan/undo.ts";
import { call, error, field, plan, scalar } from "../emit/plans.ts";
import { ONCE } from "./kit.ts";

/**
 * Plans of every construct, written as the saga is: zones, places, scopes and the way back follow. As small as they can be: a call is made
 * once unless it says more, and carries no data.
 */
export type Piece =
  | string
  | StepPiece
  | { readonly group: readonly Body[]; readonly onFailure?: "wait" }
  | { readonly race: readonly Body[] }
  | { readonly arms: readonly Body[]; readonly otherwise?: Body }
  | { readonly body: Body; readonly else: Outcome; readonly within?: number }
  | { readonly signals: Readonly<Record<string, Body>>; readonly where?: true; readonly limit?: number; readonly else?: Outcome }
  | { readonly sleep: number }
  | {
      readonly foreach: string;
      readonly each: Body;
      readonly onFailure?: "wait" | "continue";
      readonly max?: number;
    }
  | {
      readonly repeat: string;
      readonly round: Body;
      readonly max: number | null;
      readonly every?: number;
      readonly else: Outcome;
    }
  | {
      readonly call: string;
      readonly on?: StepPiece["on"];
      readonly else?: Outcome;
      readonly retry?: PlanRetry;
    }
  | { readonly compute: string }
  | { readonly fails: string };

export type Body = readonly Piece[];

/** A list is another path. */
export type Outcome = "fail" | "continue" | "park" | Body;

export interface StepPiece {
  readonly step: string;
  readonly kind?: PlanStep["kind"];
  readonly service?: string;
  readonly retry?: PlanRetry;
  readonly exhausted?: PlanStep["exhausted"];
  readonly exhaustedWith?: PlanStep["exhaustedWith"];
  readonly inquire?: true;
  readonly undo?: false | PlanRetry;
  /** By error: what then, after so many attempts. */
  readonly on?: Readonly<Record<string, Outcome | { readonly retry: PlanRetry; readonly else: Outcome }>>;
}

export interface Endings {
  readonly completed?: Body;
  readonly compensated?: Body;
}

export function sagaOf(body: Body, endings: Endings = {}, more: Partial<Plan> = {}): Plan {
  return new Builder().saga(body, endings, more);
}

interface Place {
  readonly at: readonly string[];
  readonly stops: readonly string[];
  readonly failsTo: string | null;
  readonly zone: "before" | "maybe" | "after" | "ending";
}

const NO_INPUT: PlanExpr = { kind: "object", entries: [] };
const TRUE: PlanExpr = { kind: "literal", value: true };
const SPAN = { line: 1, column: 1 };

class Builder {
  readonly #counts = new Map<string, number>();
  readonly #errors = new Set<string>();
  readonly #signals = new Set<string>();
  readonly #computes = new Set<string>();
  readonly #callees = new Set<string>();
  readonly #bodies: PlanBody[] = [];
  readonly #children = new Set<string>();
  /** Of the unit that is being built. */
  #steps: PlanStep[] = [];
  #unit: string | null = null;

  saga(body: Body, { completed, compensated }: Endings, more: Partial<Plan>): Plan {
    const unit = this.#unitOf(body, { at: [], stops: ["saga"], failsTo: "saga", zone: "before" });
    const ending: Place = { at: [], stops: [], failsTo: null, zone: "ending" };
    this.#steps = [...unit.steps];
    const endings = {
      completed: completed === undefined ? null : this.#sequence(completed, { ...ending, at: ["$completed"] }),
      compensated: compensated === undefined ? null : this.#sequence(compensated, { ...ending, at: ["$compensated"] }),
    };
    const services = new Set([...this.#steps, ...this.#bodies.flatMap(({ steps }) => steps)].map((step) => step.call.service));
    return plan({
      timeoutMs: 3_600_000,
      undoWithinMs: 60_000,
      ...unit,
      steps: this.#steps,
      endings,
      bodies: this.#bodies,
      errors: [...this.#errors].sort().map((name) => error(name)),
      signals: [...this.#signals].sort().map((name) => ({ name, doc: null, fields: [] })),
      computes: [...this.#computes].sort().map((name) => ({ name, doc: null, parameters: [], result: scalar("int") })),
      callees: [...this.#callees].sort().map((saga) => ({ saga, version: 1 })),
      services: [...services]
        .filter((name) => name !== "local")
        .sort()
        .map((name) => ({
          name,
          doc: null,
          idempotentForMs: name === "safe" ? 86_400_000 : null,
          fenced: false,
        })),
      ...more,
    });
  }

  #unitOf(body: Body, place: Place): Omit<PlanUnit, "timeoutMs" | "input"> {
    const around = this.#steps;
    this.#steps = [];
    const forward = this.#sequence(body, place);
    const steps = this.#steps;
    this.#steps = around;
    const undone = new Set(steps.filter((step) => step.undo.kind === "compensate").map(({ name }) => name));
    const backward = deriveBackward(forward, new Set([...undone, ...childrenIn(forward)]));
    return {
      output: null,
      steps,
      lets: [],
      forward,
      backward,
      pivots: steps.filter(({ kind }) => kind === "pivot").map(({ name }) => name),
    };
  }

  #sequence(body: Body, start: Place): PlanSequence {
    let place = start;
    const nodes: PlanNode[] = [];
    for (const piece of body) {
      nodes.push(this.#node(typeof piece === "string" ? { step: piece } : piece, place));
      place = past(place, piece);
    }
    return { kind: "sequence", nodes };
  }

  #node(piece: Exclude<Piece, string>, place: Place): PlanNode {
    const { at, stops, failsTo } = place;
    if ("step" in piece) return this.#step(piece, place);
    if ("group" in piece) {
      const id = this.#id("group");
      const wait = piece.onFailure === "wait";
      const branches = this.#branches(id, piece.group, place, wait);
      return { kind: "parallel", id, stops, onFailure: piece.onFailure ?? "cancel", failsTo, place: [...at, id], branches };
    }
    if ("race" in piece) {
      const id = this.#id("race");
      const branches = this.#branches(id, piece.race, place, true);
      const node = { kind: "race", id, stops, failsTo, place: [...at, id], branches } as const;
      return {
        ...node,
        undo: deriveBackward({ kind: "sequence", nodes: [{ ...node, undo: { kind: "sequence", nodes: [] } }] }, this.#undoable()),
      };
    }
    if ("arms" in piece) {
      const id = this.#id("if");
      const arms = piece.arms.map((body, index) => {
        const arm = `$arm${index + 1}`;
        return { id: arm, condition: TRUE, body: this.#sequence(body, { ...place, at: [...at, id, arm] }) };
      });
      const otherwise = this.#sequence(piece.otherwise ?? [], { ...place, at: [...at, id, "$else"] });
      return { kind: "if", id, stops, arms, otherwise, span: SPAN };
    }
    if ("body" in piece) {
      const id = this.#id("try");
      const inner = { ...place, at: [...at, id, "$body"], stops: [...stops, id], failsTo: id };
      const body = this.#sequence(piece.body, inner);
      const undo = deriveBackward(body, this.#undoable());
      const timeoutMs: PlanExpr | null = piece.within === undefined ? null : { kind: "literal", value: piece.within };
      const otherwise = this.#outcome(piece.else, { ...place, at: [...at, id, "$otherwise"] });
      return { kind: "try", id, stops, failsTo, place: [...at, id], timeoutMs, body, undo, otherwise, span: SPAN };
    }
    if ("signals" in piece) {
      const id = this.#id("await");
      const cases = Object.entries(piece.signals).map(([signal, body], index) => {
        this.#signals.add(signal);
        const where = piece.where === true ? TRUE : null;
        return {
          name: signal,
          signal,
          where,
          live: false,
          body: this.#sequence(body, { ...place, at: [...at, id, `$case${index + 1}`] }),
        };
      });
      const limit = piece.limit === undefined ? null : ({ kind: "for", ms: { kind: "literal", value: piece.limit } } as const);
      const onTimeout = this.#outcome(piece.else ?? "fail", { ...place, at: [...at, id] });
      return { kind: "await", id, stops, failsTo, place: [...at, id], cases, limit, onTimeout, span: SPAN };
    }
    if ("sleep" in piece) {
      const id = this.#id("sleep");
      return {
        kind: "sleep",
        id,
        stops,
        place: [...at, id],
        limit: { kind: "for", ms: { kind: "literal", value: piece.sleep } },
        span: SPAN,
      };
    }
    if ("compute" in piece) {
      const id = this.#id("compute");
      this.#computes.add(piece.compute);
      return {
        kind: "compute",
        id,
        stops,
        place: [...at, id],
        compute: piece.compute,
        input: NO_INPUT,
        span: SPAN,
      };
    }
    if ("fails" in piece) {
      this.#errors.add(piece.fails);
      const failure = { name: piece.fails, data: NO_INPUT, summary: "it is said to" };
      return { kind: "fail", id: this.#id("fail"), failsTo: failsTo ?? "saga", failure, span: SPAN };
    }
    return this.#child(piece, place);
  }

  #child(
    piece: Extract<Piece, { readonly foreach: string } | { readonly repeat: string } | { readonly call: string }>,
    place: Place,
  ): PlanNode {
    const { at, stops, failsTo, zone } = place;
    const kind = "foreach" in piece ? "foreach" : "repeat" in piece ? "repeat" : "call";
    const name = "foreach" in piece ? piece.foreach : "repeat" in piece ? piece.repeat : piece.call;
    const id = this.#id(kind);
    if (zone !== "after") this.#children.add(name);
    const child = {
      name,
      id,
      stops,
      failsTo,
      zone: zone === "ending" ? "after" : zone,
      place: [...at, name],
      output: scalar("json"),
      outputLive: false,
      span: SPAN,
    } as const;
    if ("call" in piece) {
      this.#callees.add("Other");
      const policies = this.#policies(piece.on ?? {}, place);
      const onFailure = this.#outcome(piece.else ?? "fail", place);
      return {
        ...child,
        kind: "call",
        saga: "Other",
        version: 1,
        input: NO_INPUT,
        inputType: [],
        retry: piece.retry ?? null,
        policies,
        onFailure,
      };
    }
    const bodyKind = "foreach" in piece ? "item" : "round";
    const parent = this.#unit;
    this.#unit = id;
    const order = this.#bodies.length;
    const inner: Place =
      zone === "after" ? { at: [], stops: [], failsTo: null, zone } : { at: [], stops: ["saga"], failsTo: "saga", zone };
    const unit = this.#unitOf("foreach" in piece ? piece.each : piece.round, inner);
    this.#unit = parent;
    const input = bodyKind === "item" ? [field("item", "int")] : [];
    const own = { id, name, kind: bodyKind, parent, zone: child.zone, captures: [], span: SPAN, timeoutMs: null, input } as const;
    this.#bodies.splice(order, 0, { ...unit, ...own });
    if ("foreach" in piece) {
      const { max = null, onFailure = "cancel" } = piece;
      return { ...child, kind: "foreach", list: { kind: "array", items: [] }, where: null, max, onFailure };
    }
    const everyMs: PlanExpr | null = piece.every === undefined ? null : { kind: "literal", value: piece.every };
    return { ...child, kind: "repeat", max: piece.max, everyMs, until: TRUE, otherwise: this.#outcome(piece.else, place) };
  }

  #step(piece: StepPiece, place: Place): PlanNode {
    const { step: name, kind = "normal", service = "plain", retry = ONCE, on = {} } = piece;
    const zone = kind === "pivot" ? "pivot" : place.zone;
    const called = (operation: string, more: PlanRetry): PlanCall => call(`${service}.${operation}`, { retry: more });
    const undone = piece.undo !== false && (zone === "before" || zone === "maybe") && kind === "normal";
    const fails = zone === "maybe" || kind === "best-effort" ? null : place.failsTo;
    this.#steps.push({
      name,
      doc: null,
      kind,
      zone,
      failsTo: fails,
      place: [...place.at, name],
      call: called(name, retry),
      output: [],
      throws: Object.keys(on),
      exhaustedWith: piece.exhaustedWith ?? null,
      exhausted:
        piece.exhausted ??
        (kind === "best-effort" || zone === "ending" ? "continue" : fails === null || zone === "pivot" ? "park" : "fail"),
      outputLive: false,
      inquire: piece.inquire === true ? called(`find_${name}`, ONCE) : null,
      undo: undone
        ? { kind: "compensate", call: called(`undo_${name}`, piece.undo || ONCE) }
        : { kind: "none", because: "it needs none" },
      span: SPAN,
    });
    return { kind: "step", step: name, stops: place.stops, policies: this.#policies(on, place) };
  }

  #policies(on: NonNullable<StepPiece["on"]>, place: Place): PlanPolicy[] {
    return Object.entries(on).map(([name, what]) => {
      this.#errors.add(name);
      const retried = typeof what === "object" && "retry" in what;
      return { error: name, retry: retried ? what.retry : null, outcome: this.#outcome(retried ? what.else : what, place) };
    });
  }

  #outcome(what: Outcome, place: Place): PlanOutcome {
    if (what === "fail") return { kind: "fail", failure: null };
    if (what === "continue" || what === "park") return { kind: what };
    const id = this.#id("block");
    const at = [...place.at, id];
    const block: PlanBlock = { id, place: at, body: this.#sequence(what, { ...place, at }) };
    return { kind: "block", block };
  }

  #branches(id: string, bodies: readonly Body[], place: Place, scoped: boolean): PlanBranch[] {
    return bodies.map((body, index) => {
      const branch = `$branch${index + 1}`;
      const scope = scoped ? `${id}.${branch}` : null;
      const inner = scope === null ? place : { ...place, stops: [...place.stops, scope], failsTo: scope };
      return { id: branch, name: null, scope, body: this.#sequence(body, { ...inner, at: [...place.at, id, branch] }) };
    });
  }

  #undoable(): ReadonlySet<string> {
    const steps = this.#steps.filter((step) => step.undo.kind === "compensate").map(({ name }) => name);
    return new Set([...steps, ...this.#children]);
  }

  #id(kind: string): string {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    return `$${kind}${count}`;
  }
}

/** What follows a pivot stands after it; what follows an arm that has one, or a pivot that can be gone on without, may. */
function past(place: Place, piece: Piece): Place {
  if (typeof piece === "string" || place.zone === "after" || place.zone === "ending") return place;
  if ("step" in piece && piece.kind === "pivot") {
    const stays = Object.values(piece.on ?? {}).every((what) => what === "fail" || (typeof what === "object" && "else" in what));
    if (stays) return { ...place, zone: "after", stops: place.stops.slice(1), failsTo: null };
    return { ...place, zone: "maybe", failsTo: null };
  }
  const arms = "arms" in piece ? [...piece.arms, piece.otherwise ?? []] : [];
  return arms.some(hasPivot) ? { ...place, zone: "maybe", failsTo: null } : place;
}

function hasPivot(body: Body): boolean {
  return body.some((piece) => typeof piece === "object" && "kind" in piece && piece.kind === "pivot");
}

function childrenIn({ nodes }: PlanSequence): string[] {
  return nodes.flatMap((node): string[] => {
    const below = sequencesIn(node).flatMap(childrenIn);
    return "name" in node && node.zone !== "after" ? [...below, node.name] : below;
  });
}
