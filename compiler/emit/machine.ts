import type { Plan } from "../plan/plan.ts";
import { header } from "./lib/header.ts";
import { braces, type Item, type Layout, render } from "./lib/layout.ts";
import { moduleFile, moduleSpecifier } from "./lib/names.ts";
import { docLines, Writer } from "./lib/writer.ts";
import { ACTIONS, type ActionName } from "./machine/actions.ts";
import { NOT_PROVIDED, writeActors, writeCalls, writeWaits } from "./machine/calls.ts";
import { type Entry, entry, object } from "./machine/config.ts";
import { writeContextTypes, writeInnerTypes, writePlaces } from "./machine/context.ts";
import { writeDelays } from "./machine/delays.ts";
import { writeEffects } from "./machine/effects.ts";
import { writeConditions } from "./machine/failures.ts";
import { GUARDS, type GuardName } from "./machine/guards.ts";
import { HELPERS, type HelperName } from "./machine/helpers.ts";
import { writeLets } from "./machine/lets.ts";
import { hasEndings, keptOutput, type MachineModel, machineModel } from "./machine/model.ts";
import { recordsOf, tablesOf } from "./machine/records.ts";
import { deadlineLiteral, machineConfig, writeOutput } from "./machine/root.ts";
import { createPen } from "./machine/sequences.ts";
import { createVocabulary, type MachineFacts, type Vocabulary, type Word } from "./machine/vocabulary.ts";
import type { EmitOptions, Target } from "./target.ts";

/**
 * `<saga>.machine.ts`: the saga as an XState 5 machine, with the tables that tell an engine which calls and timers each state wants.
 * It imports `xstate` and the saga's data types, nothing else, and runs under a plain `createActor(machine.provide({ actors }))`.
 */
export const machineTarget: Target = {
  name: "machine",
  emit(plan, options) {
    const text = header(plan, options, `The saga ${plan.saga} as an XState machine.`) + body(plan, options);
    return [{ path: moduleFile(plan.saga, "machine"), text }];
  },
};

function body(plan: Plan, options: EmitOptions): string {
  const model = machineModel(plan);
  const { unit } = model;
  const words = createVocabulary();
  // Writing the states says which words they need, so it comes first.
  const pen = createPen(model, words);
  const config = machineConfig(pen);
  const facts: MachineFacts = {
    context: model.names.saga.context,
    pending: words.usesAction("keepPending"),
    caught: words.usesAction("catchPending"),
    refusals: words.usesAction("countRefusal"),
    scopes: recordsOf(model).some(({ kind }) => kind === "scope"),
    endings: hasEndings(model),
    timed: timedBy(model),
    deadlineSummary: deadlineLiteral(unit.timeoutMs ?? 0),
  };
  if (facts.scopes) words.helper("raise");
  const tables = new Writer();
  const { calls, actors, waits, delays, conditions, failures } = tablesOf(pen);
  writeCalls(tables, calls, model, words);
  writeWaits(tables, waits);
  writeConditions(tables, conditions, failures);
  writeOutput(tables, model, words);
  writeDelays(tables, delays, model, words);
  writeActors(tables, actors, model);
  const effects = new Writer();
  writeEffects(effects, pen);
  writeLets(tables, model, words);

  const out = new Writer();
  writeContextTypes(out, model, facts);
  writeInnerTypes(out, model, words);
  out.line(tables.toString());
  machine(out, model, config, facts, words);
  out.line(effects.toString());
  writePlaces(out, model);
  out.line();
  for (const name of Object.keys(HELPERS) as HelperName[]) {
    if (words.usesHelper(name)) out.doc(HELPERS[name].doc).line(HELPERS[name].code(facts)).line();
  }
  out.line(NOT_PROVIDED);
  const head = new Writer();
  imports(head, model, words, options);
  return `${head}\n${out}`;
}

/** Calls, and what has a timer of its own. */
function timedBy(model: MachineModel): string {
  const kinds = new Set(recordsOf(model).map(({ kind }) => kind));
  return ["CallId", ...(kinds.has("wait") ? ["WaitName"] : []), ...(kinds.has("scope") ? ["ScopeName"] : [])].join(" | ");
}

function imports(out: Writer, model: MachineModel, words: Vocabulary, options: EmitOptions): void {
  const { plan, unit, names } = model;
  const kept = unit.steps.flatMap((step) => keptOutput(step, names) ?? []);
  const used = [...names.operationTypes.map((type) => type.name), ...kept, ...words.types, names.saga.input];
  if (unit.output !== null) used.push(names.saga.output);
  out.line('import { assign, fromPromise, setup } from "xstate";');
  const specifier = moduleSpecifier(plan.saga, "types", options);
  const types = [...new Set(used)].sort().map((type): Item => ({ doc: [], layout: type }));
  out.line(render(["import type ", braces(types, ","), ` from ${specifier};`], out.room));
  out.line();
}

function machine(out: Writer, model: MachineModel, config: Layout, facts: MachineFacts, words: Vocabulary): void {
  const { plan, unit, names } = model;
  const guards = (Object.keys(GUARDS) as GuardName[]).filter((name) => words.usesGuard(name));
  const actions = (Object.keys(ACTIONS) as ActionName[]).filter((name) => words.usesAction(name));
  const output = unit.output === null ? [] : [`output: ${names.saga.output} | null;`];
  const types = [
    "{} as {",
    ...[
      `context: ${names.saga.context};`,
      "events: SagaEvent;",
      `input: { readonly input: ${names.saga.input}; readonly seed?: number | undefined };`,
      ...output,
    ].map((line) => `  ${line}`),
    "}",
  ].join("\n");
  const parts = object(
    entry("types", types),
    entry("actors", "actors"),
    entry("guards", object(...guards.map((name) => word(name, GUARDS[name], facts)))),
    entry("actions", object(...actions.map((name) => word(name, ACTIONS[name], facts)))),
    entry("delays", "delays"),
  );
  out.doc(plan.doc, usage(model));
  out.line(render([`export const ${names.saga.machine} = setup(`, parts, ").createMachine(", config, ");"], out.room)).line();
}

function usage(model: MachineModel): string {
  const { machine } = model.names.saga;
  const text = [
    `An engine runs it durably; a plain XState actor runs it as long as its process lives:`,
    `\`createActor(${machine}.provide({ actors: { … } }), { input: { input } })\`.`,
  ];
  const { unit, calls } = model;
  const longestMs = Math.max(unit.timeoutMs ?? 0, ...calls.map(({ call }) => Math.max(call.timeoutMs, call.retry.backoffMaxMs)));
  if (longestMs > SET_TIMEOUT_MAX_MS) {
    text.push("It waits longer than `setTimeout` can (24 days), so a plain actor needs a `clock` that can.");
  }
  return text.join("\n");
}

/** Beyond it the timers of JavaScript are due at once. */
const SET_TIMEOUT_MAX_MS = 2 ** 31 - 1;

function word(name: string, { doc, code }: Word, facts: MachineFacts): Entry {
  return entry(name, code(facts), docLines(doc));
}
