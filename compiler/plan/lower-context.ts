import type { FunctionExpr, Node } from "../ast/nodes.ts";
import { CompilerBug } from "../bug.ts";
import type { FlowBlock } from "../check/flow-nodes.ts";
import type { Binding, Frame, Frames, Presence } from "../check/names.ts";
import type { CheckedProgram, CheckedSaga, ErrorSymbol, Zone } from "../check/program.ts";
import type { FieldType, Type } from "../check/types.ts";
import type { SourceFile } from "../source/source-set.ts";
import { lowerFields, lowerType } from "./lower-types.ts";
import type {
  PlanBody,
  PlanComputeDecl,
  PlanExpr,
  PlanField,
  PlanLet,
  PlanNode,
  PlanSequence,
  PlanSignal,
  PlanSpan,
  PlanStep,
  PlanType,
} from "./plan.ts";

export interface LowerOptions {
  /** The text of a file of the program, for lines and columns. */
  readonly source: (path: string) => SourceFile | null;
  /** How a file is named in headers; by default its last part: the generated folder stands beside it. */
  readonly sourceName?: (path: string) => string;
}

/** What all parts of one saga's lowering share. */
export class SagaContext {
  readonly program: CheckedProgram;
  readonly saga: CheckedSaga;
  /** What the plan's types are made of. */
  readonly reached: Type[] = [];
  /** Errors that something throws or fails with. */
  readonly errors = new Map<string, ErrorSymbol | null>();
  readonly callees = new Map<string, CheckedSaga>();
  /** That something waits for, by name. */
  readonly signals = new Map<string, PlanSignal>();
  /** That something calls, by name; and each call with the id of its node. */
  readonly computes = new Map<string, PlanComputeDecl>();
  readonly calls = new Map<FunctionExpr, string>();
  /** Children by name, and cases of waits: whether something reads them is known at the end. */
  readonly live = new Map<string, { output: PlanType; outputLive: boolean }>();
  readonly cases: { readonly wait: string; readonly node: { readonly name: string; live: boolean } }[] = [];
  /** Outer ones first. */
  readonly units: Unit[];
  readonly #options: LowerOptions;
  readonly #counts = new Map<string, number>();
  readonly #ids = new Map<Node, string>();

  constructor(program: CheckedProgram, saga: CheckedSaga, options: LowerOptions) {
    this.program = program;
    this.saga = saga;
    this.#options = options;
    this.units = [new Unit(null, [], null)];
  }

  get bindings(): ReadonlyMap<string, Binding> {
    return this.saga.bindings;
  }

  /** Whether some expression names it. */
  isRead(binding: Binding): boolean {
    return readOf(this.program).has(binding);
  }

  get root(): Unit {
    const [root] = this.units;
    if (root === undefined) throw new CompilerBug("a saga without a unit");
    return root;
  }

  /** `$group1`, `$group2` … in the order in which they are asked for; of one node always the same. */
  id(kind: string, node: Node): string {
    const known = this.#ids.get(node);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const id = `$${kind}${count}`;
    this.#ids.set(node, id);
    return id;
  }

  /** How a child is called of which no `as` says it: `foreach1`, unless something of the saga is called so. */
  childName(id: string): string {
    let name = id.slice(1);
    while (this.bindings.has(name)) name += "_";
    return name;
  }

  idOf(node: Node): string {
    const id = this.#ids.get(node);
    if (id === undefined) throw new CompilerBug(`a ${node.kind} is read before it is there`);
    return id;
  }

  fields(fields: readonly FieldType[]): PlanField[] {
    this.reached.push(...fields.map(({ type }) => type));
    return lowerFields(fields);
  }

  type(type: Type): PlanType {
    this.reached.push(type);
    return lowerType(type);
  }

  span({ span }: Node): PlanSpan {
    const source = this.#options.source(span.file);
    if (source === null) throw new CompilerBug(`the text of ${span.file} is gone`);
    return source.lines.positionAt(span.start);
  }

  get sourceName(): string {
    const { path } = this.saga.file;
    return this.#options.sourceName?.(path) ?? path.slice(path.lastIndexOf("/") + 1);
  }
}

function readOf(program: CheckedProgram): ReadonlySet<Binding> {
  const known = READ.get(program);
  if (known !== undefined) return known;
  const read = new Set([...program.typed.values()].flatMap(({ output }) => output?.binding ?? []));
  READ.set(program, read);
  return read;
}

/** Worked out once a program: it has many sagas, and one table of all expressions. */
const READ = new WeakMap<CheckedProgram, ReadonlySet<Binding>>();

/** What becomes a machine: the saga itself, or the block of a foreach or repeat. */
export class Unit {
  readonly parent: Unit | null;
  /** Around all that stands in it. */
  readonly frames: Frames;
  readonly child: ChildUnit | null;
  readonly steps: PlanStep[] = [];
  readonly lets: PlanLet[] = [];
  /** What it reads of the unit around it, by field. */
  readonly captures = new Map<string, Carried>();
  /** What the unit around it reads of a round, by field. */
  readonly given = new Map<string, Carried>();

  constructor(parent: Unit | null, frames: Frames, child: ChildUnit | null) {
    this.parent = parent;
    this.frames = frames;
    this.child = child;
  }

  /** The item or round that it is of; `null`: the saga itself. */
  get frame(): Frame | null {
    return this.frames.at(-1) ?? null;
  }
}

export interface ChildUnit extends Pick<PlanBody, "id" | "name" | "kind" | "zone" | "span"> {
  readonly block: FlowBlock;
  /** What a round has given when it ends. */
  readonly gives: ReadonlyMap<string, Presence>;
  readonly item: PlanField | null;
  /** Filled in once it is lowered. */
  forward: PlanSequence;
}

/** A value that goes from one unit into another. */
export interface Carried {
  /** What it is called where it comes from: `input.orderId`. */
  readonly name: string;
  readonly field: PlanField;
  readonly value: PlanExpr;
}

/** Where a statement is lowered. */
export interface LowerPlace {
  readonly unit: Unit;
  /** Of the records of what stands here. */
  readonly path: readonly string[];
  /** The parts of the unit around it that fail as one, innermost last. */
  readonly scopes: readonly string[];
  readonly frames: Frames;
  /** Of the statement. */
  readonly zone: Zone;
  /** Nodes that must stand before the statement that is being lowered. */
  readonly before: PlanNode[];
}
