import type { CallSite, SagaDefinition, Validator } from "../../engine/definition.ts";
import type { StepContext } from "../../engine/handlers.ts";
import type { Implementation } from "../../engine/implement.ts";
import type { Handlers } from "../../engine/unit.ts";
import { drawn, drawsOf } from "../draw.ts";
import { ODDS, type PlainOutcome } from "../outcomes.ts";
import { sitesOf } from "../participants.ts";
import type { Machine, Surroundings } from "./machine.ts";

type Context = StepContext<Readonly<Record<string, unknown>>>;
type Handler = (input: unknown, ctx: Context) => unknown;

/** A value that a validator takes. */
export type Sampler = (validator: Validator | null | undefined) => unknown;

/** What became of one forward call at its participant. */
export interface Entry {
  readonly sagaId: string;
  readonly step: string;
  readonly key: string;
  /** How often it took effect. */
  effects: number;
  undone: boolean;
  /** It was said that it did not happen: it must not happen later. */
  closed: boolean;
  /** Deliveries that have not come to their end. */
  underWay: number;
}

/** All participants of a world, and their books, which know nothing of the engine's. They remember keys, but for those that are said to forget. */
export class Services {
  readonly entries = new Map<string, Entry>();
  readonly #around: Surroundings;
  readonly #kind: boolean;
  readonly #forgets: ReadonlySet<string>;
  readonly #sampleOf: Sampler;
  readonly #began: (machine: Machine, definition: SagaDefinition, site: CallSite, ctx: Context) => () => void;
  readonly #memory = new Map<string, { readonly answer: unknown } | { readonly error: string; readonly data: unknown }>();
  readonly #turns = new Map<string, number>();

  constructor(
    around: Surroundings,
    options: { readonly kind: boolean; readonly forgets: ReadonlySet<string>; readonly sampleOf: Sampler },
    began: (machine: Machine, definition: SagaDefinition, site: CallSite, ctx: Context) => () => void,
  ) {
    this.#around = around;
    this.#kind = options.kind;
    this.#forgets = options.forgets;
    this.#sampleOf = options.sampleOf;
    this.#began = began;
  }

  get isUnderWay(): boolean {
    return [...this.entries.values()].some(({ underWay }) => underWay > 0);
  }

  /** The time is over for which participants were told to remember their calls. */
  forget(): void {
    this.entries.clear();
    this.#memory.clear();
  }

  /** Handlers of all that a saga calls, on one machine. */
  handlersOf(definition: SagaDefinition, machine: Machine): Handlers {
    const handlers = new Map<string, (input: unknown, ctx: unknown) => unknown>();
    const sites = sitesOf(definition);
    for (const { service, operation, compute } of sites) {
      const handler: Handler =
        compute === true
          ? () => this.#sampleOf(definition.validators.computes?.[operation])
          : async (_, ctx) => {
              const site = sites.find(
                (other) => other.service === service && other.operation === operation && other.step === ctx.step,
              );
              if (site === undefined) throw new Error(`${service}.${operation} is not called by ${ctx.step}`);
              const ended = this.#began(machine, definition, site, ctx);
              await machine.point();
              try {
                return await this.#served(definition, site, ctx);
              } finally {
                await machine.point();
                ended();
              }
            };
      handlers.set(`${service}.${operation}`, handler as (input: unknown, ctx: unknown) => unknown);
    }
    return handlers;
  }

  /** What a person who looks finds out of a forward call; `null`: it may still come. */
  verdictOf(key: string): { readonly verb: "happened"; readonly output: unknown } | { readonly verb: "didNotHappen" } | null {
    const entry = this.entries.get(key);
    const remembered = this.#memory.get(key);
    if (entry !== undefined && entry.effects > 0) {
      return remembered !== undefined && "answer" in remembered ? { verb: "happened", output: remembered.answer } : null;
    }
    if (entry === undefined || entry.underWay > 0) return null;
    entry.closed = true;
    return { verb: "didNotHappen" };
  }

