import { memberAccess, propertyKey, stringLiteral } from "../lib/escape.ts";
import { braces, type Item, type Layout, render } from "../lib/layout.ts";
import type { Writer } from "../lib/writer.ts";
import { entry, list, object, text } from "./config.ts";
import type { MachineModel } from "./model.ts";
import { bodyOf, hasEndings, nodesOf } from "./model.ts";
import type { RecordModel } from "./nodes/node.ts";
import { recordsOf } from "./records.ts";
import { signalType } from "./references.ts";
import type { MachineFacts, Vocabulary } from "./vocabulary.ts";

/** The exported types of the context: what a snapshot keeps. */
export function writeContextTypes(out: Writer, model: MachineModel, facts: MachineFacts): void {
  const { context, input } = model.own;
  out.doc("What the machine knows. Plain JSON, replaced and never changed.");
  out.block(
    `export interface ${context} {`,
    () => {
      out.line(`readonly input: ${input};`);
      out.doc("Decides the pauses between attempts, so that the machine stays pure.").line("readonly seed: number;");
      out.doc("The first failure: from here on the saga goes back.").line("readonly failure: Failure | null;");
      out.doc("Where the saga stands with its point of no return.").line(`readonly pivot: ${PIVOT};`);
      out.doc("What came while the pivot was deciding, and waits for it.").line(`readonly latched: ${LATCHED};`);
      out.doc("The deadline passed where there is no way but on.").line("readonly overdue: boolean;");
      if (facts.endings) {
        out.doc("The saga is completed; what is left to do changes nothing of it.").line("readonly ending: boolean;");
        out.doc("Steps after the end that were given up: somebody should know.").line("readonly alarms: readonly string[];");
      }
      out.doc("Set by an engine for one transition: no snapshot keeps it.").line("readonly nowMs?: number;");
      out.doc("A record a step, nested as the saga is: groups, branches, steps.");
      const records = tree(recordsOf(model), typeOf);
      out.line(render(["readonly steps: ", nestedType(records), ";"], out.room));
    },
    "}",
  );
  out.line();
  out.doc("How far a step came. An outcome is `unknown` where it may or may not have happened.");
  out.line(stepRecord(facts)).line();
  const kinds = new Set(recordsOf(model).map(({ kind }) => kind));
  if (kinds.has("wait")) out.doc("How far a wait came.").line(WAIT_RECORD).line();
  if (kinds.has("scope")) out.doc("How far a part of the saga came that can fail alone.").line(SCOPE_RECORD).line();
  out.doc("Why the saga goes back: an error that a step declares, `Unknown`, `Cancelled` or `DeadlinePassed`.");
  out.line(FAILURE).line();
}

/** The types that only the machine itself uses. */
export function writeInnerTypes(out: Writer, model: MachineModel, words: Vocabulary): void {
  const { own, unit } = model;
  const records = recordsOf(model);
  out.doc("The output that each step's record keeps: what nothing later reads is not kept.");
  writeKept(out, "KeptOutputs", ofKind(records, "step"));
  out.line().line("type StepName = keyof KeptOutputs;").line("type CallId = keyof typeof calls;").line();
  if (ofKind(records, "step").length > 0) out.line("interface AtStep {\n  readonly step: StepName;\n}").line();
  const waits = ofKind(records, "wait");
  if (waits.length > 0) {
    out.doc("What each wait's record keeps of what it received.");
    writeKept(out, "KeptValues", waits);
    out.line().line("type WaitName = keyof KeptValues;").line();
    out.line("interface AtWait {\n  readonly wait: WaitName;\n}").line();
  }
  if (records.some(({ kind }) => kind === "scope")) {
    out.line("type ScopeName = keyof typeof scopePlaces;").line();
  }
  if (words.usesAction("enterScope") || words.usesAction("leaveScope")) {
    out.line("interface AtScope {\n  readonly scope: ScopeName;\n}").line();
  }
  if (AT_ERROR.some((guard) => words.usesGuard(guard))) {
    out.line("interface AtError extends AtStep {\n  readonly error: string;\n}").line();
  }
  if (BUDGETS.some((guard) => words.usesGuard(guard))) {
    out.line("interface Budget extends AtStep {\n  readonly of: number;\n}").line();
  }
  if (words.usesNow()) {
    out.line(`interface Now {\n  readonly context: ${own.context};\n}`).line();
  }
  if (words.usesAction("complete")) {
    out.doc("A step and the output that its record keeps of it.");
    out.block(
      "type Completion = {",
      () => out.line("[S in StepName]: { readonly step: S; readonly output: KeptOutputs[S] };"),
      "}[StepName];",
    );
    out.line();
  }
  if (unit.steps.some((step) => step.inquire !== null)) {
    out.doc("What an inquiry answers.").line(INQUIRY).line();
  }
  if (words.usesHelper("isDeclared")) {
    out.doc("How a call fails with an error that its step declares.").line(DECLARED_ERROR).line();
  }
  out.doc("What happens to a saga beside its calls and its timers.").line(eventType(model, words)).line();
}

