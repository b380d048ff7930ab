import type { CallKind, CallSite, SagaDefinition } from "../engine/definition.ts";
import type { StepContext } from "../engine/handlers.ts";
import type { Clock } from "../ports/clock.ts";
import { durationMs } from "../ports/duration.ts";
import { drawn, drawsOf } from "./draw.ts";
import { Ledger } from "./ledger.ts";
import type { AnyHandler, AnyScript, AnyTurn, Odds, Outcome, PlainOutcome } from "./outcomes.ts";
import { sampleOf } from "./sample.ts";

/** One call that reached a participant. */
export interface MadeCall {
  readonly atMs: number;
  readonly saga: string;
  readonly sagaId: string;
  readonly step: string;
  readonly kind: CallKind;
  readonly service: string;
  readonly operation: string;
  readonly key: string;
  /** The key of the forward call that it is, undoes or asks about. */
  readonly forwardKey: string;
  readonly attempt: number;
  readonly redelivered: boolean;
  readonly input: unknown;
}

export interface ParticipantsOptions {
  readonly clock: Clock;
  readonly seed: number;
  /** `null`: what is not scripted succeeds. */
  readonly odds: Odds | null;
  /** What a call answers that succeeds and whose answer is not said; `undefined`: a sample. */
  readonly answers?: (call: MadeCall) => unknown;
  /** Whether the called service does not remember what it did: it may refuse what took place, and do what it refused. */
  readonly forgets?: (call: MadeCall) => boolean;
}

/** Where a worker's life can end: asked at each point, never answered where it ends. */
export type Point = (name: string) => Promise<void>;

type Context = StepContext<Readonly<Record<string, unknown>>>;
type Steps = Readonly<Record<string, Readonly<Record<string, AnyScript | undefined>> | undefined>>;

/**
 * All the participants of a run: they follow their scripts, keep one ledger of what took place, answer a repeated key from it, and refuse what
 * comes after its undo, as a service should.
 */
export class Participants {
  readonly ledger = new Ledger();
  readonly calls: MadeCall[] = [];
  readonly #options: ParticipantsOptions;
  /** Calls so far, by script. */
  readonly #turns = new Map<string, number>();
  /** The turn of each attempt, for its redelivery. */
  readonly #turnOf = new Map<string, number>();
  readonly #handlers = new Set<number>();
  /** What was refused, by key: it is refused again. */
  readonly #refusals = new Map<string, Refusal>();
  /** Keys of forward calls that may still take place. */
  readonly #underWay = new Map<string, number>();

  constructor(options: ParticipantsOptions) {
    this.#options = options;
  }

  /** Whether something can still take place that was begun. */
  get isUnderWay(): boolean {
    return this.#underWay.size > 0;
  }

  /** When each of the user's handlers that still runs was called, by the process's clock. */
  get handlersSinceMs(): ReadonlySet<number> {
    return this.#handlers;
  }

  /** Handlers of every operation that a saga calls. `point`: where the worker that calls them can die. */
  stepsOf(definition: SagaDefinition, scripts: Steps, point: Point): Record<string, Record<string, AnyHandler>> {
    const steps: Record<string, Record<string, AnyHandler>> = {};
    for (const site of sitesOf(definition)) {
      const script = scripts[site.service]?.[site.operation];
      const service = steps[site.service] ?? {};
      steps[site.service] = service;
      service[site.operation] ??= site.compute
        ? computeOf(definition, site, script)
        : (input, ctx) => this.#called(definition, site, script, input, ctx, point);
    }
    return steps;
  }

