import type {
  AsClause,
  Block,
  BranchNode,
  EndingClause,
  Ident,
  Outcome,
  OutputClause,
  RaceNode,
  Statement,
  StepNode,
  TryNode,
} from "../ast/nodes.ts";
import type { DeclaredFile } from "./declarations.ts";
import type { Draft } from "./draft.ts";
import type { Binding, Frame, Frames } from "./names.ts";
import { countAsUsed, hasBroken, holdsPivot, namesGivenBy } from "./opaque.ts";
import type { NamedThing, StepHead } from "./program.ts";
import { firstClause } from "./settings.ts";

/** What the statements of a saga name, before any expression is looked at. */
export interface Flow {
  readonly heads: ReadonlyMap<StepNode, StepHead>;
  /** The first of each name. */
  readonly byName: ReadonlyMap<string, Binding>;
  /** By the place where the name is given. */
  readonly byIdent: ReadonlyMap<Ident, Binding>;
  /** Names given by statements that are not available yet. */
  readonly opaque: ReadonlySet<string>;
  /** Whether a statement lost its name, or all of it: a name that is not there may be that one's. */
  readonly namesUnread: boolean;
  /** In source order. */
  readonly names: readonly NamedThing[];
  /** Whether the pivot may stand in what could not be read, or is not available yet. */
  readonly pivotUnread: boolean;
}

/** A part of a statement that holds statements of its own. */
export interface Part {
  readonly block: Block | BranchNode | Statement;
  readonly frame: Frame;
}

/** `broken`: something between the statements could not be read. */
export function readFlow(
  draft: Draft,
  declared: DeclaredFile,
  items: readonly (Statement | EndingClause)[],
  broken: boolean,
): Flow {
  const reader = new FlowReader(draft, declared, broken);
  for (const item of items) {
    if (item.kind === "ending") reader.block(item.block, [{ node: item, part: "ending", index: 0 }]);
    else reader.statement(item, []);
  }
  const { heads, byName, byIdent, opaque, names, statementsUnread } = reader;
  const pivotUnread = reader.pivotUnread || (statementsUnread && reader.pivots === 0);
  return { heads, byName, byIdent, opaque, names, namesUnread: statementsUnread || reader.nameless, pivotUnread };
}

/** Whether a statement is of a kind that is not available yet. */
export function isOpaque(statement: Statement): boolean {
  if (statement.kind === "step") return statement.name === null;
  if (statement.kind === "parallel") return statement.first !== null;
  return !AVAILABLE.has(statement.kind);
}

const AVAILABLE: ReadonlySet<Statement["kind"]> = new Set<Statement["kind"]>([
  "if",
  "let",
  "fail",
  "race",
  "try",
  "foreach",
  "repeat",
  "call",
  "await",
  "await-any",
  "sleep",
]);

/** The parts of a statement, in source order. */
export function partsOf(statement: Statement): readonly Part[] {
  const part = (block: Part["block"], name: Frame["part"], index = 0): Part => ({
    block,
    frame: { node: statement, part: name, index },
  });
  switch (statement.kind) {
    case "parallel":
    case "race":
      return statement.branches.map((branch, index) => part(branch, "branch", index));
    case "if":
      return armsOf(statement).map((arm, index) => part(arm.block, "arm", index));
    case "foreach":
      return [part(statement.block, "item")];
    case "repeat":
      return [part(statement.block, "round"), ...blocksIn(statement.otherwise).map((block) => part(block, "otherwise"))];
    case "try":
      return [part(statement.block, "body"), ...blocksIn(statement.otherwise).map((block) => part(block, "otherwise"))];
    case "await":
      return statement.clauses.flatMap((clause) =>
        clause.kind === "on-timeout" ? blocksIn(clause.outcome).map((block) => part(block, "expired")) : [],
      );
    case "await-any":
      return [
        ...statement.cases.map((one, index) => part(one.block, "case", index)),
        ...statement.clauses.flatMap((clause) =>
          clause.kind === "on-timeout" ? blocksIn(clause.outcome).map((block) => part(block, "expired")) : [],
        ),
      ];
    case "step":
    case "call":
      return statement.clauses.flatMap((clause, index) => policyBlocks(clause).map((block) => part(block, "policy", index)));
    default:
      return [];
  }
}

