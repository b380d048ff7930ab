import type { BranchNode, Ident, OutputClause, ParallelNode, Statement, StepNode } from "../ast/nodes.ts";
import type { DeclaredFile } from "./declarations.ts";
import type { Draft } from "./draft.ts";
import { countAsUsed, hasBroken, headWord, holdsPivot, namesGivenBy, refuse, refuseMisplaced } from "./opaque.ts";
import type { NamedThing, StepHead } from "./program.ts";
import { firstClause } from "./settings.ts";

/** The statements of a saga as they follow each other, before any expression is looked at. */
export interface Flow {
  readonly nodes: readonly HeadNode[];
  /** In source order. */
  readonly heads: readonly StepHead[];
  /** The first of each name. */
  readonly byName: ReadonlyMap<string, StepHead>;
  readonly branches: ReadonlySet<string>;
  /** Names given by statements that are not available yet. */
  readonly opaque: ReadonlySet<string>;
  /** Whether a step or branch lost its name, or all of it: a name that is not there may be that one's. */
  readonly namesUnread: boolean;
  /** The names of steps and branches, in source order. */
  readonly names: readonly NamedThing[];
}

export type HeadNode =
  | { readonly kind: "step"; readonly head: StepHead }
  | { readonly kind: "parallel"; readonly node: ParallelNode; readonly branches: readonly HeadBranch[] }
  | { readonly kind: "opaque"; readonly node: Statement };

export interface HeadBranch {
  readonly node: BranchNode | Statement;
  readonly body: readonly HeadNode[];
}

/** `broken`: something between the statements could not be read. */
export function readFlow(draft: Draft, declared: DeclaredFile, statements: readonly Statement[], broken: boolean): Flow {
  const reader = new FlowReader(draft, declared, broken);
  const nodes = reader.sequence(statements, []);
  const zoneOf = zones(nodes, reader.heads, reader.statementsUnread);
  for (const head of reader.heads) head.zone = zoneOf(head);
  const byName = new Map<string, StepHead>();
  for (const head of reader.heads) if (!byName.has(head.name.name)) byName.set(head.name.name, head);
  const { heads, branches, opaque, names } = reader;
  const namesUnread = reader.statementsUnread || reader.nameless;
  return { nodes, heads, byName, branches, opaque, namesUnread, names };
}

/** Whether two steps stand in different branches of one group: neither runs before the other. */
export function siblingGroup(a: StepHead, b: StepHead): ParallelNode | null {
  for (const [index, outer] of a.groups.entries()) {
    const other = b.groups[index];
    if (other === undefined || other.node !== outer.node) return null;
    if (other.branch !== outer.branch) return outer.node;
  }
  return null;
}

/** The zone is known once all statements are. */
type HeadDraft = { -readonly [Key in keyof StepHead]: StepHead[Key] };

class FlowReader {
  readonly heads: HeadDraft[] = [];
  readonly branches = new Set<string>();
  readonly opaque = new Set<string>();
  readonly names: NamedThing[] = [];
  /** Whether a whole statement may be missing, the pivot even. */
  statementsUnread: boolean;
  nameless = false;
  readonly #draft: Draft;
  readonly #declared: DeclaredFile;

  constructor(draft: Draft, declared: DeclaredFile, broken: boolean) {
    this.statementsUnread = broken;
    this.#draft = draft;
    this.#declared = declared;
  }

