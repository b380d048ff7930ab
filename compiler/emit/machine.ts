import type { Plan, PlanUnit } from "../plan/plan.ts";
import { unitsOf } from "../plan/units.ts";
import { header } from "./lib/header.ts";
import { braces, type Item, type Layout, render } from "./lib/layout.ts";
import { machineFile, moduleSpecifier, typeNames } from "./lib/names.ts";
import { docLines, Writer } from "./lib/writer.ts";
import { ACTIONS, type ActionName } from "./machine/actions.ts";
import { hasActors, NOT_PROVIDED, writeActors, writeCalls, writeWaits } from "./machine/calls.ts";
import { type Entry, entry, object } from "./machine/config.ts";
import { writeContextTypes, writeInnerTypes, writePlaces } from "./machine/context.ts";
import { writeDelays } from "./machine/delays.ts";
import { writeEffects } from "./machine/effects.ts";
import { writeConditions } from "./machine/failures.ts";
import { GUARDS, type GuardName } from "./machine/guards.ts";
import { HELPERS, type HelperName } from "./machine/helpers.ts";
import { writeLets } from "./machine/lets.ts";
import { bodyOf, callsOf, hasEndings, type MachineModel, machineModel, nodesOf } from "./machine/model.ts";
import { recordsOf, tablesOf } from "./machine/records.ts";
import { deadlineLiteral, machineConfig, writeOutput } from "./machine/root.ts";
import { createPen } from "./machine/sequences.ts";
import { createVocabulary, type MachineFacts, type Vocabulary, type Word } from "./machine/vocabulary.ts";
import type { EmitOptions, Target } from "./target.ts";

/**
 * `<saga>.machine.ts`: the saga as an XState 5 machine, with the tables that tell an engine which calls and timers each state wants; the same
 * for each of its bodies. It imports `xstate` and the saga's data types, nothing else, and runs under a plain
 * `createActor(machine.provide({ actors }))` as far as it needs no engine.
 */
export const machineTarget: Target = {
  name: "machine",
  emit(plan, options) {
    const names = typeNames(plan);
    return unitsOf(plan).map((unit) => {
      const own = bodyOf(plan, unit);
      const what = own === null ? `The saga ${plan.saga}` : `One ${own.kind} of ${own.name} in the saga ${plan.saga}`;
      const text = header(plan, options, `${what} as an XState machine.`) + body(plan, unit, options);
      return { path: machineFile(names.unit(own?.id ?? null)), text };
    });
  },
};

/** What the module of a machine exports beside the machine, of what an engine reads. */
export function machineTables(plan: Plan, unit: PlanUnit): readonly (keyof MachineTables)[] {
  const { waits, delays } = tablesOf(createPen(machineModel(plan, unit), createVocabulary()));
  const instants = delays.some(({ isInstant }) => isInstant);
  return [
    "calls",
    "effects",
    "delays",
    ...(instants ? ["instants" as const] : []),
    ...(waits.length > 0 ? ["waits" as const] : []),
  ];
}

/** As the engine calls them. */
interface MachineTables {
  readonly calls: unknown;
  readonly delays: unknown;
  readonly effects: unknown;
  readonly instants: unknown;
  readonly waits: unknown;
}

function body(plan: Plan, unit: PlanUnit, options: EmitOptions): string {
  const model = machineModel(plan, unit);
  const words = createVocabulary();
  // Writing the states says which words they need, so it comes first.
  const pen = createPen(model, words);
  const config = machineConfig(pen);
  const facts: MachineFacts = {
    context: model.own.context,
    pending: words.usesAction("keepPending"),
    caught: (["catchPending", "catchOther", "catchExhausted"] as const).some((action) => words.usesAction(action)),
    refusals: words.usesAction("countRefusal"),
    scopes: recordsOf(model).some(({ kind }) => kind === "scope"),
    endings: hasEndings(model),
    timed: timedBy(model),
    deadlineSummary: deadlineLiteral(unit.timeoutMs ?? 0),
  };
  if (facts.scopes) words.helper("raise");
  const tables = new Writer();
  const { calls, actors, waits, delays, conditions, failures } = tablesOf(pen);
  const calling = hasActors(actors, model);
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
  machine(out, model, config, calling, facts, words);
  out.line(effects.toString());
  writePlaces(out, model);
  out.line();
  for (const name of Object.keys(HELPERS) as HelperName[]) {
    if (words.usesHelper(name)) out.doc(HELPERS[name].doc).line(HELPERS[name].code(facts)).line();
  }
  if (calling) out.line(NOT_PROVIDED);
  const head = new Writer();
  imports(head, model, calling, words, options);
  return `${head}\n${out}`;
}

