import { CHILD_HELPERS, type ChildHelper } from "./child-words.ts";
import { EXPRESSION_HELPERS, type ExpressionHelper } from "./expression-helpers.ts";
import type { MachineFacts, Word } from "./vocabulary.ts";
import { WAIT_HELPERS, type WaitHelper } from "./wait-words.ts";

export type HelperName =
  | "newRecord"
  | "newWait"
  | "newScope"
  | "recordOf"
  | "put"
  | "change"
  | "changeForward"
  | "changeScope"
  | "forwardChange"
  | "inquireChange"
  | "undoChange"
  | "scopeChange"
  | "scopeOf"
  | "failed"
  | "raise"
  | "lost"
  | "timeOf"
  | "refusalsOf"
  | "outputOf"
  | "kindOf"
  | "isDeclared"
  | "declaredFailure"
  | "latchedFailure"
  | "answeredOutput"
  | "pause"
  | "timerAt"
  | "callAt"
  | "stoppableAt"
  | "backoffAt"
  | ExpressionHelper
  | WaitHelper
  | ChildHelper;

/** Small pure functions at the end of a machine's file, in the order in which they are written. */
export const HELPERS: Readonly<Record<HelperName, Word>> = {
  newRecord: {
    doc: "The record of a step that has not begun. All keys are there from the start.",
    code: (facts) => `function newRecord(): StepRecord<never> {
  return {
    forward: { entry: 0, attempt: 0, generation: 0, outcome: "none", mayHaveRun: false, output: null${more(facts)} },
    inquire: { entry: 0, attempt: 0 },
    undo: { entry: 0, attempt: 0, outcome: "none" },
  };
}`,
  },
  newWait: {
    doc: "The record of a wait that has not begun.",
    code: () => `function newWait(): WaitRecord<never> {
  return { entry: 0, outcome: "none", case: null, value: null };
}`,
  },
  newScope: {
    doc: "The record of a scope that has not begun.",
    code: () => `function newScope(): ScopeRecord {
  return { entry: 0, outcome: "none", failure: null, winner: null };
}`,
  },
  recordOf: {
    doc: "A step's record.",
    code: ({ context }) => `function recordOf<S extends StepName>(context: ${context}, step: S): StepRecord<KeptOutputs[S]> {
  const place: Place<StepRecord<KeptOutputs[S]>> = places[step];
  return place.get(context.steps);
}`,
  },
  put: {
    doc: "Another record at a place: what stands above it is copied, what stands beside it shared.",
    code: () => `function put<Above extends object>(above: Above, path: readonly string[], record: object, depth = 0): Above {
  const name = path[depth] as keyof Above | undefined;
  if (name === undefined) return record as Above;
  const copy = { ...above };
  copy[name] = put(above[name] as object, path, record, depth + 1) as Above[keyof Above];
  return copy;
}`,
  },
  change: {
    doc: "Changes a step's record.",
    code: ({ context }) => `function change<S extends StepName>(
  context: ${context},
  step: S,
  to: (record: StepRecord<KeptOutputs[S]>) => StepRecord<KeptOutputs[S]>,
): Pick<${context}, "steps"> {
  const place: Place<StepRecord<KeptOutputs[S]>> = places[step];
  return { steps: put(context.steps, place.path, to(place.get(context.steps))) };
}`,
    needs: ["put"],
  },
  changeForward: {
    doc: "What is known of a step's way forward.",
    code: ({ context }) => `function changeForward<S extends StepName>(
  context: ${context},
  step: S,
  to: (it: StepRecord<KeptOutputs[S]>["forward"]) => StepRecord<KeptOutputs[S]>["forward"],
): Pick<${context}, "steps"> {
  return change(context, step, (record) => ({ ...record, forward: to(record.forward) }));
}`,
    needs: ["change"],
  },
  forwardChange: partChange("forward", "An assign to what is known of a step's way forward."),
  inquireChange: partChange("inquire", "An assign to how often a step's service was asked."),
  undoChange: partChange("undo", "An assign to how far the undo of a step is."),
  scopeOf: {
    doc: "A scope's record.",
    code: ({ context }) => `function scopeOf(context: ${context}, scope: ScopeName): ScopeRecord {
  return scopePlaces[scope].get(context.steps);
}`,
  },
  changeScope: {
    doc: "What is known of a scope.",
    code: ({ context }) => `function changeScope(
  context: ${context},
  scope: ScopeName,
  to: (it: ScopeRecord) => ScopeRecord,
): Pick<${context}, "steps"> {
  const place: Place<ScopeRecord> = scopePlaces[scope];
  return { steps: put(context.steps, place.path, to(place.get(context.steps))) };
}`,
    needs: ["put"],
  },
  scopeChange: {
    doc: "An assign to what is known of a scope.",
    code: ({ context }) => `function scopeChange<At extends AtScope>(to: (it: ScopeRecord, at: At) => ScopeRecord) {
  const path = (scope: ScopeName) => scopePlaces[scope].path;
  const run = ({ context }: { context: ${context} }, at: At) => changeScope(context, at.scope, (it) => to(it, at));
  return Object.assign(run, { change: { of: "scope", path, part: null, to } });
}`,
    needs: ["changeScope"],
  },
  failed: {
    doc: "Whether one of these has failed.",
    code: ({ context }) => `function failed(context: ${context}, scopes: readonly ("saga" | ScopeName)[]): boolean {
  return scopes.some((scope) => (scope === "saga" ? context : scopeOf(context, scope)).failure !== null);
}`,
    needs: ["scopeOf"],
  },
  raise: {
    doc: "A failure of a scope, or of the saga. The first one stays.",
    code: ({ context }) => `function raise(
  context: ${context},
  scope: ScopeName | undefined,
  failure: Failure,
): Partial<Pick<${context}, "failure" | "steps">> {
  if (scope === undefined) return { failure: context.failure ?? failure };
  return changeScope(context, scope, (it) => ({ ...it, failure: it.failure ?? failure }));
}`,
    needs: ["changeScope"],
  },
  lost: {
    doc: "Why a branch stops that did not win.",
    code: () => 'const LOST = { name: "Lost", step: null, data: null };',
  },
  timeOf: {
    doc: "When a failure was heard of, where an engine told it.",
    code: ({ context }) => `function timeOf({ nowMs }: ${context}, event: object): { at?: string } {
  const atMs = "atMs" in event && typeof event.atMs === "number" ? event.atMs : nowMs;
  return atMs === undefined ? {} : { at: new Date(atMs).toISOString() };
}`,
  },
  refusalsOf: {
    doc: "How often a step was called again because of this error.",
    code: ({ context }) => `function refusalsOf(context: ${context}, step: StepName, error: string): number {
  const { refusals } = recordOf(context, step).forward;
  return Object.hasOwn(refusals, error) ? (refusals[error] ?? 0) : 0;
}`,
    needs: ["recordOf"],
  },
  outputOf: {
    doc: "The output of a step that has completed wherever this is asked.",
    code: () => `function outputOf<Output>(record: StepRecord<Output>): Output {
  const { output } = record.forward;
  if (output === null) throw new Error("the output of a step is read before it completed");
  return output;
}`,
  },
  kindOf: {
    doc: "How a call failed: `declared`, `badOutput`; anything else means that it may or may not have happened.",
    code: () => `function kindOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "kind" in error ? error.kind : null;
}`,
  },
  isDeclared: {
    doc: "Whether a call failed with one of these errors.",
    code: () => `function isDeclared(error: unknown, names: readonly string[]): boolean {
  return kindOf(error) === "declared" && names.includes((error as DeclaredError).name);
}`,
    needs: ["kindOf"],
  },
  declaredFailure: {
    doc: "The failure that a declared error makes.",
    code: () => `function declaredFailure(step: StepName, error: unknown): Failure {
  const { name, data, message } = error as DeclaredError;
  const detail = message && message !== name ? \`: \${message}\` : "";
  return { name, step, summary: \`\${step} failed with \${name}\${detail}\`, data: data ?? null };
}`,
  },
  latchedFailure: {
    doc: "The failure by what waited for the pivot.",
    code: ({
      context,
      deadlineSummary,
    }: MachineFacts) => `function latchedFailure({ latched }: ${context}, time: { at?: string }): Failure | null {
  if (latched === null) return null;
  const summary = latched === "Cancelled" ? "cancelled" : ${deadlineSummary};
  return { name: latched, step: null, summary, data: null, ...time };
}`,
  },
  answeredOutput: {
    doc: "The output that an inquiry brought.",
    code: () => `function answeredOutput<Output>(answer: Inquiry<Output>): Output {
  if (answer.status !== "happened") throw new Error("an inquiry that did not find the step is read as if it had");
  return answer.output;
}`,
  },
  pause: {
    doc: "Milliseconds before the next attempt: drawn evenly from `minMs` to `minMs` doubled with each attempt, at most `maxMs`.\nThe draw depends on the saga's seed and the call alone, so that a replay waits as long.",
    code: () => `function pause(seed: number, salt: number, it: { entry: number; attempt: number }, minMs: number, maxMs: number): number {
  const upToMs = Math.max(minMs, Math.min(maxMs, minMs * 2 ** it.attempt));
  let hash = (seed ^ Math.imul(salt, 0x9e3779b1) ^ Math.imul(it.entry, 0x85ebca6b)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  const draw = ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
  return minMs + Math.floor(draw * (upToMs - minMs + 1));
}`,
  },
  timerAt: {
    doc: "The timer of a state's `after`, and the event that it is due with. `call`: each entry of this call has its own.",
    code: ({ timed }) => `function timerAt(delay: string, state: string, call: ${timed} | null) {
  return { delay, event: \`xstate.after.\${delay}.\${state}\`, call };
}`,
  },
  callAt: {
    doc: "What is wanted where a call is made: the call, its time-out, and its grace once it is told to abort.",
    code: () => `function callAt(call: CallId, state: string) {
  const live = { timers: [timerAt(\`\${call}.timeout\`, \`\${state}.live\`, call)] };
  const aborting = { abort: true as const, timers: [timerAt(\`\${call}.grace\`, \`\${state}.aborting\`, call)] };
  return { call, states: { live, aborting } };
}`,
    needs: ["timerAt"],
  },
  stoppableAt: {
    doc: "The same of a call that a failure elsewhere tells to abort: its own time goes on.",
    code: () => `function stoppableAt(call: CallId, state: string) {
  const { states } = callAt(call, state);
  const live = { ...states.live, states: { draining: { abort: true as const } } };
  return { call, states: { ...states, live } };
}`,
    needs: ["callAt"],
  },
  backoffAt: {
    doc: "What is wanted where the next attempt is waited for.",
    code: () => `function backoffAt(call: CallId, state: string) {
  return { timers: [timerAt(\`\${call}.backoff\`, state, call)] };
}`,
    needs: ["timerAt"],
  },
  ...WAIT_HELPERS,
  ...CHILD_HELPERS,
  ...EXPRESSION_HELPERS,
};

function partChange(part: "forward" | "inquire" | "undo", doc: string): Word {
  const type = `StepRecord<KeptOutputs[StepName]>["${part}"]`;
  return {
    doc: `${doc}\n\`change\` says what it consists of: an engine makes one of several that follow from an event.`,
    code: ({ context }) => `function ${part}Change<At extends AtStep>(
  to: (it: ${type}, at: At) => ${type},
) {
  const path = (step: StepName) => places[step].path;
  const run = ({ context }: { context: ${context} }, at: At) =>
    change(context, at.step, (record) => ({ ...record, ${part}: to(record.${part}, at) }));
  return Object.assign(run, { change: { of: "step", path, part: "${part}", to } });
}`,
    needs: ["change"],
  };
}

/** What records have beyond the usual, where some step needs it. */
function more({ pending, caught, refusals }: MachineFacts): string {
  return [pending ? ", pending: null" : "", caught ? ", caught: null, error: null" : "", refusals ? ", refusals: {}" : ""].join(
    "",
  );
}
