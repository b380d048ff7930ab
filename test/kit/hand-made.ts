import type {
  CallSite,
  ChildSite,
  EffectNode,
  MachineTables,
  SagaContext,
  Validator,
  WaitSite,
} from "../../runtime/engine/definition.ts";
import { handMachine } from "./hand-machine.ts";
import { type HandMade, type HandSaga, limitEvent, type Node, undone } from "./hand-plan.ts";

export function handMade(plan: HandMade): HandSaga {
  const own = tables(plan);
  const steps = [own, ...Object.values(plan.bodies ?? {})].flatMap(({ calls }) => Object.values(calls).map(({ step }) => step));
  return {
    format: 1,
    saga: plan.saga,
    version: 1,
    planHash: `by hand: ${plan.saga}`,
    timeoutMs: 86_400_000,
    validators: {
      input: ANYTHING,
      output: ANYTHING,
      outputs: Object.fromEntries(steps.map((name) => [name, ANYTHING])),
      errors: {},
      signals: Object.fromEntries((plan.signals ?? []).map((name) => [name, OBJECT])),
    },
    tags: (input: unknown) => ({ input: typeof input }),
    ...(plan.bodies === undefined ? {} : { bodies: plan.bodies }),
    ...own,
  };
}

/** The tables of one machine: of a saga, or of a body. */
export function tables(plan: Omit<HandMade, "bodies" | "signals">): MachineTables {
  const { saga, nodes, ending = false } = plan;
  const timed = nodes.filter((node) => node.kind === "sleep" || (node.kind === "await" && node.limitMs !== undefined));
  const tell: Node = { kind: "step", name: "tell", undo: false };
  return {
    machine: handMachine(plan),
    calls: Object.fromEntries((ending ? [...nodes, tell] : nodes).flatMap(callsOf)),
    waits: Object.fromEntries(nodes.flatMap(waitsOf)),
    effects: {
      states: {
        forward: statesOf(nodes, (node) => forwardEffects(node, saga)),
        backward: statesOf(undone(nodes), ({ name }) => ({
          states: { call: { call: `${name}.undo` }, parked: { parked: `${name}.undo` } },
        })),
        ...(ending ? { afterCompleted: { states: { call: { call: "tell" } } } } : {}),
      },
    },
    delays: Object.fromEntries(timed.map((node) => [`${node.name}.limit`, (node.kind === "await" && node.limitMs) || 0])),
    instants: Object.fromEntries(
      timed.flatMap((node) =>
        node.kind === "sleep"
          ? [[`${node.name}.limit`, ({ context }: { readonly context: never }) => node.untilMs(context)] as const]
          : [],
      ),
    ),
  };
}

function statesOf(nodes: readonly Node[], of: (node: Node) => EffectNode): EffectNode {
  return { states: Object.fromEntries(nodes.map((node) => [node.name, of(node)])) };
}

function forwardEffects(node: Node, saga: string): EffectNode {
  if (node.kind !== "await" && node.kind !== "sleep") {
    return { states: { call: { call: node.name, states: { aborting: { abort: true } } } } };
  }
  const timer = { delay: `${node.name}.limit`, event: limitEvent(saga, node.name), call: node.name };
  const timers = node.kind === "sleep" || node.limitMs !== undefined ? [timer] : [];
  return { states: { waiting: { wait: node.name, timers } } };
}

function callsOf(node: Node): [string, CallSite][] {
  const { name } = node;
  const at = { step: name, place: [name], service: "things", operation: name, input: (context: SagaContext) => context.input };
  switch (node.kind) {
    case "step": {
      const undo: CallSite = { ...at, kind: "undo", operation: `undo_${name}` };
      return [[name, { ...at, kind: "forward" }], ...(node.undo === false ? [] : [[`${name}.undo`, undo] as [string, CallSite]])];
    }
    case "children": {
      const children: ChildSite = {
        kind: "items",
        body: null,
        saga: null,
        max: null,
        onFailure: "cancel",
        keepsOutput: false,
        ...node.runs,
      };
      const call = { ...at, service: "saga", children };
      return [
        [name, { ...call, kind: "forward" }],
        [`${name}.undo`, { ...call, kind: "undo" }],
      ];
    }
    case "compute":
      return [[name, { ...at, kind: "forward", service: "compute", input: node.args, compute: true }]];
    default:
      return [];
  }
}

function waitsOf(node: Node): [string, WaitSite][] {
  if (node.kind === "await") return [[node.name, { place: [node.name], signals: node.signals }]];
  return node.kind === "sleep" ? [[node.name, { place: [node.name], signals: [] }]] : [];
}

const ANYTHING: Validator = { safeParse: (data) => ({ success: true, data }) };
const OBJECT: Validator = {
  safeParse: (data) =>
    typeof data === "object" && data !== null
      ? { success: true, data }
      : { success: false, error: { issues: [{ path: [], message: "expected an object" }] } },
};
