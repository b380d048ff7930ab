import { sequencesIn } from "../plan/nodes.ts";
import type {
  PlanCall,
  PlanComputeNode,
  PlanForeach,
  PlanNode,
  PlanOutcome,
  PlanPolicy,
  PlanRepeat,
  PlanRetry,
  PlanSequence,
  PlanStep,
  PlanSubSaga,
  PlanUnit,
  UndoSequence,
} from "../plan/plan.ts";

/**
 * Whatever a unit calls and waits for: a step, a child (items, rounds, a saga), a compute. The last three are looked at as steps, too: their
 * records are, and what may follow from an answer is told in the same words.
 */
export interface Doing extends PlanStep {
  readonly of: "step" | "items" | "rounds" | "saga" | "compute";
  readonly stops: readonly string[];
  readonly policies: readonly PlanPolicy[];
  /** What any other end but success leads to; a step's is in `exhausted`. */
  readonly otherwise: PlanOutcome | null;
  /** Of a foreach: how a failure of one item is heard. */
  readonly onFailure: "cancel" | "wait" | "continue" | null;
}

/** In program order, whatever only runs in an ending last. */
export function doingsOf(unit: PlanUnit, parts: readonly PlanSequence[]): readonly Doing[] {
  const steps = new Map(unit.steps.map((step) => [step.name, step]));
  const undone = childrenIn(unit.backward);
  const found: Doing[] = [];
  const visit = (sequence: PlanSequence): void => {
    for (const node of sequence.nodes) {
      const doing = doingOf(node, steps, undone);
      if (doing !== null) found.push(doing);
      for (const inner of sequencesIn(node)) visit(inner);
    }
  };
  for (const part of parts) visit(part);
  return found;
}

function doingOf(node: PlanNode, steps: ReadonlyMap<string, PlanStep>, undone: ReadonlySet<string>): Doing | null {
  switch (node.kind) {
    case "step": {
      const step = steps.get(node.step);
      if (step === undefined) throw new Error(`the plan has a node for a step that it does not list: ${node.step}`);
      const { stops, policies } = node;
      return { ...step, of: "step", stops, policies, otherwise: null, onFailure: null };
    }
    case "foreach":
    case "repeat":
    case "call":
      return child(node, undone);
    case "compute":
      return compute(node);
    default:
      return null;
  }
}

const ONCE: PlanRetry = { attempts: 1, backoffMinMs: 0, backoffMaxMs: 0 };
const FOREVER: PlanRetry = { attempts: null, backoffMinMs: 0, backoffMaxMs: 0 };
const NO_INPUT = { kind: "object", entries: [] } as const;

function child(node: PlanForeach | PlanRepeat | PlanSubSaga, undone: ReadonlySet<string>): Doing {
  const { name, stops, failsTo, zone, place, outputLive, span } = node;
  const call = callOf(name, "saga", span, node.kind === "repeat" ? { ...FOREVER, attempts: node.max } : ONCE);
  return {
    name,
    doc: null,
    kind: "normal",
    zone,
    failsTo,
    place,
    call: node.kind === "call" && node.retry !== null ? { ...call, retry: node.retry } : call,
    output: [],
    throws: node.kind === "call" ? node.policies.map(({ error }) => error) : [],
    exhausted: "fail",
    exhaustedWith: null,
    outputLive,
    inquire: null,
    undo: undone.has(name)
      ? { kind: "compensate", call: callOf(name, "saga", span, FOREVER) }
      : { kind: "none", because: "nothing in it is undone" },
    span,
    of: node.kind === "foreach" ? "items" : node.kind === "repeat" ? "rounds" : "saga",
    stops,
    policies: node.kind === "call" ? node.policies : [],
    otherwise: node.kind === "call" ? node.onFailure : node.kind === "repeat" ? node.otherwise : null,
    onFailure: node.kind === "foreach" ? node.onFailure : null,
  };
}

function compute({ id, stops, place, compute: operation, span }: PlanComputeNode): Doing {
  return {
    name: id,
    doc: null,
    kind: "readonly",
    // What the saga's failure does not stop stands behind the pivot.
    zone: stops.includes("saga") ? "before" : "after",
    failsTo: null,
    place,
    call: callOf(operation, "compute", span, ONCE),
    output: [],
    throws: [],
    exhausted: "park",
    exhaustedWith: null,
    outputLive: true,
    inquire: null,
    undo: { kind: "none", because: "it changes nothing" },
    span,
    of: "compute",
    stops,
    policies: [],
    otherwise: null,
    onFailure: null,
  };
}

function callOf(operation: string, service: string, span: PlanCall["span"], retry: PlanRetry): PlanCall {
  return { service, operation, input: NO_INPUT, inputType: [], key: null, timeoutMs: 0, retry, span };
}

function childrenIn(sequence: UndoSequence): Set<string> {
  const found = new Set<string>();
  const visit = ({ nodes }: UndoSequence): void => {
    for (const node of nodes) {
      if (node.kind === "child") found.add(node.child);
      else if (node.kind === "parallel") for (const { body } of node.branches) visit(body);
    }
  };
  visit(sequence);
  return found;
}