/** Conditions with their blocks, `else if` among them, and the `else` last with a condition of `null`. */
export function armsOf(node: Extract<Statement, { readonly kind: "if" }>): {
  readonly node: Extract<Statement, { readonly kind: "if" }>;
  readonly condition: Extract<Statement, { readonly kind: "if" }>["condition"] | null;
  readonly block: Block;
}[] {
  const arms: ReturnType<typeof armsOf> = [];
  for (let current: typeof node | null = node; current !== null; ) {
    arms.push({ node: current, condition: current.condition, block: current.whenTrue });
    const { whenFalse }: typeof node = current;
    if (whenFalse?.kind === "block") arms.push({ node: current, condition: null, block: whenFalse });
    current = whenFalse?.kind === "if" ? whenFalse : null;
  }
  return arms;
}

/** The statements of a part, and its `output`. */
export function statementsOf(block: Part["block"]): readonly (Statement | OutputClause)[] {
  if (block.kind === "block") return block.statements;
  return block.kind === "branch" ? block.block.statements : [block];
}

function policyBlocks(clause: Extract<Statement, { readonly kind: "step" | "call" }>["clauses"][number]): readonly Block[] {
  if (clause.kind === "call-failure") return blocksIn(clause.outcome);
  if (clause.kind === "retry-clause") return blocksIn(clause.retry.whenExhausted);
  if (clause.kind !== "on-error") return [];
  return blocksIn(clause.policy.kind === "retry-policy" ? clause.policy.retry.whenExhausted : clause.policy);
}

function blocksIn(outcome: Outcome | null): readonly Block[] {
  return outcome?.kind === "block-outcome" ? [outcome.block] : [];
}

class FlowReader {
  readonly heads = new Map<StepNode, StepHead>();
  readonly byName = new Map<string, Binding>();
  readonly byIdent = new Map<Ident, Binding>();
  readonly opaque = new Set<string>();
  readonly names: NamedThing[] = [];
  statementsUnread: boolean;
  nameless = false;
  pivots = 0;
  pivotUnread = false;
  readonly #draft: Draft;
  readonly #declared: DeclaredFile;

  constructor(draft: Draft, declared: DeclaredFile, broken: boolean) {
    this.statementsUnread = broken;
    this.#draft = draft;
    this.#declared = declared;
  }

  block(block: Part["block"], frames: Frames): void {
    if (block.kind === "block") this.statementsUnread ||= block.broken;
    if (block.kind === "branch") this.statementsUnread ||= block.broken || block.block.broken;
    for (const statement of statementsOf(block)) if (statement.kind !== "output") this.statement(statement, frames);
  }

  statement(statement: Statement, frames: Frames): void {
    if (isOpaque(statement)) return this.#opaque(statement);
    if (statement.kind === "parallel" || statement.kind === "race" || statement.kind === "await-any")
      this.statementsUnread ||= statement.broken;
    this.#give(statement, frames);
    for (const { block, frame } of partsOf(statement)) {
      if (block.kind === "branch") this.#name("branch", block.name, statement, frames);
      this.block(block, [...frames, frame]);
    }
  }

  /** Nothing in it is looked at, but what it names may be read. */
  #opaque(node: Statement): void {
    countAsUsed(this.#declared.scope, node);
    for (const name of namesGivenBy(node)) this.opaque.add(name);
    this.nameless ||= hasBroken(node);
    this.pivotUnread ||= holdsPivot(node);
  }

