/**
 * `npm run bench -- transition`: CPU µs a transition and a saga, by the compiled transition, by XState and, of the order, by a switch that was
 * written by hand; with and without the text of the snapshot that a commit writes. Whole sagas, from their first state to the end. Rows are
 * measured in turn, several rounds; the median is printed. Every way is first held against the others: the same states, as text.
 */
import { parseArgs } from "node:util";
import { placeOrder } from "../sagas/place-order/generated/place-order.saga.ts";
import {
  definitionOf,
  firstCall,
  type SagaDefinition,
  type SagaEvent,
  type SagaState,
  type Step,
  transitionsOf,
} from "../test/kit/transitions.ts";
import { handWritten } from "./hand-written.ts";
import { SHAPES } from "./shapes.ts";

interface Story {
  readonly name: string;
  readonly start: SagaState;
  readonly events: readonly SagaEvent[];
  readonly ways: readonly { readonly name: string; readonly step: Step }[];
}

export async function benchTransitions(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: "string", default: "5" } } });
  const stories = [...storiesOf("order", placeOrder, handWritten)];
  for (const { name, text } of SHAPES) stories.push(...storiesOf(name, await definitionOf(text), null));
  const rows = stories.flatMap((story) =>
    story.ways.flatMap((way) => [false, true].map((withText) => ({ story, way, withText, us: [] as number[] }))),
  );
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const row of rows) row.us.push(costOf(row.story, row.way.step, row.withText));
  }
  process.stdout.write(
    "| saga | events | snapshot | by | µs a transition | µs a saga | with text: µs a transition | µs a saga |\n",
  );
  process.stdout.write("| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: |\n");
  for (let at = 0; at < rows.length; at += 2) {
    const [bare, text] = [rows[at], rows[at + 1]];
    if (bare === undefined || text === undefined) continue;
    const { name, events, start } = bare.story;
    const costs = [bare, text].flatMap(({ us }) => [median(us), median(us) * events.length].map((cost) => cost.toFixed(2)));
    const size = `${(JSON.stringify(start).length / 1000).toFixed(1)} KB`;
    process.stdout.write(`| ${[name, events.length, size, bare.way.name, ...costs].join(" | ")} |\n`);
  }
}

function storiesOf(name: string, definition: SagaDefinition, byHand: Step | null): Story[] {
  const { start, compiled, xstate } = transitionsOf(definition, { id: "1" });
  return [false, true].map((fails) => {
    const events = eventsOf(definition, start, compiled, fails);
    const ways = [
      ...(byHand === null ? [] : [{ name: "a switch by hand", step: byHand }]),
      { name: "compiled", step: compiled },
      { name: "XState", step: xstate },
    ];
    const ends = new Set(ways.map(({ step }) => JSON.stringify(events.reduce(step, start))));
    if (ends.size !== 1) throw new Error(`${name}: they come to different ends`);
    return { name: `${name}, ${fails ? "compensated" : "completed"}`, start, events, ways };
  });
}

/** Calls answer one after the other, the first that is wanted first. */
function eventsOf(definition: SagaDefinition, start: SagaState, next: Step, fails: boolean): SagaEvent[] {
  const events: SagaEvent[] = [];
  const failing = Object.values(definition.calls)
    .filter(({ kind, throws }) => kind === "forward" && throws !== undefined)
    .at(-1)?.step;
  for (let state = start; typeof state.value !== "string"; ) {
    const call = firstCall(definition, state);
    if (call === null) throw new Error("nothing is called");
    const error = { kind: "declared", name: call.site.throws?.[0] ?? "", data: null, message: "" } as const;
    const event: SagaEvent =
      fails && call.site.kind === "forward" && call.site.step === failing
        ? { type: `xstate.error.actor.${call.id}`, error }
        : { type: `xstate.done.actor.${call.id}`, output: OUTPUT };
    events.push(event);
    state = next(state, event);
  }
  return events;
}

const OUTPUT = {
  value: "x",
  reservationId: "r-1",
  authorizationId: "a-1",
  paymentId: "p-1",
  trackingId: "t-1",
  createdAt: "2026-01-01T00:00:00Z",
};

/** CPU µs a transition: this process alone counts, as the machine may be busy with others. Begins as a worker does, from what was read. */
function costOf({ start, events }: Story, step: Step, withText: boolean): number {
  const read = JSON.parse(JSON.stringify(start)) as SagaState;
  let [transitions, length] = [0, 0];
  const begun = process.cpuUsage();
  for (;;) {
    for (let run = 0; run < 5; run++) {
      let state = read;
      for (const event of events) {
        state = step(state, event);
        if (withText) length += JSON.stringify(state).length;
      }
      transitions += events.length;
    }
    const { user, system } = process.cpuUsage(begun);
    if (user + system > 100_000) return (user + system + (length < 0 ? 1 : 0)) / transitions;
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