/** Where each record stands: the only place that knows how they are nested. */
export function writePlaces(out: Writer, model: MachineModel): void {
  const { context } = model.own;
  const records = recordsOf(model);
  // A saga without a step, such as one that only fails, keeps none.
  if (records.every(({ kind }) => kind !== "step" && kind !== "wait" && kind !== "scope")) return;
  out.block(
    "interface Place<Kept> {",
    () => {
      out.line("readonly path: readonly string[];");
      out.line(`readonly get: (steps: ${context}["steps"]) => Kept;`);
    },
    "}",
  );
  const steps = ofKind(records, "step");
  if (steps.length > 0) {
    const start = "const places: { readonly [S in StepName]: Place<StepRecord<KeptOutputs[S]>> } = ";
    out
      .line()
      .doc("Where each step's record stands.")
      .line(render([start, placesOf(steps), ";"], out.room));
  }
  const waits = ofKind(records, "wait");
  if (waits.length > 0) {
    const start = "const waitPlaces: { readonly [W in WaitName]: Place<WaitRecord<KeptValues[W]>> } = ";
    out
      .line()
      .doc("Where each wait's record stands.")
      .line(render([start, placesOf(waits), ";"], out.room));
  }
  const scopes = ofKind(records, "scope");
  if (scopes.length > 0) {
    const end = ` satisfies Readonly<Record<string, Place<ScopeRecord>>>;`;
    out.line().doc("Where each scope's record stands.");
    out.line(render(["const scopePlaces = ", placesOf(scopes), end], out.room));
  }
}

function placesOf(records: readonly RecordModel[]): Layout {
  const entries = records.map(({ name, place }) =>
    entry(
      name,
      object(
        entry("path", list(place.map((key) => text(key)))),
        entry("get", `(steps) => steps${place.map((key) => memberAccess(key)).join("")}`),
      ),
    ),
  );
  return object(...entries);
}

function writeKept(out: Writer, name: string, records: readonly RecordModel[]): void {
  out.block(
    `interface ${name} {`,
    () => {
      for (const record of records)
        out.line(render([`readonly ${propertyKey(record.name)}: `, record.kept ?? "null", ";"], out.room));
    },
    "}",
  );
}

function ofKind(records: readonly RecordModel[], kind: RecordModel["kind"]): readonly RecordModel[] {
  return records.filter((record) => record.kind === kind);
}

/** The context that a saga begins with. */
export function initialContext(model: MachineModel, words: Vocabulary): Layout {
  const records = tree(recordsOf(model), ({ kind }) => `${words.helper(NEW[kind])}()`);
  const context = object(
    entry("input", "input.input"),
    entry("seed", "input.seed ?? 0"),
    entry("failure", "null"),
    entry("pivot", text(pivotAtFirst(model))),
    entry("latched", "null"),
    entry("overdue", "false"),
    ...(hasEndings(model) ? [entry("ending", "false"), entry("alarms", "[]")] : []),
    entry("steps", nestedValue(records)),
  );
  return ["({ input }) => (", context, ")"];
}

function pivotAtFirst({ plan, unit }: MachineModel): "none" | "ahead" | "passed" {
  if (bodyOf(plan, unit)?.zone === "after") return "passed";
  return unit.pivots.length === 0 ? "none" : "ahead";
}

/** Whether what has completed can still be undone as a whole. */
export function canBeReopened(model: MachineModel): boolean {
  return pivotAtFirst(model) === "none";
}

// ---- nesting

type Tree = Map<string, Branch>;

/** A record, what stands below a name, or both: an await has its record where its cases have theirs. */
interface Branch {
  readonly own: Layout | null;
  readonly below: Tree;
}

/** Records by their places. */
function tree(records: readonly RecordModel[], leaf: (record: RecordModel) => Layout): Tree {
  const root: Tree = new Map();
  for (const record of records) {
    let level = root;
    for (const [at, name] of record.place.entries()) {
      const known = level.get(name) ?? { own: null, below: new Map() };
      level.set(name, at === record.place.length - 1 ? { ...known, own: leaf(record) } : known);
      level = known.below;
    }
  }
  return root;
}

