import { checkDefinition, checkOptions, checkStore } from "../arguments.ts";
import type { SagaDefinition } from "../engine/definition.ts";
import {
  canonicalJson,
  checkIdText,
  checkSagaId,
  firstDifference,
  startCommandId,
  toJson,
  toJsonText,
} from "../engine/limits.ts";
import { SagaError } from "../errors.ts";
import { type Clock, systemClock } from "../ports/clock.ts";
import { type Ids, systemIds } from "../ports/ids.ts";
import { partitionOf } from "../store/partition.ts";
import type { AppendResult, Command, Partition, Store, Transaction } from "../store/store.ts";
import { SagaHandle } from "./handle.ts";
import { HintHub } from "./hint-hub.ts";
import { patiently } from "./patience.ts";
import { countSagas, type ListOptions, listSagas, type SagaFilter, type SagaPage } from "./search.ts";
import { type SignalOptions, signalCommand } from "./signal.ts";

export interface ClientOptions {
  readonly store: Store;
  readonly clock?: Clock;
  readonly ids?: Ids;
}

export interface StartOptions<Input> {
  /** Of your business object, 1 to 255 bytes. Starting the same id with the same input again gives the same saga. */
  readonly id: string;
  readonly input: Input;
  /** The same for all that one business transaction causes. Default: the id. */
  readonly correlationId?: string;
  /**
   * Postgres: a connection to the database of the store, on which you have begun a transaction: the saga starts when it commits, and does
   * not when it does not, in whatever order transactions commit. Errors come as `pg` gives them, and end your transaction.
   */
  readonly transaction?: Transaction;
}

export interface SignalWithStartOptions<Input, Signals, Name extends keyof Signals>
  extends Omit<StartOptions<Input>, "transaction">,
    Pick<SignalOptions, "by"> {
  readonly signal: Name;
  readonly payload: Signals[Name];
  /** Of the message: a repeat of it is dropped. Default: a new one. */
  readonly signalId?: string;
}

export interface Client {
  /**
   * Starts a saga, durably: when this resolves it will be carried out, also if no worker is up. The same id and input again give the same saga,
   * also where it began under another version: then the handle is of that one, and what both inputs name is compared. Rejects with `RT1002` for input that does not fit (nothing is started), `RT1003` where the id is taken by other
   * input (names the difference), `RT1001`, `RT1010`, `RT1011` for ids and payloads beyond the limits, `RT1015` for a transaction that the
   * store cannot be part of, `RT2001`/`RT2002` where the store does not answer: safe to repeat.
   */
  start<Input, Output, Steps, Signals>(
    definition: SagaDefinition<Input, Output, Steps, Signals>,
    options: StartOptions<NoInfer<Input>>,
  ): Promise<SagaHandle<Output, Signals>>;
  /**
   * Starts a saga unless it is there, and sends it a signal: either may be repeated. The signal is looked at first, so that nothing is
   * started for one that does not fit (`RT1014`).
   */
  signalWithStart<Input, Output, Steps, Signals, Name extends keyof Signals & string>(
    definition: SagaDefinition<Input, Output, Steps, Signals>,
    options: SignalWithStartOptions<NoInfer<Input>, Signals, Name>,
  ): Promise<SagaHandle<Output, Signals>>;
  /** A saga that was started before; whether it exists shows at its first use (`RT1004`). */
  get<Input, Output, Steps, Signals>(
    definition: SagaDefinition<Input, Output, Steps, Signals>,
    id: string,
  ): SagaHandle<Output, Signals>;
  /**
   * Every partition that has work, of all sagas in the store, and which worker holds it. One without an owner for longer than a lease is an
   * alarm: no worker that serves this saga at this version is up.
   */
  partitions(): Promise<PartitionView[]>;
  /**
   * Sagas that workers have taken up, by what they are, how they stand and how old they are, a page at a time. Pages have each saga that is
   * there all the time exactly once, whatever begins and ends meanwhile. Rejects with `RT1020` for what cannot be searched by, and for a
   * cursor that no page of this search gave.
   */
  list(filter?: SagaFilter, options?: ListOptions): Promise<SagaPage>;
  /** How many they are. By saga, version, status and age it is read off an index; anything else is counted through. */
  count(filter?: SagaFilter): Promise<number>;
}

/** A share of one saga at one version that has work. */
export interface PartitionView {
  readonly saga: string;
  readonly version: number;
  readonly index: number;
  /** The worker's id; `null`: nobody holds it. */
  readonly owner: string | null;
  /** For how long there has been work and no owner; 0 where there is one. */
  readonly unownedMs: number;
}

/**
 * A client of the sagas in a store; anywhere, any number of them, no worker need be up. Throws `RT1017` for an option that there is not, and `RT1019` for
 * a `store` that is none.
 */