/** Calls, and what has a timer of its own. */
function timedBy(model: MachineModel): string {
  const kinds = new Set(recordsOf(model).map(({ kind }) => kind));
  return ["CallId", ...(kinds.has("wait") ? ["WaitName"] : []), ...(kinds.has("scope") ? ["ScopeName"] : [])].join(" | ");
}

function imports(out: Writer, model: MachineModel, calling: boolean, words: Vocabulary, options: EmitOptions): void {
  const { plan, unit, names, own } = model;
  const operations = unit.steps.flatMap((step) => [
    ...callsOf(step).map(({ call }) => names.inputOf(call)),
    names.outputOf(step) ?? [],
  ]);
  const used = [...operations.flat(), ...words.types, own.input, ...(unit.output === null ? [] : [own.output])];
  out.line(`import { assign, ${calling ? "fromPromise, " : ""}setup } from "xstate";`);
  const specifier = moduleSpecifier(plan.saga, "types", options);
  const types = [...new Set(used)].sort().map((type): Item => ({ doc: [], layout: type }));
  out.line(render(["import type ", braces(types, ","), ` from ${specifier};`], out.room));
  out.line();
}

function machine(
  out: Writer,
  model: MachineModel,
  config: Layout,
  calling: boolean,
  facts: MachineFacts,
  words: Vocabulary,
): void {
  const { plan, unit, own } = model;
  const guards = (Object.keys(GUARDS) as GuardName[]).filter((name) => words.usesGuard(name));
  const actions = (Object.keys(ACTIONS) as ActionName[]).filter((name) => words.usesAction(name));
  const output = unit.output === null ? [] : [`output: ${own.output} | null;`];
  const types = [
    "{} as {",
    ...[
      `context: ${own.context};`,
      "events: SagaEvent;",
      `input: { readonly input: ${own.input}; readonly seed?: number | undefined };`,
      ...output,
    ].map((line) => `  ${line}`),
    "}",
  ].join("\n");
  const parts = object(
    entry("types", types),
    calling ? entry("actors", "actors") : null,
    entry("guards", object(...guards.map((name) => word(name, GUARDS[name], facts)))),
    entry("actions", object(...actions.map((name) => word(name, ACTIONS[name], facts)))),
    entry("delays", "delays"),
  );
  out.doc(plan.doc, usage(model));
  out.line(render([`export const ${own.machine} = setup(`, parts, ").createMachine(", config, ");"], out.room)).line();
}

function usage(model: MachineModel): string {
  const { machine } = model.own;
  const text = [
    `An engine runs it durably; a plain XState actor runs it as long as its process lives:`,
    `\`createActor(${machine}.provide({ actors: { … } }), { input: { input } })\`.`,
  ];
  const beyond = beyondXState(model);
  if (beyond.length > 0) {
    text.push(`Only an engine, or the runtime's actor (\`@sagac/runtime/actor\`), gives it ${beyond.join(", ")}.`);
  }
  const { unit, calls } = model;
  const times = [unit.timeoutMs ?? 0, ...calls.flatMap(({ call }) => [call.timeoutMs, call.retry.backoffMaxMs])];
  const longestMs = Math.max(...times.filter((time) => typeof time === "number"));
  if (longestMs > SET_TIMEOUT_MAX_MS) {
    text.push("It waits longer than `setTimeout` can (24 days), so a plain actor needs a `clock` that can.");
  }
  return text.join("\n");
}

/** What it uses that a plain actor does not have. */
function beyondXState(model: MachineModel): string[] {
  const nodes = nodesOf(model);
  const of = (kind: "foreach" | "repeat" | "call", what: string): string[] =>
    nodes.flatMap((node) => (node.kind === kind && "name" in node ? [`${what} \`${node.name}\``] : []));
  return [
    ...(nodes.some(({ kind }) => kind === "await") ? ["a mailbox, which keeps signals until they are waited for"] : []),
    ...of("foreach", "the items of"),
    ...of("repeat", "the rounds of"),
    ...of("call", "the called saga"),
  ];
}

/** Beyond it the timers of JavaScript are due at once. */
const SET_TIMEOUT_MAX_MS = 2 ** 31 - 1;

function word(name: string, { doc, code }: Word, facts: MachineFacts): Entry {
  return entry(name, code(facts), docLines(doc));
}
