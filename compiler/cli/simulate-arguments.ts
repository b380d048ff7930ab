import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { didYouMean, listNames } from "../diagnostics/suggest.ts";
import type { Plan, PlanCall, PlanStep } from "../plan/plan.ts";
import type { RunEvent, Script } from "../simulate/simulation.ts";
import type { SimulateOptions } from "./options.ts";
import { UsageError } from "./problems.ts";

/** Reads what `sagac simulate` is told on the command line. Throws `UsageError` for what does not fit the saga. */

/** `--outcome payments.authorizePayment=unknown,PaymentDeclined{"reason":"limit"}@3s`, each laid over the script. */
export function scriptOf(texts: readonly string[], plans: readonly Plan[], base: Script): Script {
  const script: Record<string, Record<string, unknown>> = Object.fromEntries(
    Object.entries(base).map(([service, operations]) => [service, { ...operations }]),
  );
  const known = operationsOf(plans);
  for (const text of texts) {
    const [name, said] = split(text, "=");
    const errors = known.get(name);
    const [service, operation] = split(name, ".");
    if (errors === undefined || said === "")
      throw wrong(`\`--outcome ${text}\` names no operation that the saga calls.`, near(name, known));
    const outcomes = pieces(said).map((piece) => outcomeOf(piece, name, errors));
    const operations = script[service] ?? {};
    script[service] = operations;
    operations[operation] = outcomes.length === 1 ? outcomes[0] : outcomes;
  }
  return script;
}

/** `--signal managerApproval={"approved":true}@2h`, and `--cancel-at 10m`. */
export function eventsOf(options: SimulateOptions, plan: Plan): readonly RunEvent[] {
  const signals = options.signal.map((text): RunEvent => {
    const [head, at] = splitTime(text);
    const [signal, payload] = split(head, "=");
    const names = plan.signals.map(({ name }) => name);
    if (!names.includes(signal))
      throw wrong(`\`--signal ${text}\` names no signal that the saga waits for.`, nearOf(signal, names));
    return { at: at ?? "0s", signal, payload: payload === "" ? {} : json(payload, `--signal ${text}`) };
  });
  if (options.cancelAt === null) return signals;
  return [...signals, { at: duration(options.cancelAt, `--cancel-at ${options.cancelAt}`), cancel: "sagac simulate" }];
}

/** `--input`: JSON, or the path of a file that holds some; `null`: nothing was said. */
export function inputOf(text: string | null, cwd: string): unknown {
  if (text === null) return null;
  if (/^\s*[{[]/.test(text)) return json(text, "--input");
  const path = resolve(cwd, text);
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError("cannot-access", { path: text, reason: (error as NodeJS.ErrnoException).code ?? String(error) });
  }
  return json(content, `--input ${text}`);
}

/** Errors that each operation can answer with. */
function operationsOf(plans: readonly Plan[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const add = ({ service, operation }: PlanCall, errors: readonly string[]): void => {
    const name = `${service}.${operation}`;
    found.set(name, new Set([...(found.get(name) ?? []), ...errors]));
  };
  const addStep = (step: PlanStep): void => {
    add(step.call, step.throws);
    if (step.inquire !== null) add(step.inquire, []);
    if (step.undo.kind === "compensate") add(step.undo.call, []);
  };
  for (const plan of plans) for (const unit of [plan, ...plan.bodies]) unit.steps.forEach(addStep);
  return found;
}

function outcomeOf(text: string, operation: string, errors: ReadonlySet<string>): unknown {
  const [head, at] = splitTime(text);
  const after = at === null ? {} : { after: at };
  if (PLAIN.includes(head)) return at === null ? head : { outcome: head, ...after };
  if (/^[{[]/.test(head)) return { output: json(head, `--outcome ${operation}=${text}`), ...after };
  const [, name = "", data = ""] = /^([\p{L}_][\p{L}\p{N}_]*)(.*)$/su.exec(head) ?? [];
  if (!errors.has(name)) throw wrong(`\`${operation}\` has no outcome \`${head}\`.`, nearOf(name, [...PLAIN, ...errors]));
  return { error: name, ...(data === "" ? {} : { data: json(data, `--outcome ${operation}=${text}`) }), ...after };
}

const PLAIN: readonly string[] = ["success", "unknown", "lost-answer", "timeout", "hang"];

/** At the commas that stand in no JSON. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let from = 0;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted && char === "\\") at++;
    else if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (char === "{" || char === "[") depth++;
    else if (char === "}" || char === "]") depth--;
    else if (char === "," && depth === 0) {
      found.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...found, text.slice(from)].map((piece) => piece.trim());
}

/** `text@2h` -> `text`, `2h`. */
function splitTime(text: string): [head: string, at: string | null] {
  const found = /^(.*)@([\da-z]+)$/s.exec(text);
  return found === null ? [text, null] : [found[1] ?? "", duration(found[2] ?? "", text)];
}

function split(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + 1)];
}

function duration(text: string, where: string): string {
  if (!/^(\d+(ms|s|m|h|d))+$/.test(text))
    throw wrong(`\`${where}\`: \`${text}\` is no duration.`, "Write one like `30s` or `1h30m`.");
  return text;
}

function json(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw wrong(
      `\`${where}\` is no JSON: ${error instanceof Error ? error.message : String(error)}.`,
      "Quote it for your shell: `'{\"a\":1}'`.",
    );
  }
}

function near(name: string, known: ReadonlyMap<string, unknown>): string {
  return nearOf(name, [...known.keys()]);
}

function nearOf(name: string, names: readonly string[]): string {
  if (names.length === 0) return "There are none.";
  return didYouMean(name, names) ?? `There are ${listNames(names)}.`;
}

function wrong(detail: string, help: string): UsageError {
  return new UsageError("wrong-simulation", { detail, help });
}