  #give(node: Statement, frames: Frames): void {
    switch (node.kind) {
      case "step":
        return this.#step(node, frames);
      case "let":
        return this.#name("let", node.name, node, frames);
      case "parallel": {
        const as = firstClause(node.clauses, "as");
        if (as?.name) this.opaque.add(as.name.name);
        return;
      }
      case "repeat":
        if (node.as !== null) this.opaque.add(node.as.name);
        return;
      case "race":
      case "try":
        return this.#as(firstClause<GroupOrTryClause, "as">(node.clauses, "as"), node, frames);
      case "foreach":
        // The item stands within, the list of the results outside.
        this.#name("item", node.item, node, [...frames, { node, part: "item", index: 0 }]);
        return this.#as(firstClause(node.clauses, "as"), node, frames);
      case "call":
        if (node.as !== null) this.#name("result", node.as, node, frames);
        return;
      case "await": {
        const as = firstClause(node.clauses, "as");
        return this.#name("signal", as === null ? node.signal : as.name, node, frames);
      }
      case "await-any":
        for (const { as } of node.cases) if (as !== null) this.opaque.add(as.name);
        // One signal may stand in several cases and waits: what it brought is read by its name in its case.
        for (const [index, { signal }] of node.cases.entries())
          this.#name("signal", signal, node, [...frames, { node, part: "case", index }]);
        return;
      default:
        return;
    }
  }

  #as(as: AsClause | null, node: Statement, frames: Frames): void {
    if (as !== null) this.#name("result", as.name, node, frames);
  }

  #step(node: StepNode, frames: Frames): void {
    if (node.name === null) return;
    const fields = firstClause(node.clauses, "output-fields");
    const head: StepHead = {
      node,
      name: node.name,
      kind: kindOf(node),
      order: this.heads.size,
      frames,
      output: fields === null ? [] : this.#declared.types.fields(fields.fields),
    };
    if (fields === null && node.broken) this.#draft.unreadFields.add(head.output);
    // A name that was read from what is left of a step may not be its own.
    this.nameless ||= node.broken;
    if (head.kind === "pivot") this.pivots += 1;
    this.heads.set(node, head);
    this.#name("step", node.name, node, frames, head);
  }

  #name(what: Binding["what"], ident: Ident | null, node: Statement, frames: Frames, step: StepHead | null = null): void {
    if (ident === null) {
      this.nameless = true;
      return;
    }
    const binding: Binding = { what, ident, node, frames, order: this.byIdent.size, step };
    this.byIdent.set(ident, binding);
    const first = this.byName.get(ident.name);
    if (first === undefined) this.byName.set(ident.name, binding);
    // A signal keeps its name, however often it is waited for.
    const isAgain = what === "signal" && first?.what === "signal" && !(node.kind === "await" && node.signal !== ident);
    if (!isAgain) this.names.push({ ident, what: WHAT[what] });
  }
}

type GroupOrTryClause = RaceNode["clauses"][number] | TryNode["clauses"][number];

const WHAT = {
  step: "step",
  branch: "branch",
  let: "let",
  item: "item",
  result: "result",
  signal: "signal",
  candidate: "signal",
  data: "error",
} as const satisfies Record<Binding["what"], NamedThing["what"]>;

function kindOf(node: StepNode): StepHead["kind"] {
  const kinds = node.stepKinds.map((kind) => kind.name);
  return kinds.find((kind) => kind === "pivot") ?? kinds[0] ?? "normal";
}

/** The most pivots that one way through the statements passes. */
export function pivotsOnAWay(statements: readonly (Statement | OutputClause)[]): number {
  let count = 0;
  for (const statement of statements) {
    if (statement.kind === "output") continue;
    if (statement.kind === "step" && kindOf(statement) === "pivot") count += 1;
    count += partsOf(statement).reduce((most, { block }) => Math.max(most, pivotsOnAWay(statementsOf(block))), 0);
  }
  return count;
}
