import { type AnyEventObject, type AnyStateMachine, assign, createMachine } from "xstate";
import type { CallError, Failure, SagaContext, StepRecord, WaitRecord } from "../../runtime/engine/definition.ts";
import { type HandMade, limitEvent, type Node, undone } from "./hand-plan.ts";

/** The machine of a saga by hand: forward through its nodes, backward through those that are undone. */
export function handMachine({ saga, nodes, output, ending = false }: Omit<HandMade, "bodies" | "signals">): AnyStateMachine {
  const names = nodes.map(({ name }) => name);
  const back = [...undone(nodes)].reverse();
  const records = ending ? [...nodes, { kind: "step" as const, name: "tell" }] : nodes;
  return createMachine({
    id: saga,
    context: ({ input }: { readonly input: { readonly input: unknown } }) => ({
      input: input.input,
      seed: 0,
      failure: null,
      pivot: "none",
      latched: null,
      overdue: false,
      steps: Object.fromEntries(records.map((node) => [node.name, isWait(node) ? WAIT : RECORD])),
    }),
    output: ({ context }: Args) => output?.(context) ?? null,
    on: {
      "saga.cancel": { guard: notFailing, actions: giveUp(() => ({ name: "Cancelled", step: null, summary: "", data: null })) },
    },
    initial: "forward",
    states: {
      forward: {
        initial: names[0] ?? "$done",
        onDone: [{ guard: failing, target: "backward" }, { target: ending ? "afterCompleted" : "completed" }],
        states: {
          ...Object.fromEntries(nodes.map((node, index) => [node.name, forward(saga, node, names[index + 1] ?? "$done")])),
          $done: { type: "final" },
        },
      },
      backward: {
        initial: back[0]?.name ?? "$done",
        onDone: "compensated",
        states: {
          ...Object.fromEntries(back.map(({ name }, index) => [name, backward(name, back[index + 1]?.name ?? "$done")])),
          $done: { type: "final" },
        },
      },
      afterCompleted: {
        initial: "call",
        onDone: "completed",
        states: { call: { entry: begin("tell"), on: { ...onEnd("tell", "ok", "ok") } }, ok: { type: "final" } },
      },
      completed: { type: "final" },
      compensated: { type: "final" },
      reopened: { on: { "saga.undo": "backward" } },
    },
    // Made of data: XState's types cannot follow it.
  } as never) as unknown as AnyStateMachine;
}

function forward(saga: string, node: Node, next: string): object {
  const { name } = node;
  const onDone = [{ guard: failing, target: "$done" }, { target: next }];
  const ends = { ok: { type: "final" }, stopped: { type: "final" } };
  if (isWait(node)) {
    const signals = node.kind === "await" ? node.signals.map(({ signal }) => signal) : [];
    const late = node.kind === "await" ? [giveUp(() => ({ name: "SignalTimeout", step: name, summary: "", data: null }))] : [];
    const taken = (event: AnyEventObject) => ({ outcome: "received", value: (event as { payload?: unknown }).payload ?? null });
    return {
      initial: "waiting",
      onDone,
      states: {
        waiting: {
          always: { guard: failing, target: "stopped" },
          entry: change<WaitRecord>(name, ({ entry }) => ({ entry: entry + 1, outcome: "waiting" })),
          on: {
            ...Object.fromEntries(
              signals.map((signal) => [
                `signal.${signal}`,
                {
                  guard: ({ event }: { event: AnyEventObject }) => event.wait === name,
                  target: "ok",
                  actions: change(name, (_, event) => taken(event)),
                },
              ]),
            ),
            [limitEvent(saga, name)]: { target: "ok", actions: [change(name, () => ({ outcome: "timedOut" })), ...late] },
          },
        },
        ...ends,
      },
    };
  }
  const lost = `#${saga}.forward.${name}.lost`;
  return {
    initial: "call",
    onDone,
    states: {
      call: {
        entry: begin(name),
        initial: "live",
        on: {
          ...onEnd(name, "ok", "stopped"),
          [`child.failed.${name}`]: { actions: giveUp((event) => event.failure as Failure) },
        },
        states: {
          live: {
            always: { guard: failing, target: "aborting" },
            on: {
              "saga.recovered": {
                actions: change<StepRecord>(name, ({ forward: was }) => ({ forward: { ...was, mayHaveRun: true } })),
              },
            },
          },
          // Of a step that is not waited for the answer comes late.
          aborting: node.kind === "step" && node.impatient === true ? { always: { target: lost } } : {},
        },
      },
      lost: {
        entry: change<StepRecord>(name, ({ forward: was }) => ({ forward: { ...was, outcome: "unknown", mayHaveRun: true } })),
        always: "stopped",
      },
      ...ends,
    },
  };
}

