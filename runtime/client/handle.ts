import type { Failure, OperatorEvent, StepRecord } from "../engine/definition.ts";
import { type Envelope, readEnvelope } from "../engine/envelope.ts";
import type { HistoryRecord } from "../engine/history.ts";
import { startCommandId, toJsonText } from "../engine/limits.ts";
import { SagaError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import { durationMs } from "../ports/duration.ts";
import type { Ids } from "../ports/ids.ts";
import type { Command, CommandResult, Hint, Partition, SagaCondition, SagaStatus, Store, StoredSaga } from "../store/store.ts";
import type { HintHub } from "./hint-hub.ts";
import { patiently, pause } from "./patience.ts";

/** How a saga ended. */
export type SagaResult<Output> =
  | { readonly status: "completed"; readonly output: Output }
  | {
      readonly status: "compensated";
      readonly failure: Failure;
      /** Steps whose undo a person skipped: their effect may still stand. */
      readonly incomplete: readonly string[];
    };

export interface SagaView {
  readonly saga: string;
  readonly version: number;
  readonly id: string;
  readonly correlationId: string;
  /** `starting`: accepted, and no worker has taken it up yet. */
  readonly status: SagaStatus | "starting";
  readonly conditions: readonly SagaCondition[];
  /** Calls that wait for a person. */
  readonly parked: readonly string[];
  readonly failure: Failure | null;
}

export interface HistoryEntry {
  readonly number: number;
  readonly atMs: number;
  readonly record: HistoryRecord;
}

/** What a person decides of a parked call. */
export type Verdict =
  | { readonly verb: "retry" | "didNotHappen" | "skip" | "goBack" }
  | { readonly verb: "happened"; readonly output?: unknown };

export interface Signature {
  readonly by: string;
  readonly reason: string;
}

interface Ports {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hints: HintHub;
}

/** One saga, seen from a client. */
export class SagaHandle<Output = unknown> {
  readonly id: string;
  readonly #ports: Ports;
  readonly #saga: string;
  readonly #version: number;
  readonly #partition: Partition;

  constructor(ports: Ports, saga: string, version: number, partition: Partition, id: string) {
    this.#ports = ports;
    this.#saga = saga;
    this.#version = version;
    this.#partition = partition;
    this.id = id;
  }

  /** Waits for the end. `timeout`: `"30s"`, `"5m"` or milliseconds, default no limit; past it `RT1008`, and the saga goes on. */
  async result(options: { readonly timeout?: number | string } = {}): Promise<SagaResult<Output>> {
    const limitMs = options.timeout === undefined ? Number.POSITIVE_INFINITY : durationMs(options.timeout);
    const ended = (hint: Hint) => hint.what === "ended" || hint.sagaId === null;
    const envelope = await this.#until(limitMs, ended, async () => {
      const stored = await this.#load();
      if (stored?.conditions.includes("quarantined")) throw this.#quarantined();
      return stored === null || stored.status === "running" ? null : { status: stored.status, envelope: this.#read(stored) };
    });
    if (envelope === null) {
      throw new SagaError("RT1008", `${this.#saga} "${this.id}" did not end within ${limitMs} ms; it goes on, ask again later`);
    }
    return resultOf<Output>(envelope.status, envelope.envelope);
  }

  /** Where it stands now. Rejects with `RT1004` if it was never started. */
  async status(): Promise<SagaView> {
    const stored = await this.#load();
    const outside = { saga: this.#saga, version: this.#version, id: this.id };
    if (stored === null) {
      return { ...outside, correlationId: this.id, status: "starting", conditions: [], parked: [], failure: null };
    }
    const inside = { status: stored.status, conditions: stored.conditions };
    if (stored.conditions.includes("quarantined"))
      return { ...outside, ...inside, correlationId: this.id, parked: [], failure: null };
    const envelope = this.#read(stored);
    const { correlationId, parked, state } = envelope;
    return { ...outside, ...inside, correlationId, parked, failure: state.context.failure };
  }

  /** The whole event log so far. */
  async history(): Promise<HistoryEntry[]> {
    const entries: HistoryEntry[] = [];
    for (;;) {
      const after = entries.at(-1)?.number ?? 0;
      const page = await patiently(this.#ports.clock, () =>
        this.#ports.store.history(this.#partition, this.id, after, HISTORY_PAGE),
      );
      for (const { number, atMs, record } of page) entries.push({ number, atMs, record: JSON.parse(record) as HistoryRecord });
      if (page.length < HISTORY_PAGE) return entries;
    }
  }

  /**
   * Asks the saga to turn back. Waits for its answer, with a limit (default 30 s, then `RT1008`: it is kept and will be answered): resolves
   * when it goes back, rejects with `RT3004` when the pivot has passed and with `RT3003` when it has ended.
   */
  cancel(options: { readonly by?: string; readonly reason?: string; readonly timeout?: number | string } = {}): Promise<void> {
    const { timeout, ...payload } = options;
    return this.#command("cancel", payload, timeout);
  }

  /**
   * Decides over a parked call (see `status().parked`); rejects with `RT3005` when it is not parked, or somebody else was faster, and with
   * `RT1002` when the output given does not fit the step's.
   */
  decide(call: string, verdict: Verdict, signature: Signature): Promise<void> {
    const event: OperatorEvent =
      verdict.verb === "happened"
        ? { type: "operator.happened", call, output: verdict.output ?? null }
        : { type: `operator.${verdict.verb}`, call };
    return this.#command("operator", { event, ...signature }, undefined);
  }

  async #command(kind: Command["kind"], payload: unknown, timeout: number | string | undefined): Promise<void> {
    const { store, clock, ids } = this.#ports;
    if ((await this.#load()) === null) await this.#refuseUnstarted();
    const id = `${kind}:${ids.next()}`;
    const command: Command = {
      id,
      sagaId: this.id,
      kind,
      payload: toJsonText(payload, `a ${kind} of saga "${this.id}"`) ?? "{}",
    };
    await patiently(clock, () => store.append(this.#partition, command));
    const limitMs = timeout === undefined ? COMMAND_LIMIT_MS : durationMs(timeout);
    const result = await this.#until(
      limitMs,
      (hint) => hint.what !== "command",
      () => patiently(clock, () => store.commandResult(this.#partition, id)),
    );
    if (result === null)
      throw new SagaError(
        "RT1008",
        `the ${kind} of ${this.#saga} "${this.id}" has no answer after ${limitMs} ms; it is kept and will be answered`,
      );
    if (result.status === "refused") throw refusalOf(result, this.id);
  }

  async #load(): Promise<StoredSaga | null> {
    const { store, clock } = this.#ports;
    const stored = await patiently(clock, () => store.load(this.#partition, this.id));
    if (stored === null) await this.#refuseUnstarted();
    return stored;
  }

  /** A saga that is not there yet may have been started a moment ago. */
  async #refuseUnstarted(): Promise<void> {
    const { store, clock } = this.#ports;
    const pending = await patiently(clock, () => store.pending(this.#partition, PENDING_PAGE));
    if (pending.length >= PENDING_PAGE || pending.some((command) => command.id === startCommandId(this.id))) return;
    const result = await patiently(clock, () => store.commandResult(this.#partition, startCommandId(this.id)));
    if (result !== null) return;
    throw new SagaError("RT1004", `there is no saga ${this.#saga} version ${this.#version} with id "${this.id}" in this store`);
  }

  #read(stored: StoredSaga): Envelope {
    return readEnvelope(stored.snapshot, this.id, null);
  }

  #quarantined(): SagaError {
    return new SagaError("RT3002", `${this.#saga} "${this.id}" is quarantined: its history says why; it will not end by itself`);
  }

  /** Looks until there is an answer or the time is over (`null`): at once, at every hint, and at growing intervals. */
  async #until<T>(limitMs: number, matters: (hint: Hint) => boolean, look: () => Promise<T | null>): Promise<T | null> {
    const { clock, hints } = this.#ports;
    const untilMs = clock.monotonic() + limitMs;
    let wake = (): void => undefined;
    const unwatch = hints.wait(this.#partition, this.id, (hint) => {
      if (matters(hint)) wake();
    });
    try {
      for (let waitMs = LOOK_MIN_MS; ; waitMs = Math.min(waitMs * 2, LOOK_MAX_MS)) {
        const hinted = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const found = await look();
        if (found !== null) return found;
        const leftMs = untilMs - clock.monotonic();
        if (leftMs <= 0) return null;
        await Promise.race([hinted, pause(clock, Math.min(waitMs, leftMs))]);
      }
    } finally {
      unwatch();
    }
  }
}

function resultOf<Output>(status: SagaStatus, envelope: Envelope): SagaResult<Output> {
  if (status === "completed") return { status, output: envelope.output as Output };
  const { context } = envelope.state;
  const failure = context.failure ?? { name: "Unknown", step: null, summary: "no failure was recorded", data: null };
  return { status: "compensated", failure, incomplete: skipped(context.steps) };
}

/** Names of the steps whose undo was skipped, found wherever the records are nested. */
function skipped(steps: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(steps).flatMap(([name, value]) => {
    const record = value as Partial<StepRecord> & Readonly<Record<string, unknown>>;
    if (record.undo === undefined || record.forward === undefined) return skipped(record);
    return record.undo.outcome === "skipped" ? [name] : [];
  });
}

function refusalOf(result: CommandResult, id: string): SagaError {
  const code = result.code;
  const known = code === "RT1002" || code === "RT3003" || code === "RT3004" || code === "RT3005" ? code : "RT1005";
  return new SagaError(known, `saga "${id}": ${result.message ?? "refused"}`);
}

const HISTORY_PAGE = 500;
const PENDING_PAGE = 1_000;
const COMMAND_LIMIT_MS = 30_000;
const LOOK_MIN_MS = 50;
const LOOK_MAX_MS = 5_000;
