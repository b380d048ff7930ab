import type { Clock } from "../ports/clock.ts";
import type { CallError, SagaContext, SagaDefinition, SagaEvent, Validator } from "./definition.ts";
import type { WantedCall } from "./effects.ts";
import { DeclaredError, type Logger, type StepContext } from "./handlers.ts";
import type { Implementation } from "./implement.ts";
import type { AnswerOutcome } from "./instance.ts";
import { forwardKey, idempotencyKey, recordAt } from "./keys.ts";
import { toJson } from "./limits.ts";

/** What a handler is told of the saga it works for. */
export interface Delivery {
  readonly sagaId: string;
  readonly correlationId: string;
  readonly context: SagaContext;
  readonly wanted: WantedCall;
  readonly epoch: number;
  readonly redelivered: boolean;
  readonly controller: AbortController;
}

export interface Answer {
  readonly outcome: AnswerOutcome;
  readonly event: SagaEvent;
}

/** Makes one call and says how it ended, in the machine's words. Never rejects: what a handler throws is an answer too. */
export async function makeCall(
  implementation: Implementation,
  delivery: Delivery,
  ports: { readonly clock: Clock; readonly log: Logger },
): Promise<Answer> {
  const { definition, handlers } = implementation;
  const { wanted } = delivery;
  const { site } = wanted;
  const handler = handlers.get(`${site.service}.${site.operation}`);
  try {
    if (handler === undefined) throw new Error(`no handler for ${site.service}.${site.operation}`);
    // Through JSON: a handler must not be able to change the saga's own data.
    const input = toJson(site.input(delivery.context as never), `the input of ${wanted.id}`);
    const output = await handler(input, stepContext(definition, delivery, ports));
    return answered(definition, wanted, output);
  } catch (thrown) {
    return refused(definition, wanted, thrown);
  }
}

function stepContext(
  definition: SagaDefinition,
  delivery: Delivery,
  ports: { readonly clock: Clock; readonly log: Logger },
): StepContext<Record<string, unknown>> {
  const { wanted, sagaId } = delivery;
  const { site } = wanted;
  const generation = recordAt(delivery.context, site.place).forward.generation;
  return {
    saga: definition.saga,
    sagaId,
    correlationId: delivery.correlationId,
    step: site.step,
    attempt: wanted.attempt,
    epoch: delivery.epoch,
    idempotencyKey: idempotencyKey(definition.saga, sagaId, site, generation),
    forwardKey: forwardKey(definition.saga, sagaId, site, generation),
    redelivered: delivery.redelivered,
    deadlineMs: ports.clock.now() + timeoutOf(definition, delivery),
    signal: delivery.controller.signal,
    log: ports.log,
    fail: (name, data) => new DeclaredError(name, data),
  };
}

function timeoutOf(definition: SagaDefinition, delivery: Delivery): number {
  const delay = definition.delays[`${delivery.wanted.id}.timeout`];
  if (delay === undefined) return 0;
  return typeof delay === "number" ? delay : delay({ context: delivery.context as never });
}

function answered(definition: SagaDefinition, wanted: WantedCall, output: unknown): Answer {
  const { site } = wanted;
  if (site.kind === "undo") return completed(wanted, null);
  if (site.kind === "forward") {
    const checked = checkOutput(definition.validators.outputs[site.step], output, wanted.id);
    return checked.ok ? completed(wanted, checked.value) : bad(wanted, checked.message, output);
  }
  const answer = output as { status?: unknown; output?: unknown } | null | undefined;
  switch (answer?.status) {
    case "happened": {
      const checked = checkOutput(definition.validators.outputs[site.step], answer.output, wanted.id);
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

function refused(definition: SagaDefinition, wanted: WantedCall, thrown: unknown): Answer {
  const declared = thrown as { kind?: unknown; name?: unknown; data?: unknown; message?: unknown } | null | undefined;
  const message = messageOf(thrown);
  if (wanted.site.kind === "forward" && declared?.kind === "declared" && typeof declared.name === "string") {
    const checked = checkOutput(
      definition.validators.errors[declared.name],
      declared.data,
      `${wanted.id}'s error ${declared.name}`,
    );
    // Data that does not fit makes the error no less definite; but it must be JSON to be kept.
    const data = checked.ok ? checked.value : safeRaw(declared.data);
    return failed(wanted, "declared", { kind: "declared", name: declared.name, data, message });
  }
  return failed(wanted, "unknown", { kind: "unknown", message });
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

type Checked = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

function checkOutput(validator: Validator | undefined, value: unknown, what: string): Checked {
  if (validator === undefined) return { ok: true, value: null };
  try {
    const parsed = validator.safeParse(toJson(value, `the output of ${what}`));
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

const RAW_MAX_CHARS = 4_096;
const MESSAGE_MAX_CHARS = 4_096;

function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  return text.toWellFormed().slice(0, MESSAGE_MAX_CHARS);
}
