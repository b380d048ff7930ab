/**
 * `npm run bench -- transition`: CPU µs a transition and a saga, by the compiled transition, by XState and, of the order, by a switch that was
 * written by hand; alone, with what the next state wants, and with the text that a commit writes: of what changed, or of the whole state. Whole
 * sagas, from their first state to the end. Rows are measured in turn, several rounds, of which the first is not counted; the median and the least are printed. Every way is first
 * held against the others: the same states, as text.
 */
import { parseArgs } from "node:util";
import { placeOrder } from "../sagas/place-order/generated/place-order.saga.ts";
import {
  changesText,
  definitionOf,
  firstCall,
  type SagaDefinition,
  type SagaEvent,
  type SagaState,
  type Step,
  transitionsOf,
  wantedIn,
} from "../test/kit/transitions.ts";
import { handWritten } from "./hand-written.ts";
import { SHAPES } from "./shapes.ts";

interface Story {
  readonly name: string;
  readonly definition: SagaDefinition;
  readonly start: SagaState;
  readonly events: readonly SagaEvent[];
  readonly ways: readonly { readonly name: string; readonly step: Step; readonly withs: readonly With[] }[];
}

/** What is done beside the transition. */
type With = "nothing" | "wants" | "changes" | "whole";

const WITHS: readonly With[] = ["nothing", "wants", "changes", "whole"];

export async function benchTransitions(args: readonly string[]): Promise<void> {
  const options = { rounds: { type: "string", default: "5" }, ms: { type: "string", default: "100" } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const stories = [...storiesOf("order", placeOrder, handWritten)];
  for (const { name, text } of SHAPES) stories.push(...storiesOf(name, await definitionOf(text), null));
  const cells = stories.flatMap((story) =>
    story.ways.flatMap((way) => way.withs.map((beside) => ({ story, way, beside, us: [] as number[] }))),
  );
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const { story, way, beside, us } of cells) {
      const cost = costOf(story, way.step, beside, Number(values.ms));
      // The first is not counted: what a worker comes to know of a machine, and what Node does of the code, is for its whole life.
      if (round > 0) us.push(cost);
    }
  }
  const titles = ["µs a transition", "µs a saga", "with what it wants", "with the text of what changed", "with the whole text"];
  process.stdout.write(`| saga | events | state | by | ${titles.join(" | ")} |\n`);
  process.stdout.write(`| --- | ---: | ---: | --- | ${titles.map(() => "---:").join(" | ")} |\n`);
  for (const story of stories) {
    for (const way of story.ways) {
      const told = WITHS.flatMap((beside) => {
        const cell = cells.find((each) => each.story === story && each.way === way && each.beside === beside);
        if (cell === undefined) return [""];
        const sorted = [...cell.us].sort((a, b) => a - b);
        const [least = 0, middle = 0] = [sorted[0], sorted[Math.floor(sorted.length / 2)]];
        const perSaga = beside === "nothing" ? [(middle * story.events.length).toFixed(1)] : [];
        return [`${middle.toFixed(2)} (${least.toFixed(2)})`, ...perSaga];
      });
      const size = `${(JSON.stringify(story.start).length / 1000).toFixed(1)} KB`;
      process.stdout.write(`| ${[story.name, story.events.length, size, way.name, ...told].join(" | ")} |\n`);
    }
  }
}

function storiesOf(name: string, definition: SagaDefinition, byHand: Step | null): Story[] {
  const { start, compiled, xstate } = transitionsOf(definition, { id: "1" });
  return [false, true].map((fails) => {
    const events = eventsOf(definition, start, compiled, fails);
    const ways = [
      ...(byHand === null ? [] : [{ name: "a switch by hand", step: byHand, withs: WITHS }]),
      { name: "compiled", step: compiled, withs: WITHS },
      { name: "XState", step: xstate, withs: ["nothing", "whole"] as const },
    ];
    const ends = new Set(ways.map(({ step }) => JSON.stringify(events.reduce(step, start))));
    if (ends.size !== 1) throw new Error(`${name}: they come to different ends`);
    return { name: `${name}, ${fails ? "compensated" : "completed"}`, definition, start, events, ways };
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
function costOf({ definition, start, events }: Story, step: Step, beside: With, forMs: number): number {
  const read = JSON.parse(JSON.stringify(start)) as SagaState;
  let [transitions, length] = [0, 0];
  const begun = process.cpuUsage();
  for (;;) {
    // The clock is looked at after some 200 transitions.
    for (let run = 0; run < Math.ceil(200 / events.length); run++) {
      let state = read;
      let wanted = beside === "wants" ? wantedIn(definition, state, null) : null;
      for (const event of events) {
        const next = step(state, event);
        if (wanted !== null) wanted = wantedIn(definition, next, wanted);
        else if (beside === "changes") length += changesText(state, next).length;
        else if (beside === "whole") length += JSON.stringify(next).length;
        state = next;
      }
      transitions += events.length;
    }
    const { user, system } = process.cpuUsage(begun);
    if (user + system > forMs * 1_000) return (user + system + (length < 0 ? 1 : 0)) / transitions;
  }
}
