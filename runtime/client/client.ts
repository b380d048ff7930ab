import type { SagaDefinition } from "../engine/definition.ts";
import { canonicalJson, checkSagaId, firstDifference, startCommandId, toJson, toJsonText } from "../engine/limits.ts";
import { SagaError } from "../errors.ts";
import { type Clock, systemClock } from "../ports/clock.ts";
import { type Ids, systemIds } from "../ports/ids.ts";
import { partitionOf } from "../store/partition.ts";
import type { AppendResult, Command, Partition, Store } from "../store/store.ts";
import { SagaHandle } from "./handle.ts";
import { HintHub } from "./hint-hub.ts";
import { patiently } from "./patience.ts";

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
}

export interface Client {
  /**
   * Starts a saga, durably: when this resolves it will be carried out, also if no worker is up. The same id, version and input again
   * give the same saga. Rejects with `RT1002` for input that does not fit (nothing is started), `RT1003` where the id is taken by other
   * input (names the difference), `RT1001`, `RT1010`, `RT1011` for ids and payloads beyond the limits, `RT2001`/`RT2002` where the store does
   * not answer: safe to repeat.
   */
  start<Input, Output, Steps>(
    definition: SagaDefinition<Input, Output, Steps>,
    options: StartOptions<NoInfer<Input>>,
  ): Promise<SagaHandle<Output>>;
  /** A saga that was started before; whether it exists shows at its first use (`RT1004`). */
  get<Input, Output, Steps>(definition: SagaDefinition<Input, Output, Steps>, id: string): SagaHandle<Output>;
}

/** A client of the sagas in a store; anywhere, any number of them, no worker need be up. */
export function createClient(options: ClientOptions): Client {
  const { store, clock = systemClock, ids = systemIds } = options;
  const hints = new HintHub(store);
  const handle = <Output>(definition: SagaDefinition, id: string): SagaHandle<Output> =>
    new SagaHandle<Output>(
      { store, clock, ids, hints },
      definition.saga,
      definition.version,
      partitionFor(store, definition, id),
      id,
    );

  return {
    get(definition, id) {
      checkSagaId(id);
      return handle(definition as SagaDefinition, id);
    },
    async start(typed, { id, input, correlationId = id }) {
      const definition = typed as SagaDefinition;
      checkSagaId(id);
      checkSagaId(correlationId);
      const payload = { input: checkInput(definition, id, input), correlationId };
      const text = toJsonText(payload, `the input of saga "${id}"`) ?? "{}";
      const command: Command = { id: startCommandId(id), sagaId: id, kind: "start", payload: text };
      const partition = partitionFor(store, definition, id);
      const result = await patiently(clock, () => store.append(partition, command));
      if (result.status === "duplicate") refuseOtherInput(definition, id, payload, result);
      return handle(definition, id);
    },
  };
}

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

function refuseOtherInput(
  definition: SagaDefinition,
  id: string,
  payload: { readonly input: unknown; readonly correlationId: string },
  found: Extract<AppendResult, { status: "duplicate" }>,
): void {
  const first = JSON.parse(found.payload) as typeof payload;
  if (canonicalJson(first) === canonicalJson(payload)) return;
  const where = firstDifference(first.input, payload.input) ?? "the correlation id";
  throw new SagaError(
    "RT1003",
    `${definition.saga} "${id}" was started before with other input: it differs at ${where}. Use a new id for a new saga, or \`client.get\` for the one that is there`,
  );
}