  async #called(
    definition: SagaDefinition,
    { service, operation }: CallSite,
    script: AnyScript | undefined,
    input: unknown,
    ctx: Context,
    point: Point,
  ): Promise<unknown> {
    const { sagaId, step, attempt, redelivered, idempotencyKey: key, forwardKey } = ctx;
    // …/kind/generation, and perhaps /late: no part has a slash in it.
    const kind = key
      .replace(/\/late$/, "")
      .split("/")
      .at(-2) as CallKind;
    const made = { sagaId, step, kind, service, operation, key, forwardKey, attempt, redelivered, input };
    const call: MadeCall = { atMs: this.#options.clock.now(), saga: definition.saga, ...made };
    await point(`before ${service}.${operation}`);
    this.calls.push(call);
    try {
      const turn = this.#turn(call, script, siteOf(definition, call)?.throws ?? []);
      return await (typeof turn === "function"
        ? this.#handled(turn, definition, call, ctx)
        : this.#played(turn, script !== undefined, definition, call, ctx));
    } finally {
      await point(`after ${service}.${operation}`);
    }
  }

  /** A redelivery goes as the delivery before it: it is the same attempt. */
  #turn(call: MadeCall, script: AnyScript | undefined, throws: readonly string[]): AnyTurn {
    const name = Array.isArray(script) ? `${call.service}.${call.operation}` : call.key;
    const attempt = `${call.key}#${call.attempt}`;
    const before = call.redelivered ? this.#turnOf.get(attempt) : undefined;
    const number = before ?? this.#turns.get(name) ?? 0;
    if (before === undefined) this.#turns.set(name, number + 1);
    this.#turnOf.set(attempt, number);
    if (Array.isArray(script)) return (script as readonly AnyTurn[])[number] ?? "success";
    if (script !== undefined) return script as AnyTurn;
    return this.#options.odds === null ? "success" : this.#random(call, number, throws, this.#options.odds);
  }

  #random(call: MadeCall, number: number, throws: readonly string[], odds: Odds): Outcome {
    const random = drawsOf(this.#options.seed, `${call.key} ${number}`);
    const { error, ...plain } = odds;
    // What took place is not refused afterwards: it is answered from the participant's record, where it keeps one.
    const answered = this.ledger.has(call.forwardKey) && this.#options.forgets?.(call) !== true;
    const refuses = call.kind === "forward" && throws.length > 0 && !answered;
    const weights = Object.entries(plain) as [PlainOutcome, number][];
    const outcome = drawn(random, refuses ? [...weights, ["error", error] as const] : weights);
    // No two at the same moment, if it can be: what comes first then does not depend on who is asked first.
    const after = 1 + (random.seed() % (random.seed() % 8 === 0 ? SLOW_MS : QUICK_MS));
    if (outcome !== "error") return { outcome, after };
    return { error: throws[random.seed() % throws.length] ?? "", after };
  }

  async #handled(handler: AnyHandler, definition: SagaDefinition, call: MadeCall, ctx: Context): Promise<unknown> {
    const sinceMs = performance.now();
    this.#handlers.add(sinceMs);
    try {
      const answer = await this.#whileUnderWay(call, Promise.resolve(handler(call.input, ctx)));
      this.#takePlace(definition, call, answer);
      return answer;
    } finally {
      this.#handlers.delete(sinceMs);
    }
  }

  async #played(turn: Outcome, scripted: boolean, definition: SagaDefinition, call: MadeCall, ctx: Context): Promise<unknown> {
    const after = typeof turn === "object" ? turn.after : undefined;
    if (after !== undefined) await this.#whileUnderWay(call, sleep(this.#options.clock, durationMs(after)));
    const refusal = this.#refusalOf(turn, definition, call, scripted);
    if (refusal !== null) throw ctx.fail(refusal.error, refusal.data);
    const outcome = typeof turn === "string" ? turn : "outcome" in turn ? turn.outcome : "success";
    if (outcome === "hang") return new Promise(() => undefined);
    if (outcome === "timeout") await aborted(ctx.signal);
    if (outcome === "unknown" || outcome === "timeout") throw new Error("connection reset");
    if (call.kind === "forward" && this.ledger.isUndone(call.forwardKey))
      throw new Error("refused: it was undone before it came");
    const said = typeof turn === "object" && "output" in turn;
    const answer = said ? turn.output : this.#answer(definition, call);
    this.#takePlace(definition, call, answer);
    if (outcome === "lost-answer") throw new Error("the answer is lost");
    return answer;
  }

  /** A service that remembers its keys refuses again what it has refused, and never what took place. Who scripts its answers decides alone. */
  #refusalOf(turn: Outcome, definition: SagaDefinition, call: MadeCall, scripted: boolean): Refusal | null {
    const remembers = !scripted && this.#options.forgets?.(call) !== true;
    const before = remembers ? (this.#refusals.get(call.key) ?? null) : null;
    if (before !== null || typeof turn !== "object" || !("error" in turn)) return before;
    if (remembers && this.ledger.has(call.key)) return null;
    const data = turn.data ?? sampleOf(definition.validators.errors[turn.error]) ?? null;
    this.#refusals.set(call.key, { error: turn.error, data });
    return { error: turn.error, data };
  }

  #answer(definition: SagaDefinition, call: MadeCall): unknown {
    if (call.kind === "undo") return null;
    if (this.ledger.has(call.forwardKey)) {
      const output = this.ledger.answerOf(call.forwardKey);
      return call.kind === "inquire" ? { status: "happened", output } : output;
    }
    // As a service should, it says so only where nothing can come any more.
    if (call.kind === "inquire") return { status: this.#underWay.has(call.forwardKey) ? "unknown" : "didNotHappen" };
    return this.#options.answers?.(call) ?? sampleOf(definition.validators.outputs[call.step]) ?? null;
  }

  async #whileUnderWay<T>(call: MadeCall, work: Promise<T>): Promise<T> {
    if (call.kind !== "forward") return work;
    const { key } = call;
    this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + 1);
    try {
      return await work;
    } finally {
      const left = (this.#underWay.get(key) ?? 1) - 1;
      if (left > 0) this.#underWay.set(key, left);
      else this.#underWay.delete(key);
    }
  }

  #takePlace(definition: SagaDefinition, call: MadeCall, answer: unknown): void {
    const nowMs = this.#options.clock.now();
    const { saga, sagaId, step, service, operation, forwardKey: key } = call;
    if (call.kind === "undo") this.ledger.undone(key, nowMs);
    if (call.kind !== "forward") return;
    const compensable = sitesOf(definition).some((site) => site.kind === "undo" && site.step === step);
    this.ledger.happened({ saga, sagaId, step, service, operation, key, doneAtMs: nowMs, compensable }, answer);
  }
}

/** Every call of a saga to a handler, its bodies included. */
export function sitesOf(definition: SagaDefinition): CallSite[] {
  return [definition, ...Object.values(definition.bodies ?? {})]
    .flatMap(({ calls }) => Object.values(calls))
    .filter(({ children }) => children === undefined);
}

function siteOf(definition: SagaDefinition, call: MadeCall): CallSite | undefined {
  return sitesOf(definition).find(({ step, kind }) => step === call.step && kind === call.kind);
}

/** A compute that nobody gave answers with a sample of its result. */
function computeOf(definition: SagaDefinition, site: CallSite, script: AnyScript | undefined): AnyHandler {
  if (typeof script === "function") return script;
  const said = typeof script === "object" && "output" in script ? script : null;
  return () => (said === null ? sampleOf(definition.validators.computes?.[site.operation]) : said.output);
}

function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(ms, resolve);
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

interface Refusal {
  readonly error: string;
  readonly data: unknown;
}

const QUICK_MS = 2_000;
const SLOW_MS = 60_000;
