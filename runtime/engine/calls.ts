import type { Clock } from "../ports/clock.ts";
import type { CallError, SagaContext, SagaDefinition, SagaEvent, Validator } from "./definition.ts";
import type { WantedCall } from "./effects.ts";
import type { AnswerOutcome } from "./family.ts";
import { DeclaredError, isFailure, type Logger, type StepContext } from "./handlers.ts";
import { forwardKey, idempotencyKey, lateUndoKey, recordAt } from "./keys.ts";
import { PAYLOAD_MAX_BYTES, toJson } from "./limits.ts";
import { messageOf } from "./thrown.ts";
import type { Unit } from "./unit.ts";

/** What a handler is told of the saga it works for. */
export interface Delivery {
  readonly sagaId: string;
  readonly correlationId: string;
  readonly context: SagaContext;
  readonly wanted: WantedCall;
  /** How long it may take; `null`: as long as it likes. */
  readonly limitMs: number | null;
  readonly epoch: number;
  readonly redelivered: boolean;
  readonly controller: AbortController;
}

export interface Answer {
  readonly outcome: AnswerOutcome;
  readonly event: SagaEvent;
}

/** What must not throw did: a compute. */
export interface Defect {
  readonly defect: string;
}

/** Makes one call and says how it ended, in the machine's words. Never rejects: what a handler throws is an answer too. */
export async function makeCall(
  unit: Unit,
  delivery: Delivery,
  ports: { readonly clock: Clock; readonly log: Logger },
): Promise<Answer | Defect> {
  const { handlers } = unit;
  const { wanted } = delivery;
  const { site } = wanted;
  const handler = handlers.get(`${site.service}.${site.operation}`);
  const large: Large = (what, bytes) =>
    ports.log.warn("a payload is large", { code: "RT1010", what, bytes, max: PAYLOAD_MAX_BYTES, saga: delivery.sagaId });
  try {
    if (handler === undefined) throw new Error(`no handler for ${site.service}.${site.operation}`);
    // Through JSON: a handler must not be able to change the saga's own data.
    const input = toJson(site.input(seenBy(delivery) as never), `the input of ${wanted.id}`, large);
    const output = await handler(input, stepContext(unit, delivery, ports));
    // Meant to be thrown: taken as an output it would say that what did not happen did.
    if (isFailure(output)) throw output;
    return site.compute === true ? computed(unit, wanted, output, large) : answered(unit, wanted, output, large);
  } catch (thrown) {
    if (site.compute === true) return { defect: `${site.operation} threw: ${messageOf(thrown)}` };
    return refused(unit, wanted, thrown, large);
  }
}

/** A compensation that is called once more sees the output of the answer that it is called for. */
function seenBy({ context, wanted }: Delivery): SagaContext {
  if (wanted.late === undefined) return context;
  const { output } = wanted.late;
  const put = (node: unknown, [name, ...rest]: readonly string[]): unknown => {
    const record = node as Readonly<Record<string, unknown>>;
    if (name === undefined) return { ...record, forward: { ...(record.forward as object), output } };
    return { ...record, [name]: put(record[name], rest) };
  };
  return { ...context, steps: put(context.steps, wanted.site.place) as SagaContext["steps"] };
}

function computed(unit: Unit, wanted: WantedCall, output: unknown, large: Large): Answer | Defect {
  const validator = unit.definition.validators.computes?.[wanted.site.operation];
  // Types have been compiled away: what a compute returns is held against its type all the same.
  const checked =
    validator === undefined
      ? { ok: true as const, value: toJson(output, `the result of ${wanted.site.operation}`, large) ?? null }
      : checkOutput(validator, output, wanted.site.operation, large);
  return checked.ok ? completed(wanted, checked.value) : { defect: checked.message };
}

function stepContext(
  unit: Unit,
  delivery: Delivery,
  ports: { readonly clock: Clock; readonly log: Logger },
): StepContext<Record<string, unknown>> {
  const { wanted, sagaId } = delivery;
  const { site } = wanted;
  const { definition } = unit;
  const { generation, outcome } = recordAt(delivery.context, site.place).forward;
  const owner = { saga: definition.saga, sagaId, context: delivery.context };
  const key = idempotencyKey(owner, site, generation);
  return {
    saga: definition.saga,
    sagaId,
    correlationId: delivery.correlationId,
    step: site.step,
    attempt: wanted.attempt,
    epoch: delivery.epoch,
    sequence: wanted.entry,
    idempotencyKey: wanted.late === undefined ? key : lateUndoKey(key),
    forwardKey: forwardKey(owner, unit.tables.calls[site.step] ?? site, generation),
    happened: outcome === "completed" || wanted.late !== undefined,
    keepForMs: keepForMs(definition),
    redelivered: delivery.redelivered,
    deadlineMs: ports.clock.now() + (delivery.limitMs ?? 0),
    signal: delivery.controller.signal,
    log: ports.log,
    fail: (name, data) => new DeclaredError(name, data),
  };
}

/** How long participants should remember a call of this saga, at least. ms. */
export function keepForMs({ timeoutMs }: Pick<SagaDefinition, "timeoutMs">): number {
  return 2 * (timeoutMs ?? YEAR_MS) + KEEP_MS;
}