  async #served(definition: SagaDefinition, site: CallSite, ctx: Context): Promise<unknown> {
    const { idempotencyKey, forwardKey, sagaId, step } = ctx;
    const turn = (this.#turns.get(idempotencyKey) ?? 0) + 1;
    this.#turns.set(idempotencyKey, turn);
    const random = drawsOf(this.#around.seed, `${idempotencyKey} ${turn}`);
    const { error, ...plain } = ODDS;
    const weights = Object.entries(plain) as [PlainOutcome, number][];
    const throws = site.kind === "forward" ? (site.throws ?? []) : [];
    const well = this.#kind || this.#around.calm();
    const outcome = well ? "success" : drawn(random, throws.length > 0 ? [...weights, ["error", error] as const] : weights);
    const entry = this.entries.get(forwardKey) ?? {
      sagaId,
      step,
      key: forwardKey,
      effects: 0,
      undone: false,
      closed: false,
      underWay: 0,
    };
    this.entries.set(forwardKey, entry);
    const slow = !this.#around.calm() && random.seed() % 6 === 0;
    if (site.kind === "forward") entry.underWay++;
    try {
      await this.#pass(1 + (random.seed() % (slow ? SLOW_MS : QUICK_MS)));
      if (outcome === "unknown") throw new Error("connection reset");
      if (outcome === "hang" || outcome === "timeout") {
        // Nothing of it can happen any more.
        if (site.kind === "forward") entry.underWay--;
        try {
          await (outcome === "hang" ? new Promise(() => undefined) : aborted(ctx.signal));
        } finally {
          if (site.kind === "forward") entry.underWay++;
        }
        throw new Error("connection reset");
      }
      const answer = this.#answer(
        definition,
        site,
        ctx,
        entry,
        outcome === "error" ? (throws[random.seed() % throws.length] ?? null) : null,
      );
      if (outcome === "lost-answer") throw new Error("the answer is lost");
      return answer;
    } finally {
      if (site.kind === "forward") entry.underWay--;
      this.#around.moved();
    }
  }

  #answer(definition: SagaDefinition, site: CallSite, ctx: Context, entry: Entry, error: string | null): unknown {
    const { idempotencyKey: key } = ctx;
    const remembered = this.#forgets.has(site.service) ? undefined : this.#memory.get(key);
    if (remembered !== undefined && site.kind !== "inquire") {
      if ("error" in remembered) throw ctx.fail(remembered.error, remembered.data);
      return remembered.answer;
    }
    switch (site.kind) {
      case "inquire": {
        const there = this.#memory.get(entry.key);
        if (entry.effects > 0)
          return { status: "happened", output: there !== undefined && "answer" in there ? there.answer : null };
        if (entry.underWay > 0) return { status: "unknown" };
        entry.closed = true;
        return { status: "didNotHappen" };
      }
      case "undo":
        entry.undone = true;
        this.#memory.set(key, { answer: null });
        this.#around.told(`  ${site.service} undoes ${entry.key}`);
        return null;
      case "forward": {
        if (error !== null && entry.effects === 0) {
          const data = this.#sampleOf(definition.validators.errors[error]) ?? null;
          this.#memory.set(key, { error, data });
          throw ctx.fail(error, data);
        }
        if (entry.undone || entry.closed) throw new Error("refused: it was undone, or said not to have happened, before it came");
        const answer = this.#sampleOf(definition.validators.outputs[site.step]) ?? null;
        entry.effects++;
        this.#memory.set(key, { answer });
        this.#around.told(`  ${site.service} carries out ${key}`);
        return answer;
      }
    }
  }

  async #pass(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#around.clock.schedule(ms, resolve);
    });
    this.#around.moved();
  }
}

/** The same saga with other handlers. */
export function servedBy(saga: Implementation, handlers: Handlers): Implementation {
  return {
    ...saga,
    handlers,
    unit: { ...saga.unit, handlers },
    bodies: new Map([...saga.bodies].map(([body, unit]) => [body, { ...unit, handlers }])),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

const QUICK_MS = 800;
const SLOW_MS = 15_000;
