import type { BatchObservableCallback, BatchObservableResult, Counter, Histogram, Meter, Observable } from "@opentelemetry/api";
import { checkFunctions } from "../arguments.ts";
import { VERSION } from "../version.ts";
import { type AttributesOf, INSTRUMENTS, type Instrument, type InstrumentKey, type KeyOf } from "./metrics.ts";

/**
 * The meter to measure with: the one that is given, else one of the SDK that the process has registered. `null`: there is none, so nothing is
 * measured, and OpenTelemetry is not even loaded. Rejects with `RT1019` for what is no meter. `where`: whose option it is.
 */
export async function meterOf(given: Meter | undefined, where: string): Promise<Meter | null> {
  if (given !== undefined) checkFunctions(where, "a meter of OpenTelemetry as `meter`", given, METHODS);
  // All copies of the API's version 1 find the SDK under this symbol; where it is missing nobody has registered anything.
  if (given === undefined && !(Symbol.for("opentelemetry.js.api.1") in globalThis)) return null;
  const { createNoopMeter, metrics } = await import("@opentelemetry/api");
  const meter = given ?? metrics.getMeter("@sagac/runtime", VERSION);
  return meter === createNoopMeter() ? null : meter;
}

/** The instruments of the table, at a meter. Whatever that throws is nobody's trouble here: a saga does not wait for its figures. */
export class Instruments {
  readonly #meter: Meter;
  readonly #counters = new Map<InstrumentKey, Counter>();
  readonly #histograms = new Map<InstrumentKey, Histogram>();

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** `add`: 0 makes it known before it is counted for the first time. */
  count<Key extends KeyOf<"counter">>(key: Key, attributes: AttributesOf<Key>, add = 1): void {
    safely(() => {
      const counter = this.#counters.get(key) ?? this.#made(this.#counters, key, "createCounter");
      counter.add(add, attributes);
    });
  }

  /** `ms`: it is recorded in seconds. */
  time<Key extends KeyOf<"histogram">>(key: Key, ms: number, attributes: AttributesOf<Key>): void {
    safely(() => {
      const histogram = this.#histograms.get(key) ?? this.#made(this.#histograms, key, "createHistogram");
      histogram.record(ms / 1_000, attributes);
    });
  }

  /** Instruments that are asked for by whoever exports. Returns what ends it. */
  observe<Key extends KeyOf<"upDownCounter" | "gauge">>(
    keys: readonly Key[],
    look: (tell: Tell<Key>) => void | Promise<void>,
  ): () => void {
    const observables = new Map<string, Observable>();
    const callback: BatchObservableCallback = (result) => look(telling(result, observables));
    safely(() => {
      for (const key of keys) {
        const { name, kind, unit, description } = INSTRUMENTS[key];
        const create = kind === "gauge" ? "createObservableGauge" : "createObservableUpDownCounter";
        observables.set(key, this.#meter[create](name, { unit, description }));
      }
      this.#meter.addBatchObservableCallback(callback, [...observables.values()]);
    });
    return () => safely(() => this.#meter.removeBatchObservableCallback(callback, [...observables.values()]));
  }

  #made<Of extends Counter | Histogram>(
    known: Map<InstrumentKey, Of>,
    key: InstrumentKey,
    create: Of extends Histogram ? "createHistogram" : "createCounter",
  ): Of {
    const { name, unit, description, buckets }: Instrument = INSTRUMENTS[key];
    const advice = buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } };
    const instrument = this.#meter[create](name, { unit, description, ...advice }) as Of;
    known.set(key, instrument);
    return instrument;
  }
}

/** Tells the figure of one instrument. */
export type Tell<Keys extends InstrumentKey> = <Key extends Keys>(key: Key, value: number, attributes: AttributesOf<Key>) => void;

function telling<Keys extends InstrumentKey>(
  result: BatchObservableResult,
  observables: ReadonlyMap<string, Observable>,
): Tell<Keys> {
  return (key, value, attributes) => {
    const observable = observables.get(key);
    if (observable !== undefined) result.observe(observable, value, attributes);
  };
}

function safely(measure: () => void): void {
  try {
    measure();
  } catch {
    // A meter of somebody's own.
  }
}

const METHODS = [
  "createCounter",
  "createHistogram",
  "createObservableGauge",
  "createObservableUpDownCounter",
  "addBatchObservableCallback",
  "removeBatchObservableCallback",
];