/** How long a call may take that begins now; `null`: as long as it likes. ms. */
export function timeLimitOf({ tables }: Unit, wanted: WantedCall, context: SagaContext): number | null {
  const delay = tables.delays[`${wanted.id}.timeout`];
  if (delay === undefined) return null;
  return typeof delay === "number" ? delay : delay({ context: context as never });
}

function answered({ definition }: Unit, wanted: WantedCall, output: unknown, large: Large): Answer {
  const { site } = wanted;
  if (site.kind === "undo") return completed(wanted, null);
  if (site.kind === "forward") {
    const checked = checkOutput(definition.validators.outputs[site.step], output, wanted.id, large);
    return checked.ok ? completed(wanted, checked.value) : bad(wanted, checked.message, output);
  }
  const answer = output as { status?: unknown; output?: unknown } | null | undefined;
  switch (answer?.status) {
    case "happened": {
      const checked = checkOutput(definition.validators.outputs[site.step], answer.output, wanted.id, large);
      if (!checked.ok)
        return failed(wanted, "badOutput", { kind: "badOutput", message: checked.message, raw: safeRaw(answer.output) });
      return completed(wanted, { status: "happened", output: checked.value });
    }
    case "didNotHappen":
      return completed(wanted, { status: "didNotHappen" });
    case "unknown":
      return completed(wanted, { status: "unknown" });
    default:
      return failed(wanted, "unknown", {
        kind: "unknown",
        message: `${site.service}.${site.operation} must answer { status: "happened", output } or { status: "didNotHappen" } or { status: "unknown" }`,
      });
  }
}

function refused({ definition }: Unit, wanted: WantedCall, thrown: unknown, large: Large): Answer {
  const message = messageOf(thrown);
  const kind = fieldOf(thrown, "kind");
  const name = kind === "declared" ? fieldOf(thrown, "name") : null;
  if (wanted.site.kind === "forward" && typeof name === "string") {
    const given = fieldOf(thrown, "data");
    const { errors } = definition.validators;
    const validator = Object.hasOwn(errors, name) ? errors[name] : undefined;
    const checked = checkOutput(validator, given, `${wanted.id}'s error ${name}`, large);
    // Data that does not fit makes the error no less definite; but it must be JSON to be kept.
    const data = checked.ok ? checked.value : safeRaw(given);
    return failed(wanted, "declared", { kind: "declared", name, data, message });
  }
  // By a participant's fence: that nothing happened now, not that nothing did before; the machine goes on as with an unknown outcome.
  if (kind === "refused") return failed(wanted, "refused", { kind: "unknown", message });
  return failed(wanted, "unknown", { kind: "unknown", message });
}

/** A field of whatever was thrown: asking for it may throw, too. */
function fieldOf(thrown: unknown, field: "kind" | "name" | "data"): unknown {
  try {
    return (thrown as Readonly<Record<string, unknown>> | null | undefined)?.[field];
  } catch {
    return undefined;
  }
}

/** Of a call that was told to abort before it was made. */
export function notMade(wanted: WantedCall): Answer {
  return failed(wanted, "unknown", { kind: "unknown", message: "told to abort before it was called" });
}

function completed(wanted: WantedCall, output: unknown): Answer {
  return { outcome: "completed", event: { type: `xstate.done.actor.${wanted.id}`, output } };
}

function bad(wanted: WantedCall, message: string, raw: unknown): Answer {
  return failed(wanted, "badOutput", { kind: "badOutput", message, raw: safeRaw(raw) });
}

function failed(wanted: WantedCall, outcome: AnswerOutcome, error: CallError): Answer {
  return { outcome, event: { type: `xstate.error.actor.${wanted.id}`, error } };
}

/** Is told of a payload that comes near to the limit. */
type Large = (what: string, bytes: number) => void;

type Checked = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

function checkOutput(validator: Validator | undefined, value: unknown, what: string, large: Large): Checked {
  if (validator === undefined) return { ok: true, value: null };
  try {
    const parsed = validator.safeParse(toJson(value, `the output of ${what}`, large));
    if (parsed.success) return { ok: true, value: parsed.data };
    const issues = parsed.error.issues
      .slice(0, 3)
      .map((issue) => `${issue.path.map(String).join(".") || "(all)"}: ${issue.message}`);
    return { ok: false, message: `the output of ${what} does not fit its type: ${issues.join("; ")}` };
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}

/** What can be kept of an answer that does not fit, for the person who looks at it. */
function safeRaw(value: unknown): unknown {
  try {
    const text = JSON.stringify(toJson(value, "the answer")) ?? "null";
    return text.length <= RAW_MAX_CHARS ? (JSON.parse(text) as unknown) : `${text.slice(0, RAW_MAX_CHARS)}…`;
  } catch {
    return null;
  }
}

/** Beside the saga's time and that of its undoing: for persons, who take theirs. */
const KEEP_MS = 90 * 86_400_000;
/** Where its time depends on its input. */
const YEAR_MS = 365 * 86_400_000;
const RAW_MAX_CHARS = 4_096;
