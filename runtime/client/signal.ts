import type { SagaDefinition } from "../engine/definition.ts";
import { checkIdText, commandId, toJson, toJsonText } from "../engine/limits.ts";
import { calledSagas } from "../engine/unit.ts";
import { SagaError } from "../errors.ts";
import type { Command } from "../store/store.ts";

export interface SignalOptions {
  /** Of the message, 1 to 255 bytes: a repeat of it is dropped. Default: a new one. */
  readonly id?: string;
  /** Who sent it, for the history. */
  readonly by?: string;
}

/**
 * The command that carries a signal. Refuses here (`RT1014`) what the saga does not declare, or data that does not fit. One that only a called
 * saga declares is looked at by the worker, which has that saga's definition; its refusal comes with the command's result.
 */
export function signalCommand(
  definition: SagaDefinition,
  sagaId: string,
  name: string,
  payload: unknown,
  signalId: string,
  by: string | undefined,
): Command {
  checkIdText(signalId, "a signal's id");
  const validator = Object.hasOwn(definition.validators.signals ?? {}, name) ? definition.validators.signals?.[name] : undefined;
  const text = (data: unknown): string =>
    toJsonText({ signal: name, payload: data, by }, `signal ${name} of saga "${sagaId}"`) ?? "{}";
  const command = { id: commandId("signal", sagaId, signalId), sagaId, kind: "signal" } as const;
  if (validator === undefined && calledSagas(definition).length > 0) return { ...command, payload: text(payload ?? {}) };
  if (validator === undefined) {
    const known = Object.keys(definition.validators.signals ?? {});
    const those = known.length === 0 ? "it takes none" : `it takes ${known.join(", ")}`;
    throw new SagaError("RT1014", `${definition.saga} takes no signal "${name}" (${those}); nothing was sent`);
  }
  const parsed = validator.safeParse(toJson(payload ?? {}, `signal ${name} of saga "${sagaId}"`));
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `  ${issue.path.map(String).join(".") || "(all)"}: ${issue.message}`);
    throw new SagaError(
      "RT1014",
      `signal ${name} of ${definition.saga} "${sagaId}" does not fit; nothing was sent:\n${issues.join("\n")}`,
    );
  }
  return { ...command, payload: text(parsed.data) };
}