function backward(name: string, next: string): object {
  const needed = ({ context }: Args) => ["completed", "unknown"].includes((context.steps[name] as StepRecord).forward.outcome);
  const settle = (outcome: string) => change<StepRecord>(name, ({ undo }) => ({ undo: { ...undo, outcome } }));
  const about = ({ event }: Args) => event.call === `${name}.undo`;
  return {
    initial: "check",
    onDone: next,
    states: {
      check: { always: [{ guard: needed, target: "call" }, { target: "done" }] },
      call: {
        entry: change<StepRecord>(name, ({ undo }) => ({ undo: { ...undo, entry: undo.entry + 1, outcome: "running" } })),
        on: {
          [`xstate.done.actor.${name}.undo`]: { target: "done", actions: settle("done") },
          [`xstate.error.actor.${name}.undo`]: { target: "parked", actions: settle("parked") },
        },
      },
      parked: {
        on: {
          "operator.retry": { guard: about, target: "call" },
          "operator.skip": { guard: about, target: "done", actions: settle("skipped") },
        },
      },
      done: { type: "final" },
    },
  };
}

interface Args {
  readonly context: SagaContext;
  readonly event: AnyEventObject;
}

const failing = ({ context }: Args): boolean => context.failure !== null;
const notFailing = ({ context }: Args): boolean => context.failure === null;

function isWait(node: Node): node is Extract<Node, { kind: "await" | "sleep" }> {
  return node.kind === "await" || node.kind === "sleep";
}

function onEnd(name: string, ok: string, stopped: string): object {
  const ended = (outcome: string, output: unknown) =>
    change<StepRecord>(name, ({ forward: was }, event) => ({
      forward: { ...was, outcome, output: outcome === "completed" ? (event.output ?? null) : output },
    }));
  return {
    [`xstate.done.actor.${name}`]: { target: ok, actions: ended("completed", null) },
    [`xstate.error.actor.${name}`]: [
      {
        guard: ({ event }: Args) => (event.error as CallError).kind === "declared",
        target: stopped,
        actions: [ended("failed", null), giveUp((event) => failureOf(name, event.error as CallError))],
      },
      { target: stopped, actions: [ended("unknown", null), giveUp((event) => failureOf(name, event.error as CallError))] },
    ],
  };
}

function failureOf(step: string, error: CallError): Failure {
  if (error.kind === "failed") return error.failure;
  if (error.kind === "declared") return { name: error.name, step, summary: error.message, data: error.data };
  return { name: "Unknown", step, summary: "message" in error ? error.message : error.kind, data: null };
}

function begin(name: string): object {
  return change<StepRecord>(name, ({ forward: was }) => ({
    forward: { ...was, entry: was.entry + 1, attempt: was.attempt + 1, outcome: "running" },
  }));
}

function change<R>(name: string, how: (record: R, event: AnyEventObject) => object): object {
  return assign((({ context, event }: Args) => {
    const record = context.steps[name] as R;
    return { steps: { ...context.steps, [name]: { ...record, ...how(record, event) } } };
  }) as never) as unknown as object;
}

/** The first failure stays. */
function giveUp(how: (event: AnyEventObject) => Failure): object {
  return assign((({ context, event }: Args) => ({ failure: context.failure ?? how(event) })) as never) as unknown as object;
}

const RECORD: StepRecord = {
  forward: { entry: 0, attempt: 0, generation: 0, outcome: "none", mayHaveRun: false, output: null },
  inquire: { entry: 0, attempt: 0 },
  undo: { entry: 0, attempt: 0, outcome: "none" },
};
const WAIT: WaitRecord = { entry: 0, outcome: "none", case: null, value: null };
