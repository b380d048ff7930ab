import type { PlanStep } from "../../plan/plan.ts";
import { memberAccess, propertyKey } from "../lib/escape.ts";
import { braces, type Item, type Layout, render } from "../lib/layout.ts";
import type { Writer } from "../lib/writer.ts";
import { type Entry, entry, object, text } from "./config.ts";
import { keptOutput, type MachineModel } from "./model.ts";
import type { MachineFacts, Vocabulary } from "./vocabulary.ts";

/** The exported types of the context: what a snapshot keeps. */
export function writeContextTypes(out: Writer, model: MachineModel, facts: MachineFacts): void {
  const { context, input } = model.names.saga;
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
      out.doc("A record a step, nested as the saga is: groups, branches, steps.");
      const records = tree(model.plan.steps, (step) => ["StepRecord<", keptOutput(step, model.names) ?? "null", ">"]);
      out.line(render(["readonly steps: ", nestedType(records), ";"], out.room));
    },
    "}",
  );
  out.line();
  out.doc("How far a step came. An outcome is `unknown` where it may or may not have happened.");
  out.line(stepRecord(facts)).line();
  out.doc("Why the saga goes back: an error that a step declares, `Unknown`, `Cancelled` or `DeadlinePassed`.");
  out.line(FAILURE).line();
}

/** The types that only the machine itself uses. */
export function writeInnerTypes(out: Writer, model: MachineModel, words: Vocabulary): void {
  const { names, plan } = model;
  out.doc("The output that each step's record keeps: what nothing later reads is not kept.");
  out.block(
    "interface KeptOutputs {",
    () => {
      for (const step of plan.steps) out.line(`readonly ${propertyKey(step.name)}: ${keptOutput(step, names) ?? "null"};`);
    },
    "}",
  );
  out.line().line("type StepName = keyof KeptOutputs;").line("type CallId = keyof typeof calls;").line();
  out.line("interface AtStep {\n  readonly step: StepName;\n}").line();
  if (BUDGETS.some((guard) => words.usesGuard(guard))) {
    out.line("interface Budget extends AtStep {\n  readonly of: number;\n}").line();
  }
  if (words.usesHelper("pause")) {
    out.line(`interface Now {\n  readonly context: ${names.saga.context};\n}`).line();
  }
  if (words.usesAction("complete")) {
    out.doc("A step and the output that its record keeps of it.");
    out.block(
      "type Completion<S extends StepName = StepName> = {",
      () => out.line("[K in S]: { readonly step: K; readonly output: KeptOutputs[K] };"),
      "}[S];",
    );
    out.line();
  }
  if (plan.steps.some((step) => step.inquire !== null)) {
    out.doc("What an inquiry answers.").line(INQUIRY).line();
  }
  if (words.usesHelper("isDeclared")) {
    out.doc("How a call fails with an error that its step declares.").line(DECLARED_ERROR).line();
  }
  out.doc("What happens to a saga beside its calls and its timers.").line(EVENT).line();
}

/** Where each step's record stands: the only place that knows how they are nested. */
export function writePlaces(out: Writer, model: MachineModel): void {
  const { context } = model.names.saga;
  out.block(
    "interface Place<Output> {",
    () => {
      out.line(`readonly get: (steps: ${context}["steps"]) => StepRecord<Output>;`);
      out.line(`readonly set: (steps: ${context}["steps"], record: StepRecord<Output>) => ${context}["steps"];`);
    },
    "}",
  );
  out.line().doc("Where each step's record stands.");
  const entries = model.plan.steps.map((step) =>
    entry(
      step.name,
      object(
        entry("get", ["(steps) => ", `steps${step.place.map((name) => memberAccess(name)).join("")}`]),
        entry("set", ["(steps, record) => (", copyWith("steps", step.place), ")"]),
      ),
    ),
  );
  out.line(render(["const places: { readonly [S in StepName]: Place<KeptOutputs[S]> } = ", object(...entries), ";"], out.room));
}

/** The context that a saga begins with. */
export function initialContext(model: MachineModel, words: Vocabulary): Layout {
  const records = tree(model.plan.steps, () => `${words.helper("newRecord")}()`);
  const context = object(
    entry("input", "input.input"),
    entry("seed", "input.seed ?? 0"),
    entry("failure", "null"),
    entry("pivot", text(model.plan.pivots.length === 0 ? "none" : "ahead")),
    entry("latched", "null"),
    entry("overdue", "false"),
    entry("steps", nestedValue(records)),
  );
  return ["({ input }) => (", context, ")"];
}

// ---- nesting

type Tree = Map<string, Tree | Layout>;

/** Steps by their places. */
function tree(steps: readonly PlanStep[], leaf: (step: PlanStep) => Layout): Tree {
  const root: Tree = new Map();
  for (const step of steps) {
    let level = root;
    for (const name of step.place.slice(0, -1)) {
      const known = level.get(name);
      const next: Tree = known instanceof Map ? known : new Map();
      level.set(name, next);
      level = next;
    }
    level.set(step.place.at(-1) ?? step.name, leaf(step));
  }
  return root;
}

function nestedType(level: Tree): Layout {
  const items = [...level].map(([name, below]): Item => {
    const type = below instanceof Map ? nestedType(below) : below;
    return { doc: [], layout: ["readonly ", propertyKey(name), ": ", type] };
  });
  return braces(items, ";");
}

function nestedValue(level: Tree): Layout {
  return object(...[...level].map(([name, below]): Entry => entry(name, below instanceof Map ? nestedValue(below) : below)));
}

/** `{ ...steps, $group1: { ...steps.$group1, reserveStock: record } }` */
function copyWith(path: string, place: readonly string[]): Layout {
  const [name, ...rest] = place;
  if (name === undefined) return "record";
  const changed = copyWith(path + memberAccess(name), rest);
  return braces(
    [
      { doc: [], layout: `...${path}` },
      { doc: [], layout: [propertyKey(name), ": ", changed] },
    ],
    ",",
  );
}

// ---- texts

const PIVOT = '"none" | "ahead" | "deciding" | "passed"';
const LATCHED = '"Cancelled" | "DeadlinePassed" | null';
const BUDGETS = ["attemptsLeft", "inquiriesLeft", "undosLeft"] as const;

function stepRecord({ pending }: MachineFacts): string {
  return `export interface StepRecord<Output> {
  readonly forward: {
    readonly entry: number;
    readonly attempt: number;
    readonly generation: number;
    readonly outcome: "none" | "running" | "completed" | "failed" | "unknown";
    readonly mayHaveRun: boolean;
    readonly output: Output | null;${pending ? "\n    readonly pending: Failure | null;" : ""}
  };
  readonly inquire: { readonly entry: number; readonly attempt: number };
  readonly undo: {
    readonly entry: number;
    readonly attempt: number;
    readonly outcome: "none" | "running" | "done" | "skipped" | "parked";
  };
}`;
}

const FAILURE = `export interface Failure {
  readonly name: string;
  readonly step: string | null;
  readonly summary: string;
  readonly data: unknown;
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

const EVENT = `type SagaEvent =
  | { readonly type: "saga.cancel"; readonly reason: string | null }
  | { readonly type: "saga.recovered" }
  | { readonly type: "operator.retry"; readonly call: string }
  | { readonly type: "operator.happened"; readonly call: string; readonly output: unknown }
  | { readonly type: "operator.didNotHappen"; readonly call: string }
  | { readonly type: "operator.skip"; readonly call: string }
  | { readonly type: "operator.goBack"; readonly call: string };`;