export function createClient(options: ClientOptions): Client {
  checkOptions("createClient", options, ["store", "clock", "ids"] satisfies (keyof ClientOptions)[]);
  checkStore("createClient", options.store);
  const { store, clock = systemClock, ids = systemIds } = options;
  const hints = new HintHub(store, clock);
  const ports = { store, clock, ids, hints };
  const handle = <Output, Signals>(
    definition: SagaDefinition,
    id: string,
    isStarted: boolean,
    era: number | null = null,
  ): SagaHandle<Output, Signals> =>
    new SagaHandle<Output, Signals>(ports, definition, partitionFor(store, definition, id), id, isStarted, era);

  async function start<Output, Signals>(
    definition: SagaDefinition,
    { id, input, correlationId = id, transaction }: StartOptions<unknown>,
  ): Promise<SagaHandle<Output, Signals>> {
    checkSagaId(id);
    checkIdText(correlationId, "a correlation id");
    const payload = { input: checkInput(definition, id, input), correlationId };
    const text = toJsonText(payload, `the input of saga "${id}"`) ?? "{}";
    const command: Command = { id: startCommandId(id), sagaId: id, kind: "start", payload: text };
    const partition = partitionFor(store, definition, id);
    const { era } = hints;
    // In a transaction that failed nothing can be repeated: whoever began it has to.
    const result =
      transaction === undefined
        ? await patiently(clock, () => store.append(partition, command))
        : await store.append(partition, command, transaction);
    if (result.status === "elsewhere") {
      const first = ofVersion(definition, result.version);
      refuseOtherInput(first, id, payload, result);
      return handle(first, id, transaction === undefined);
    }
    if (result.status === "duplicate") refuseOtherInput(definition, id, payload, result);
    // A transaction may still fail, and the start with it.
    if (transaction !== undefined) return handle(definition, id, false);
    return handle(definition, id, true, result.status === "appended" ? era : null);
  }

  return {
    get(definition, id) {
      checkDefinition("client.get", definition);
      checkSagaId(id);
      return handle(definition as SagaDefinition, id, false);
    },
    async partitions() {
      const occupied = await patiently(clock, () => store.occupied(null));
      return occupied.map(({ partition, owner, unownedMs }) => ({ ...partition, owner, unownedMs }));
    },
    list: async (filter = {}, page = {}) => await listSagas({ store, clock }, filter, page),
    count: async (filter = {}) => await countSagas({ store, clock }, filter),
    async start(definition, options) {
      checkDefinition("client.start", definition);
      checkOptions("client.start", options, START_OPTIONS);
      return await start(definition as SagaDefinition, options);
    },
    async signalWithStart<Input, Output, Steps, Signals, Name extends keyof Signals & string>(
      typed: SagaDefinition<Input, Output, Steps, Signals>,
      options: SignalWithStartOptions<Input, Signals, Name>,
    ) {
      const definition = typed as SagaDefinition;
      checkDefinition("client.signalWithStart", definition);
      checkOptions("client.signalWithStart", options, SIGNAL_WITH_START_OPTIONS);
      const { id, signal, payload, signalId = ids.next(), by } = options;
      checkSagaId(id);
      signalCommand(definition, id, signal, payload, signalId, by);
      const saga = await start<Output, Signals>(definition, options);
      await saga.signal(signal, payload, { id: signalId, ...(by === undefined ? {} : { by }) });
      return saga;
    },
  };
}

const START_OPTIONS: readonly (keyof StartOptions<unknown>)[] = ["id", "input", "correlationId", "transaction"];
const SIGNAL_WITH_START_OPTIONS: readonly (keyof SignalWithStartOptions<unknown, object, never>)[] = [
  "id",
  "input",
  "correlationId",
  "signal",
  "payload",
  "signalId",
  "by",
];

function partitionFor(store: Store, definition: SagaDefinition, id: string): Partition {
  return partitionOf(definition.saga, definition.version, id, store.partitions);
}

function checkInput(definition: SagaDefinition, id: string, input: unknown): unknown {
  const parsed = definition.validators.input.safeParse(toJson(input, `the input of saga "${id}"`));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `  ${issue.path.map(String).join(".") || "(all)"}: ${issue.message}`);
  throw new SagaError(
    "RT1002",
    `the input of ${definition.saga} "${id}" does not fit; nothing was started:\n${issues.join("\n")}`,
  );
}

/** What is known of another version of a saga: its own definition where it is a released one, else this one's, under that number. */
function ofVersion(definition: SagaDefinition, version: number): SagaDefinition {
  return definition.otherVersions?.[version] ?? { ...definition, version };
}

function refuseOtherInput(
  definition: SagaDefinition,
  id: string,
  payload: { readonly input: unknown; readonly correlationId: string },
  found: Extract<AppendResult, { status: "duplicate" | "elsewhere" }>,
): void {
  const first = JSON.parse(found.payload) as typeof payload;
  const elsewhere = found.status === "elsewhere";
  // What only one of two versions has in its input may be what has changed between them.
  const before = elsewhere ? sharedFields(first.input, payload.input) : first.input;
  const now = elsewhere ? sharedFields(payload.input, first.input) : payload.input;
  if (first.correlationId === payload.correlationId && canonicalJson(before) === canonicalJson(now)) return;
  const where = firstDifference(before, now) ?? "the correlation id";
  throw new SagaError(
    "RT1003",
    `${definition.saga} "${id}" was started before with other input: it differs at ${where}. Use a new id for a new saga, or \`client.get\` for the one that is there`,
  );
}

/** The fields of an input that another one has too. */
function sharedFields(input: unknown, other: unknown): unknown {
  if (typeof input !== "object" || typeof other !== "object" || input === null || other === null) return input;
  return Object.fromEntries(Object.entries(input).filter(([name]) => Object.hasOwn(other, name)));
}
