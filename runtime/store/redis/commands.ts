import { checkCommand, checkLimit, checkPartition, refuseTransaction, storedKind } from "../edge.ts";
import { commandHint } from "../hints.ts";
import { checkId, decodeId, encodeId, partitionKey } from "../partition.ts";
import { PENDING_BYTES } from "../pending.ts";
import type {
  AppendResult,
  Command,
  CommandResult,
  Hint,
  Partition,
  PendingCommand,
  SagaVersion,
  Transaction,
} from "../store.ts";
import type { RedisConnection } from "./connection.ts";
import { int, list, text, word } from "./replies.ts";
import type { Scripts } from "./scripts.ts";
import { StartCalls } from "./start-calls.ts";
import { Starts } from "./starts.ts";

interface CommandsPorts {
  readonly connection: RedisConnection;
  readonly scripts: Scripts;
  readonly partitions: number;
  /** The root key of a partition or a claim, by its name. */
  readonly root: (name: string) => string;
  /** Before anything of a saga is written. */
  readonly register: (saga: SagaVersion) => Promise<void>;
  /** Tells listeners of this handle. */
  readonly emit: (hint: Hint) => void;
  /** Of the hints for other handles; and whose they are. */
  readonly channel: string;
  readonly origin: string;
  readonly time: () => { now?: number };
  readonly startsInOneStep: boolean;
}

const RESULTS = ["applied", "refused"] as const;

/** Commands: what is asked of sagas, and what came of it. */
export class Commands {
  readonly starts: Starts;
  readonly #ports: CommandsPorts;
  readonly #startCalls: StartCalls;

  constructor(ports: CommandsPorts) {
    this.#ports = ports;
    this.#startCalls = new StartCalls({ ...ports, script: ports.scripts.start });
    this.starts = new Starts({
      connection: ports.connection,
      scripts: ports.scripts,
      root: ports.root,
      append: (partition, command) => this.#append(partition, command),
      appendClaimed: (partition, command, claim) => this.#appendClaimed(partition, command, claim),
      time: ports.time,
      inOneStep: ports.startsInOneStep,
    });
  }

  /** Resolves when all that was asked for is under way in the connection. */
  settled(): Promise<void> {
    return this.#startCalls.settled();
  }

  async append(partition: Partition, command: Command, transaction: Transaction | undefined): Promise<AppendResult> {
    refuseTransaction("redis", transaction);
    checkCommand(partition, command, this.#ports.partitions);
    if (command.kind === "start") return await this.starts.append(partition, command);
    return await this.#append(partition, command);
  }

  async pending(
    partition: Partition,
    limit: number,
    bytes = PENDING_BYTES,
    setAside: readonly string[] = [],
  ): Promise<PendingCommand[]> {
    checkPartition(partition, this.#ports.partitions);
    checkLimit(limit);
    const root = this.#ports.root(partitionKey(partition));
    const without = setAside.length === 0 ? {} : { without: setAside.map(encodeId) };
    const asked = { limit, bytes, ...without };
    const commands = list(await this.#ports.connection.read(this.#ports.scripts.pending, root, asked), root);
    return commands.map((reply) => {
      const [id, sagaId, kind, payload, accepted, position] = list(reply, root);
      return {
        id: decodeId(text(id, root)),
        sagaId: decodeId(text(sagaId, root)),
        kind: storedKind(text(kind, root)),
        payload: text(payload, root),
        position: text(position, root),
        acceptedAtMs: int(accepted, root),
      };
    });
  }

  /** `null`: it is pending or unknown. */
  async result(partition: Partition, commandId: string): Promise<CommandResult | null> {
    checkPartition(partition, this.#ports.partitions);
    checkId("command id", commandId);
    const key = `${this.#ports.root(partitionKey(partition))}:command:${encodeId(commandId)}`;
    const [status, code, message] = list(await this.#ports.connection.ask("HMGET", key, "status", "code", "message"), key);
    if (status === null) return null;
    return {
      status: word(status, RESULTS, key),
      code: code === null ? null : text(code, key),
      message: message === null ? null : text(message, key),
    };
  }

  async #append(partition: Partition, command: Command): Promise<AppendResult> {
    const { connection, scripts, channel, origin, time } = this.#ports;
    const key = partitionKey(partition);
    const call = {
      ...time(),
      partition: key,
      channel,
      origin,
      id: encodeId(command.id),
      saga: encodeId(command.sagaId),
      kind: command.kind,
      payload: 2,
    };
    const root = this.#ports.root(key);
    await this.#ports.register(partition);
    return this.#appended(partition, command, await connection.write(scripts.append, root, call, [command.payload]));
  }

  async #appendClaimed(partition: Partition, command: Command, claim: string): Promise<AppendResult | "claimed"> {
    await this.#ports.register(partition);
    const reply = await this.#startCalls.start({ partition, command, claim });
    return reply === "claimed" ? reply : this.#appended(partition, command, reply);
  }

  /** As `append.lua` and `start.lua` answer. */
  #appended(partition: Partition, { sagaId, kind }: Command, reply: unknown): AppendResult {
    const key = partitionKey(partition);
    if (reply === "absent") return { status: "absent" };
    const there = list(reply, key);
    if (there.length > 0) return { status: "duplicate", kind: storedKind(text(there[0], key)), payload: text(there[1], key) };
    this.#ports.emit(commandHint(key, sagaId, kind));
    return { status: "appended" };
  }
}