  sequence(statements: readonly (Statement | OutputClause)[], groups: StepHead["groups"]): HeadNode[] {
    return statements.flatMap((statement) => {
      if (statement.kind !== "output") return [this.#statement(statement, groups)];
      refuse(this.#draft, this.#declared.scope, statement, "`output` of a block");
      return [];
    });
  }

  #statement(statement: Statement, groups: StepHead["groups"]): HeadNode {
    if (statement.kind === "step" && statement.name !== null) return this.#step(statement, statement.name, groups);
    if (statement.kind === "step") {
      this.nameless = true;
      return this.#opaque(statement);
    }
    if (statement.kind === "parallel" && statement.first === null) return this.#parallel(statement, groups);
    const construct = statement.kind === "parallel" ? "parallel first" : headWord(statement);
    refuse(this.#draft, this.#declared.scope, statement, `\`${construct}\``);
    return this.#opaque(statement);
  }

  #opaque(node: Statement): HeadNode {
    countAsUsed(this.#declared.scope, node);
    for (const name of namesGivenBy(node)) this.opaque.add(name);
    this.nameless ||= hasBroken(node);
    return { kind: "opaque", node };
  }

  #step(node: StepNode, name: Ident, groups: StepHead["groups"]): HeadNode {
    const fields = firstClause(node.clauses, "output-fields");
    const head: HeadDraft = {
      node,
      name,
      kind: kindOf(node),
      zone: "unknown",
      order: this.heads.length,
      groups,
      output: fields === null ? [] : this.#declared.types.fields(fields.fields),
    };
    if (fields === null && node.broken) this.#draft.unreadFields.add(head.output);
    // A name that was read from what is left of a step may not be its own.
    this.nameless ||= node.broken;
    this.heads.push(head);
    this.names.push({ ident: name, what: "step" });
    return { kind: "step", head };
  }

  #parallel(node: ParallelNode, groups: StepHead["groups"]): HeadNode {
    const { scope } = this.#declared;
    this.statementsUnread ||= node.broken;
    this.#draft.clauses("this `parallel`", node.clauses, node.broken);
    refuseMisplaced(this.#draft, scope, "a `parallel`", node.misplaced);
    for (const clause of node.clauses) {
      if (clause.kind === "as") {
        refuse(this.#draft, scope, clause, "`as` of a `parallel`");
        if (clause.name !== null) this.opaque.add(clause.name.name);
      } else if (clause.mode !== null && clause.mode !== "cancel")
        refuse(this.#draft, scope, clause, `\`on failure ${clause.mode}\``, clause.span);
    }
    const branches = node.branches.map((branch, index): HeadBranch => {
      const inner = [...groups, { node, branch: index }];
      return { node: branch, body: branch.kind === "branch" ? this.#branch(branch, inner) : this.sequence([branch], inner) };
    });
    return { kind: "parallel", node, branches };
  }

  #branch(node: BranchNode, groups: StepHead["groups"]): HeadNode[] {
    refuseMisplaced(this.#draft, this.#declared.scope, "a branch", node.block.misplaced);
    this.statementsUnread ||= node.broken || node.block.broken;
    if (node.name !== null) {
      this.branches.add(node.name.name);
      this.names.push({ ident: node.name, what: "branch" });
    }
    return this.sequence(node.block.statements, groups);
  }
}

function kindOf(node: StepNode): StepHead["kind"] {
  const kinds = node.stepKinds.map((kind) => kind.name);
  return kinds.find((kind) => kind === "pivot") ?? kinds[0] ?? "normal";
}

/**
 * Where each step stands. When the pivot is in a place where none can be, what follows it is `unknown`: that is reported
 * once, and not again for every step.
 */
function zones(
  nodes: readonly HeadNode[],
  heads: readonly StepHead[],
  statementsUnread: boolean,
): (head: StepHead) => StepHead["zone"] {
  if (hasHiddenPivot(nodes)) return () => "unknown";
  const pivots = heads.filter((head) => head.kind === "pivot");
  const [pivot] = pivots;
  // The pivot may be what could not be read.
  if (pivot === undefined) return () => (statementsUnread ? "unknown" : "before");
  const group = pivot.groups[0]?.node ?? null;
  const begin = group === null ? pivot.order : (heads.find((head) => head.groups[0]?.node === group)?.order ?? pivot.order);
  return (head) => {
    if (head.order < begin) return "before";
    if (head === pivot) return "pivot";
    return group !== null || pivots.length > 1 ? "unknown" : "after";
  };
}

function hasHiddenPivot(nodes: readonly HeadNode[]): boolean {
  return nodes.some((node) => {
    if (node.kind === "opaque") return holdsPivot(node.node);
    return node.kind === "parallel" && node.branches.some((branch) => hasHiddenPivot(branch.body));
  });
}
