import { checkOptions, checkText, unfit } from "../arguments.ts";
import type { OperatorEvent, SagaDefinition } from "../engine/definition.ts";
import { type Envelope, readEnvelope } from "../engine/envelope.ts";
import type { HistoryRecord } from "../engine/history.ts";
import { skippedSteps } from "../engine/keys.ts";
import { checkIdText, commandId, startCommandId, toJsonText } from "../engine/limits.ts";
import { readOutside, waitsOf } from "../engine/logged.ts";
import { SagaError } from "../errors.ts";
import { maskRecord } from "../observe/mask.ts";
import type { Clock } from "../ports/clock.ts";
import { durationMs } from "../ports/duration.ts";
import type { Ids } from "../ports/ids.ts";
import { rootOf } from "../store/partition.ts";
import { mayBeMore } from "../store/pending.ts";
import type { Command, CommandResult, Hint, Partition, SagaStatus, Store, StoredChild, StoredSaga } from "../store/store.ts";
import type { HintHub } from "./hint-hub.ts";
import { readLog } from "./log-pages.ts";
import { patiently } from "./patience.ts";
import {
  type CommandView,
  notAnswered,
  notYetApplied,
  type ReadOptions,
  refuseOtherCommand,
  type SentCommand,
  sentId,
  viewOf,
} from "./sent.ts";
import { type SignalOptions, signalCommand } from "./signal.ts";
import type { CancelOptions, ChildView, HistoryEntry, ResultOptions, SagaResult, SagaView, Signature, Verdict } from "./views.ts";
import { untilFound } from "./waiting.ts";

interface Ports {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hints: HintHub;
}

/** One saga, seen from a client. */
export class SagaHandle<Output = unknown, Signals = unknown> {
  readonly id: string;
  readonly #ports: Ports;
  readonly #definition: SagaDefinition;
  readonly #saga: string;
  readonly #version: number;
  readonly #partition: Partition;
  readonly #begunByMs: number;
  /** Of hints, when it began with this very start; `null`: it may have ended before. */
  readonly #era: number | null;

  /**
   * `isStarted`: known to be there a moment ago, although no worker may have taken it up. `era`: of hints, when it
   * began with this very start.
   */
  constructor(
    ports: Ports,
    definition: SagaDefinition,
    partition: Partition,
    id: string,
    isStarted: boolean,
    era: number | null = null,
  ) {
    this.#ports = ports;
    this.#definition = definition;
    this.#saga = definition.saga;
    this.#version = definition.version;
    this.#partition = partition;
    this.#begunByMs = isStarted ? ports.clock.monotonic() + BEGUN_MS : Number.NEGATIVE_INFINITY;
    this.#era = era;
    this.id = id;
  }