function nestedType(level: Tree): Layout {
  const items = [...level].map(([name, { own, below }]): Item => {
    const inner = below.size === 0 ? [] : [nestedType(below)];
    const type = own === null ? inner : [own, ...inner.flatMap((each) => [" & ", each])];
    return { doc: [], layout: ["readonly ", propertyKey(name), ": ", type] };
  });
  return braces(items, ";");
}

function nestedValue(level: Tree, own: Layout | null = null): Layout {
  if (own !== null && level.size === 0) return own;
  const items = [...level].map(([name, branch]): Item => {
    return { doc: [], layout: [propertyKey(name), ": ", nestedValue(branch.below, branch.own)] };
  });
  return braces([...(own === null ? [] : [{ doc: [], layout: ["...", own] }]), ...items], ",");
}

const NEW = { step: "newRecord", wait: "newWait", scope: "newScope" } as const;

function typeOf({ kind, kept }: RecordModel): Layout {
  if (kind === "scope") return "ScopeRecord";
  return [kind === "step" ? "StepRecord<" : "WaitRecord<", kept ?? "null", ">"];
}

// ---- texts

const PIVOT = '"none" | "ahead" | "deciding" | "passed"';
const LATCHED = '"Cancelled" | "DeadlinePassed" | null';
const AT_ERROR = ["pendingIs", "refusalsLeft", "caughtBy"] as const;
const BUDGETS = ["attemptsLeft", "inquiriesLeft", "undosLeft"] as const;

function stepRecord({ pending, caught, refusals }: MachineFacts): string {
  const more = [
    pending ? ["readonly pending: Failure | null;"] : [],
    caught ? ["readonly caught: string | null;", "readonly error: unknown;"] : [],
    refusals ? ["readonly refusals: Readonly<Record<string, number>>;"] : [],
  ].flat();
  return `export interface StepRecord<Output> {
  readonly forward: {
    readonly entry: number;
    readonly attempt: number;
    readonly generation: number;
    readonly outcome: "none" | "running" | "completed" | "failed" | "unknown";
    readonly mayHaveRun: boolean;
    readonly output: Output | null;${more.map((line) => `\n    ${line}`).join("")}
  };
  readonly inquire: { readonly entry: number; readonly attempt: number };
  readonly undo: {
    readonly entry: number;
    readonly attempt: number;
    readonly outcome: "none" | "running" | "done" | "skipped" | "parked";
  };
}`;
}

const WAIT_RECORD = `export interface WaitRecord<Value> {
  readonly entry: number;
  readonly outcome: "none" | "waiting" | "received" | "timedOut";
  readonly case: string | null;
  readonly value: Value | null;
}`;

const SCOPE_RECORD = `export interface ScopeRecord {
  readonly entry: number;
  readonly outcome: "none" | "running" | "done" | "failed";
  readonly failure: Failure | null;
  readonly winner: string | null;
}`;

const FAILURE = `export interface Failure {
  readonly name: string;
  readonly step: string | null;
  readonly summary: string;
  readonly data: unknown;
  readonly at?: string;
}`;

const INQUIRY = `export type Inquiry<Output> =
  | { readonly status: "happened"; readonly output: Output }
  | { readonly status: "didNotHappen" }
  | { readonly status: "unknown" };`;

const DECLARED_ERROR = `interface DeclaredError {
  readonly kind: "declared";
  readonly name: string;
  readonly data: unknown;
  readonly message: string;
}`;

function eventType(model: MachineModel, words: Vocabulary): string {
  const nodes = nodesOf(model);
  const signals = new Set(nodes.flatMap((node) => (node.kind === "await" ? node.cases.map(({ signal }) => signal) : [])));
  const own = [...signals].map((signal) => {
    const payload = signalType(signal, model, words);
    return `{ readonly type: ${stringLiteral(`signal.${signal}`)}; readonly wait?: string; readonly payload: ${payload} }`;
  });
  if (canBeReopened(model)) own.push('{ readonly type: "saga.undo" }');
  for (const node of nodes) {
    if (node.kind !== "foreach" || node.onFailure !== "cancel" || node.failsTo === null) continue;
    own.push(`{ readonly type: ${stringLiteral(`child.failed.${node.name}`)}; readonly failure: Failure }`);
  }
  return EVENT.replace(/;$/, `${own.map((each) => `\n  | ${each}`).join("")};`);
}

const EVENT = `type SagaEvent =
  | { readonly type: "saga.cancel"; readonly reason: string | null }
  | { readonly type: "saga.recovered" }
  | { readonly type: "operator.retry"; readonly call: string }
  | { readonly type: "operator.happened"; readonly call: string; readonly output: unknown }
  | { readonly type: "operator.didNotHappen"; readonly call: string }
  | { readonly type: "operator.skip"; readonly call: string }
  | { readonly type: "operator.goBack"; readonly call: string };`;
