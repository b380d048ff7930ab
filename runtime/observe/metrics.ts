/**
 * Every instrument, with OpenTelemetry's words: the table of [docs/operations.md](../../docs/operations.md#metrics) says the same, which a test holds.
 * Units end the names of what is measured in seconds, so that they are the same in Prometheus by whatever way they come there: its own exporter
 * of JavaScript appends no unit, others append one that is missing. Attributes have values that are written in sources or here, and no ids.
 */
export const INSTRUMENTS = {
  started: {
    name: "saga.started",
    kind: "counter",
    unit: "{saga}",
    description: "Sagas that began.",
    attributes: ["saga.name", "saga.version"],
  },
  finished: {
    name: "saga.finished",
    kind: "counter",
    unit: "{saga}",
    description: "Sagas that ended, by outcome: completed or compensated.",
    attributes: ["saga.name", "saga.version", "saga.outcome"],
  },
  duration: {
    name: "saga.duration.seconds",
    kind: "histogram",
    unit: "s",
    description: "From a saga's first commit to the one with its outcome.",
    attributes: ["saga.name", "saga.version", "saga.outcome"],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 3_600, 21_600, 86_400, 259_200, 604_800, 2_592_000],
  },
  startWait: {
    name: "saga.start.wait.seconds",
    kind: "histogram",
    unit: "s",
    description: "From when a start was accepted to the saga's first commit.",
    attributes: ["saga.name"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600],
  },
  attempts: {
    name: "saga.step.attempts",
    kind: "counter",
    unit: "{attempt}",
    description: "Attempts of steps that are over, with what they came to.",
    attributes: ["saga.name", "saga.step", "saga.kind", "saga.outcome"],
  },
  lateAnswers: {
    name: "saga.step.late_answers",
    kind: "counter",
    unit: "{answer}",
    description: "Answers to calls that nobody waited for any more.",
    attributes: ["saga.name", "saga.step", "saga.kind", "saga.outcome"],
  },
  parkings: {
    name: "saga.parkings",
    kind: "counter",
    unit: "{saga}",
    description: "How often a step was parked: it waits for a person.",
    attributes: ["saga.name", "saga.step"],
  },
  alarms: {
    name: "saga.alarms",
    kind: "counter",
    unit: "{alarm}",
    description: "Alarms of sagas: an effect may stand that nobody undoes.",
    attributes: ["saga.name", "saga.step"],
  },
  quarantined: {
    name: "saga.quarantined",
    kind: "counter",
    unit: "{saga}",
    description: "Sagas that were set aside.",
    attributes: ["saga.name"],
  },
  timerLateness: {
    name: "saga.timer.lateness.seconds",
    kind: "histogram",
    unit: "s",
    description: "From when a timer was due to the commit that took it.",
    attributes: ["saga.name"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600],
  },
  callDuration: {
    name: "saga.call.duration.seconds",
    kind: "histogram",
    unit: "s",
    description: "How long handlers took, also those that nobody waited for any more.",
    attributes: ["saga.name", "saga.step", "saga.kind", "saga.outcome"],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800],
  },
  callWait: {
    name: "saga.call.wait.seconds",
    kind: "histogram",
    unit: "s",
    description: "How long calls waited for their turn; 0 where they did not.",
    attributes: ["saga.service", "saga.retry"],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1_800],
  },
  commitsRefused: {
    name: "saga.commits.refused",
    kind: "counter",
    unit: "{saga}",
    description: "Sagas whose writes the store refuses, RT2011.",
    attributes: ["saga.name"],
  },
  commitsFenced: {
    name: "saga.commits.fenced",
    kind: "counter",
    unit: "{commit}",
    description: "Commits refused since the lease was another worker's by then.",
    attributes: ["saga.name"],
  },
  storeFailures: {
    name: "saga.store.failures",
    kind: "counter",
    unit: "{call}",
    description: "Calls of the store that failed. RT2002: whether they took effect is not known.",
    attributes: ["saga.store.operation", "error.type"],
  },
  storeDuration: {
    name: "saga.store.duration.seconds",
    kind: "histogram",
    unit: "s",
    description: "How long calls of the store took, failed ones too.",
    attributes: ["saga.store.operation"],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
  inHand: {
    name: "saga.worker.in_hand",
    kind: "upDownCounter",
    unit: "{saga}",
    description: "Sagas in hand: at work, or with calls that wait for their turn.",
    attributes: [],
  },
  callsInFlight: {
    name: "saga.worker.calls_in_flight",
    kind: "upDownCounter",
    unit: "{call}",
    description: "Handlers that run.",
    attributes: [],
  },
  partitions: {
    name: "saga.worker.partitions",
    kind: "upDownCounter",
    unit: "{partition}",
    description: "Partitions that the worker holds.",
    attributes: [],
  },
  fullPartitions: {
    name: "saga.worker.full_partitions",
    kind: "upDownCounter",
    unit: "{partition}",
    description: "Partitions with as many sagas in hand as may be: starts and timers wait in the store.",
    attributes: [],
  },
  unownedPartitions: {
    name: "saga.worker.unowned_partitions",
    kind: "gauge",
    unit: "{partition}",
    description: "Partitions of the worker's sagas with work and no owner. Each worker tells of the same ones.",
    attributes: [],
  },
  unownedFor: {
    name: "saga.worker.unowned.seconds",
    kind: "gauge",
    unit: "s",
    description: "For how long the first of them has had no owner; 0 where there is none.",
    attributes: [],
  },
  serviceRunning: {
    name: "saga.service.running",
    kind: "upDownCounter",
    unit: "{call}",
    description: "Calls that run at a service, or are about to be made.",
    attributes: ["saga.service"],
  },
  serviceWaiting: {
    name: "saga.service.waiting",
    kind: "upDownCounter",
    unit: "{call}",
    description: "Calls that wait for their turn at a service.",
    attributes: ["saga.service"],
  },
  serviceLongestWait: {
    name: "saga.service.longest_wait.seconds",
    kind: "gauge",
    unit: "s",
    description: "How long the first in line has waited, at what it waits for: max, rate, retry budget or concurrency.",
    attributes: ["saga.service", "saga.held_up_by"],
  },
  storeRunning: {
    name: "saga.store.running",
    kind: "gauge",
    unit: "{saga}",
    description: "Sagas in the store that have not ended.",
    attributes: ["saga.name"],
  },
  storeConditions: {
    name: "saga.store.conditions",
    kind: "gauge",
    unit: "{saga}",
    description: "Sagas in the store that are parked, quarantined or overdue.",
    attributes: ["saga.name", "saga.condition"],
  },
  storeUnownedPartitions: {
    name: "saga.store.unowned_partitions",
    kind: "gauge",
    unit: "{partition}",
    description: "Partitions in the store with work and no owner.",
    attributes: ["saga.name", "saga.version"],
  },
  storeUnownedFor: {
    name: "saga.store.unowned.seconds",
    kind: "gauge",
    unit: "s",
    description: "For how long the first of them has had no owner; 0 where there is none.",
    attributes: ["saga.name", "saga.version"],
  },
} as const satisfies Readonly<Record<string, Instrument>>;

/** What is known of an instrument. */
export interface Instrument {
  readonly name: string;
  /** `upDownCounter` and `gauge` are observed when they are asked for: those of workers add up, gauges do not. */
  readonly kind: "counter" | "histogram" | "upDownCounter" | "gauge";
  readonly unit: string;
  readonly description: string;
  readonly attributes: readonly string[];
  /** Upper bounds of a histogram. s. */
  readonly buckets?: readonly number[];
}

export type InstrumentKey = keyof typeof INSTRUMENTS;

/** The keys of a kind. */
export type KeyOf<Kind extends Instrument["kind"]> = {
  [Key in InstrumentKey]: (typeof INSTRUMENTS)[Key]["kind"] extends Kind ? Key : never;
}[InstrumentKey];

/** Exactly those that the table names. */
export type AttributesOf<Key extends InstrumentKey> = Readonly<
  Record<(typeof INSTRUMENTS)[Key]["attributes"][number], string | number | boolean>
>;