  /**
   * Waits for the end. `timeout`: `"30s"`, `"5m"` or milliseconds, default no limit; past it `RT1008`, and the saga goes on. When `signal` is
   * aborted it rejects with its reason at once, and the saga goes on as well.
   */
  async result(options: ResultOptions = {}): Promise<SagaResult<Output>> {
    checkOptions("result", options, ["timeout", "signal"] satisfies (keyof ResultOptions)[]);
    const { signal } = options;
    if (signal !== undefined && !(signal instanceof AbortSignal)) throw unfit("result", "an `AbortSignal` as `signal`", signal);
    const limitMs = options.timeout === undefined ? Number.POSITIVE_INFINITY : durationMs(options.timeout);
    const ended = (hint: Hint) => hint.what === "ended" || hint.sagaId === null;
    const look = async () => {
      const stored = await this.#load();
      if (stored?.conditions.includes("quarantined")) throw this.#quarantined();
      return stored === null || stored.status === "running" ? null : { status: stored.status, envelope: this.#read(stored) };
    };
    const { hints } = this.#ports;
    const later = this.#era !== null && hints.hasNotEnded(this.#partition, this.id, this.#era);
    const envelope = await untilFound({ ...this.#waiting(limitMs, ended), signal }, look, later);
    if (envelope === null) {
      throw new SagaError("RT1008", `${this.#saga} "${this.id}" did not end within ${limitMs} ms; it goes on, ask again later`);
    }
    return resultOf<Output>(envelope.status, envelope.envelope);
  }

  /** What became of a command. One that was never sent is `pending`. */
  async command(sent: SentCommand): Promise<CommandView> {
    return await viewOf(this.#where, sent);
  }

  /** Where it stands now. Rejects with `RT1004` if it was never started, and with `RT3009` if it does not show yet what it is to show. */
  async status(options: ReadOptions = {}): Promise<SagaView> {
    checkOptions("status", options, READ_OPTIONS);
    await this.#after(options);
    const stored = await this.#load();
    const outside = { saga: this.#saga, version: this.#version, id: this.id };
    if (stored === null) {
      return { ...outside, correlationId: this.id, status: "starting", conditions: [], ...NOTHING, failure: null };
    }
    const inside = { status: stored.status, conditions: stored.conditions };
    if (stored.conditions.includes("quarantined"))
      return { ...outside, ...inside, correlationId: this.id, ...NOTHING, failure: null };
    const envelope = readOutside(stored.snapshot, this.id);
    const { correlationId, parked, tags = {}, state } = envelope;
    const queued = envelope.undelivered.map((identity) => identity.slice(0, identity.lastIndexOf("#")));
    // Of another plan than the client's nothing is known but what the envelope says.
    const known = envelope.planHash === this.#definition.planHash;
    const waits = known ? waitsOf(envelope, this.#definition) : [];
    const waitingFor = [...new Set(waits.flatMap(({ signals }) => signals.map(({ signal }) => signal)))];
    return { ...outside, ...inside, correlationId, parked, waitingFor, queued, tags, failure: state.context.failure };
  }

  /** Every instance that it runs or ran, and that these run, ended ones too. Rejects with `RT1004` if it was never started. */
  async children(): Promise<ChildView[]> {
    const { store, clock } = this.#ports;
    const children: ChildView[] = [];
    for (let cursor: string | null = null; ; ) {
      const from: string | null = cursor;
      const page: { readonly children: StoredChild[]; readonly cursor: string | null } = await patiently(clock, () =>
        store.children(this.#partition, this.id, from, CHILDREN_PAGE),
      );
      for (const { sagaId, status, conditions } of page.children) children.push({ id: sagaId, status, conditions });
      if (page.cursor !== null) cursor = page.cursor;
      else {
        await this.#load();
        return children;
      }
    }
  }

  /**
   * The whole event log so far. `child`: of one of its children, by its id. What the saga marks as secret is masked unless `secrets` is
   * `"shown"`; only a log with its secrets can be replayed. `RT3009` as in `status`.
   */
  async history(child?: string, options: ReadOptions & { readonly secrets?: "masked" | "shown" } = {}): Promise<HistoryEntry[]> {
    checkOptions("history", options, [...READ_OPTIONS, "secrets"]);
    const id = child ?? this.id;
    checkText("history", "child", id);
    if (rootOf(id) !== this.id) throw this.#noChild(id);
    await this.#after(options);
    const read = await readLog(this.#ports.store, this.#ports.clock, this.#partition, id);
    const entries = read.map(({ number, atMs, record }) => ({ number, atMs, record: JSON.parse(record) as HistoryRecord }));
    // Last, since what is removed goes piece by piece, the oldest first: what is left of it is no log, and does not say whose it is.
    await this.#load();
    if (entries.length === 0 && id !== this.id) throw this.#noChild(id);
    return options.secrets === "shown" ? entries : this.#masked(entries);
  }

  #noChild(id: string): SagaError {
    return new SagaError("RT1004", `"${id}" is no child of ${this.#saga} "${this.id}": \`children()\` lists them`);
  }

  #masked(entries: readonly HistoryEntry[]): HistoryEntry[] {
    const started = entries.map(({ record }) => record).find((record) => record.type === "started");
    const log = { saga: started?.saga ?? this.#saga, body: started?.body ?? null };
    return entries.map((entry) => ({ ...entry, record: maskRecord(entry.record, this.#definition, log) }));
  }

  /**
   * Asks the saga to turn back. Waits for its answer, with a limit (default 30 s, then `RT1008`: it is kept and will be answered): resolves
   * when it goes back, rejects with `RT3004` when the pivot has passed and with `RT3003` when it has ended. A repeat under an `id` of yours is
   * the same cancel.
   */
  async cancel(options: CancelOptions = {}): Promise<void> {
    checkOptions("cancel", options, ["by", "reason", "id", "timeout"] satisfies (keyof CancelOptions)[]);
    const { timeout, id, ...payload } = options;
    for (const [what, said] of Object.entries(payload)) if (said !== undefined) checkText("cancel", what, said);
    return await this.#command({ kind: "cancel", sagaId: this.id, name: id }, payload, timeout);
  }

  /**
   * Sends a signal; what waits for it first, in the saga or in what it runs, takes it; it is kept until then, also when it is sent before
   * anything waits. Resolves when it is taken or kept. With an `id` of yours repeats are dropped (`RT1018` where one asks for something else). Rejects with `RT1014` for a signal that the
   * saga does not declare or data that does not fit (nothing is sent), `RT3003` when the saga has ended, `RT3006` when too many are kept.
   */
  async signal<Name extends keyof Signals & string>(
    name: Name,
    payload: Signals[Name],
    options: SignalOptions & { readonly timeout?: number | string } = {},
  ): Promise<void> {
    checkOptions("signal", options, ["id", "by", "timeout"]);
    const command = signalCommand(this.#definition, this.id, name, payload, options.id ?? this.#ports.ids.next(), options.by);
    await this.#load();
    await this.#sent(command, options.timeout);
  }

  /**
   * Decides over a parked call (see `status().parked`); rejects with `RT3005` when it is not parked, or somebody else was faster, and with
   * `RT1002` when the output given does not fit the step's. A repeat under an `id` of yours is the same verdict.
   */
  async decide(call: string, verdict: Verdict, signature: Signature & { readonly id?: string }): Promise<void> {
    checkText("decide", "call", call);
    if (typeof verdict?.verb !== "string") throw unfit("decide", 'a verdict like `{ verb: "retry" }`', verdict);
    checkOptions("decide", signature, ["by", "reason", "id"]);
    for (const what of ["by", "reason"] as const) checkText("decide", what, signature[what]);
    // `<child id>/<call>`: no call has a slash in its name.
    const split = call.lastIndexOf("/");
    const member = split === -1 ? this.id : call.slice(0, split);
    if (rootOf(member) !== this.id) {
      throw new SagaError("RT3005", `"${call}" is no call of ${this.#saga} "${this.id}" or of its children`);
    }
    const event = operatorEvent(call.slice(split + 1), verdict);
    const { id, ...signed } = signature;
    return await this.#command({ kind: "operator", sagaId: member, name: id }, { event, ...signed }, undefined);
  }

  /**
   * Has a saga go on that was set aside: it is read anew, its timers are set as they were, and what was asked of it meanwhile is taken then. Rejects
   * with `RT3011` when it still cannot be read or go on (it stays set aside, and its history says why), with `RT3005` when it is not set aside. A repeat
   * under an `id` of yours is the same release.
   */
  async release(signature: Signature & { readonly id?: string }): Promise<void> {
    checkOptions("release", signature, ["by", "reason", "id"]);
    for (const what of ["by", "reason"] as const) checkText("release", what, signature[what]);
    const { id, ...signed } = signature;
    return await this.#command({ kind: "release", sagaId: this.id, name: id }, signed, undefined);
  }

  async #command(
    { kind, sagaId, name }: { readonly kind: Command["kind"]; readonly sagaId: string; readonly name: string | undefined },
    payload: unknown,
    timeout: number | string | undefined,
  ): Promise<void> {
    if (name !== undefined) checkIdText(name, `the id of a ${kind === "operator" ? "verdict" : kind}`);
    await this.#load();
    const text = toJsonText(payload, `a ${kind === "operator" ? "verdict" : kind} of saga "${this.id}"`) ?? "{}";
    const id = name === undefined ? `${kind}:${this.#ports.ids.next()}` : commandId(kind, this.id, name);
    await this.#sent({ id, sagaId, kind, payload: text }, timeout);
  }

  get #where() {
    const { store, clock, ids } = this.#ports;
    return { store, clock, ids, partition: this.#partition, sagaId: this.id };
  }

  #waiting(limitMs: number, matters: (hint: Hint) => boolean) {
    const { clock, hints } = this.#ports;
    return { clock, hints, partition: this.#partition, sagaId: this.id, limitMs, matters };
  }

  /** Waits until a command has its result. */
  async #after({ after, timeout = READ_LIMIT_MS }: ReadOptions): Promise<void> {
    if (after === undefined) return;
    const limitMs = durationMs(timeout);
    const id = sentId(this.id, after);
    const result = await this.#resultOf(id, limitMs);
    if (result === null) throw await notYetApplied(this.#where, after, limitMs);
  }

  /** Appends a command and waits for its result. */
  async #sent(command: Command, timeout: number | string | undefined): Promise<void> {
    const { store, clock } = this.#ports;
    const { id } = command;
    const appended = await patiently(clock, () => store.append(this.#partition, command));
    // Forgotten, or lost by its store, since it was looked at.
    if (appended.status === "absent") throw await this.#load().then(() => this.#unstarted());
    if (appended.status === "duplicate") refuseOtherCommand(command, appended, `${this.#saga} "${this.id}"`);
    const limitMs = timeout === undefined ? COMMAND_LIMIT_MS : durationMs(timeout);
    const result = await this.#resultOf(id, limitMs);
    if (result === null) throw await notAnswered(this.#where, command, limitMs);
    if (result.status === "refused") throw refusalOf(result, this.id);
  }

  #resultOf(commandId: string, limitMs: number): Promise<CommandResult | null> {
    const { store, clock } = this.#ports;
    const look = () => patiently(clock, () => store.commandResult(this.#partition, commandId));
    return untilFound(
      this.#waiting(limitMs, ({ what }) => what !== "command" && what !== "start"),
      look,
    );
  }

  async #load(): Promise<StoredSaga | null> {
    const { store, clock } = this.#ports;
    const stored = await patiently(clock, () => store.load(this.#partition, this.id));
    if (stored === null) await this.#refuseUnstarted();
    if (stored?.removed === true) throw this.#removed(stored);
    return stored;
  }

  #removed({ status, updatedAtMs }: StoredSaga): SagaError {
    const when = new Date(updatedAtMs).toISOString();
    return new SagaError(
      "RT3010",
      `${this.#saga} "${this.id}" ended ${status}, was last written at ${when}, and was removed since: nothing more is kept of it`,
    );
  }

  /** A saga that is not there yet may have been started a moment ago. */
  async #refuseUnstarted(): Promise<void> {
    const { store, clock } = this.#ports;
    // Later the store may have lost it: whoever waits for it is told.
    if (clock.monotonic() < this.#begunByMs) return;
    const pending = await patiently(clock, () => store.pending(this.#partition, PENDING_PAGE));
    if (mayBeMore(pending, PENDING_PAGE) || pending.some((command) => command.id === startCommandId(this.id))) return;
    const result = await patiently(clock, () => store.commandResult(this.#partition, startCommandId(this.id)));
    if (result !== null) return;
    throw this.#unstarted();
  }

  #unstarted(): SagaError {
    return new SagaError("RT1004", `there is no saga ${this.#saga} version ${this.#version} with id "${this.id}" in this store`);
  }

  #read(stored: StoredSaga): Envelope {
    return readEnvelope(stored.snapshot, this.id, null);
  }

  #quarantined(): SagaError {
    return new SagaError(
      "RT3002",
      `${this.#saga} "${this.id}" is quarantined: its history says why; it goes on when it is released`,
    );
  }
}

function resultOf<Output>(status: SagaStatus, envelope: Envelope): SagaResult<Output> {
  if (status === "completed") return { status, output: envelope.output as Output };
  const { context } = envelope.state;
  const failure = context.failure ?? { name: "Unknown", step: null, summary: "no failure was recorded", data: null };
  return { status: "compensated", failure, incomplete: [...skippedSteps(context.steps), ...(envelope.family?.incomplete ?? [])] };
}

function refusalOf(result: CommandResult, id: string): SagaError {
  const known = REFUSALS.find((code) => code === result.code) ?? "RT1005";
  return new SagaError(known, `saga "${id}": ${result.message ?? "refused"}`);
}

function operatorEvent(call: string, verdict: Verdict): OperatorEvent {
  return verdict.verb === "happened"
    ? { type: "operator.happened", call, output: verdict.output ?? null }
    : { type: `operator.${verdict.verb}`, call };
}

/** Of a saga of which nothing can be read. */
const NOTHING = { parked: [], waitingFor: [], queued: [], tags: {} } as const;
const REFUSALS = ["RT1002", "RT1014", "RT3003", "RT3004", "RT3005", "RT3006", "RT3008", "RT3010", "RT3011"] as const;
/** For how long a saga that was started just now is taken to be there. */
const BEGUN_MS = 1_000;
const CHILDREN_PAGE = 500;
const PENDING_PAGE = 1_000;
const COMMAND_LIMIT_MS = 30_000;
const READ_LIMIT_MS = 5_000;
const READ_OPTIONS: readonly (keyof ReadOptions)[] = ["after", "timeout"];
