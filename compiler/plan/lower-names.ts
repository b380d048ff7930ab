import type { Expression } from "../ast/nodes.ts";
import { CompilerBug } from "../bug.ts";
import { FAILURE } from "../check/infer.ts";
import type { Binding, Frame, Frames } from "../check/names.ts";
import { beyond } from "../check/names.ts";
import type { Mapping, NameUse } from "../check/program.ts";
import { failureScope } from "../check/reading.ts";
import { isOptional, objectType, optional, present, type Type, underlying } from "../check/types.ts";
import { lowerCompute } from "./lower-computes.ts";
import type { Carried, LowerPlace, SagaContext, Unit } from "./lower-context.ts";
import { lowerExpression, type NamedPath } from "./lower-expressions.ts";
import type { PlanExpr } from "./plan.ts";

const INPUT: PlanExpr = { kind: "input" };
/** What a name stands for. */
interface Declared {
  readonly type: Type;
  readonly secret: boolean;
}

/** From a value to a member of it. */
type Step = Pick<Extract<PlanExpr, { kind: "member" }>, "name" | "optional">;

const NULL: PlanExpr = { kind: "literal", value: null };

/** Expressions of a saga where they stand: what another unit has is carried over, what a scope took back is asked for. */
export class Names {
  readonly #context: SagaContext;
  /** Types of what names stand for, where a carried value needs one. */
  readonly #types = new Map<Binding, Declared>();
  /** Names of which a `let` of the plan decides by the way that was taken. */
  readonly #decided = new Map<Binding, string>();

  /** The cases of waits by the names that they give. */
  readonly #received = new Map<Binding, string>();

  constructor(context: SagaContext) {
    this.#context = context;
  }

  /** Says what a name is made of, before anything reads it. */
  declare(binding: Binding, type: Type, secret = false): void {
    this.#types.set(binding, { type, secret });
  }

  /** What a wait receives by one of its cases. */
  receive(binding: Binding, name: string, type: Type): void {
    this.declare(binding, type);
    this.#received.set(binding, name);
  }

  /** The name is read through a `let`, whose value is `null` where nothing was taken. */
  decide(binding: Binding, name: string): void {
    this.#decided.set(binding, name);
  }

  /** `item`: the name that stands for the item that a `where` looks at. */
  expression(expression: Expression, place: LowerPlace, as: Type | null = null, item: Binding | null = null): PlanExpr {
    const { unit } = place;
    return lowerExpression(
      this.#context.program.typed,
      {
        input: () => this.#input(unit),
        name: (use) => (use.binding === item ? { kind: "item" } : this.name(use, unit)),
        carried: (path) => (path.root !== null && path.root.binding === item ? null : this.#carriedPath(path, unit)),
        failure: () => this.#failure(unit, place.frames),
        compute: (node) => lowerCompute(this.#context, this, node, place),
      },
      expression,
      as,
    );
  }

  mapping(mapping: Mapping, place: LowerPlace, as: Type | null = null): PlanExpr {
    return mapping.node === null ? { kind: "object", entries: [] } : this.expression(mapping.node, place, as);
  }

  /** What a name stands for in a unit. */
  name({ binding, frames, optional: may }: Pick<NameUse, "binding" | "frames" | "optional">, unit: Unit): PlanExpr {
    const home = this.#homeOf(binding);
    if (home === unit) return this.#local(binding, frames, may);
    const within = childTowards(unit, home);
    if (within !== null) return this.#fromRound(binding, within, may);
    if (unit.parent === null) throw new CompilerBug(`${binding.ident.name} cannot be read`);
    const { parent } = unit;
    const { type, secret } = this.#typeOf(binding);
    return this.#carry(unit, [binding.ident.name], { type: may ? optional(type) : type, secret }, () =>
      this.name({ binding, frames, optional: may }, parent),
    );
  }

  /** A path below what another unit has: nothing but its value comes over, not all that it is a part of. `null`: it is here. */
  #carriedPath({ root, members }: NamedPath, unit: Unit): PlanExpr | null {
    const home = root === null ? this.#context.root : this.#homeOf(root.binding);
    if (home === unit || unit.parent === null || childTowards(unit, home) !== null) return null;
    // What a condition here has found may be absent where the value comes from.
    const may = root !== null && (root.optional || root.found === true);
    const declared = root === null ? { type: objectType(this.#context.saga.input), secret: false } : this.#typeOf(root.binding);
    const steps: Step[] = [];
    let what = may ? { ...declared, type: optional(declared.type) } : declared;
    for (const name of members) {
      steps.push({ name, optional: isOptional(what.type) });
      what = memberOf(what, name);
    }
    const path = [root === null ? "input" : root.binding.ident.name, ...members];
    const at = (from: Unit): PlanExpr => {
      const { parent } = from;
      if (parent !== null && from !== home && childTowards(from, home) === null)
        return this.#carry(from, path, what, () => at(parent));
      const start = root === null ? INPUT : this.name({ ...root, optional: may }, from);
      return steps.reduce<PlanExpr>((object, step) => ({ kind: "member", object, ...step }), start);
    };
    return at(unit);
  }

  #input(unit: Unit): PlanExpr {
    if (unit.parent === null) return INPUT;
    const { parent } = unit;
    return this.#carry(unit, ["input"], { type: objectType(this.#context.saga.input), secret: false }, () => this.#input(parent));
  }

  #failure(unit: Unit, frames: Frames): PlanExpr {
    const scope = failureScope(frames);
    if (scope === null) throw new CompilerBug("there is no failure");
    // The scope may stand outside of the body.
    if (unit.parent !== null && !beyond(frames, unit.frames).includes(scope)) {
      const { parent } = unit;
      return this.#carry(unit, ["failure"], { type: FAILURE, secret: false }, () => this.#failure(parent, frames));
    }
    return { kind: "failure", scope: scope.part === "ending" ? null : this.#context.idOf(scope.node) };
  }

  /** A field of the unit's own input, filled in when an instance is made. */
  #carry(unit: Unit, path: readonly string[], what: Declared, value: () => PlanExpr): PlanExpr {
    const field = this.#field(unit.captures, path, what, value, unit.child?.item?.name ?? null);
    return { kind: "member", object: INPUT, name: field, optional: false };
  }

  /** What a round of a repeat gave: the parent reads it of its output. */
  #fromRound(binding: Binding, unit: Unit, may: boolean): PlanExpr {
    const { child } = unit;
    if (child?.kind !== "round") throw new CompilerBug(`${binding.ident.name} stands within an item`);
    const missing = child.gives.get(binding.ident.name)?.missing !== null;
    const { type, secret } = this.#typeOf(binding);
    const what = { type: missing ? optional(type) : type, secret };
    const frames = child.block.frames;
    const name = this.#field(unit.given, [binding.ident.name], what, () =>
      this.name({ binding, frames, optional: missing }, unit),
    );
    const output: PlanExpr = { kind: "childOutput", child: child.name, optional: may };
    return { kind: "member", object: output, name, optional: may };
  }

  /**
   * Called by the last name of the path. The same may be carried as what may be absent, and where a condition has found it: two fields.
   */
  #field(
    all: Map<string, Carried>,
    path: readonly string[],
    { type, secret }: Declared,
    value: () => PlanExpr,
    taken: string | null = null,
  ): string {
    const lowered = this.#context.type(type);
    const [name, base] = [path.join("."), path.at(-1) ?? ""];
    let field = base;
    for (let again = 2; ; again++) {
      const known = all.get(field);
      if (known === undefined && field !== taken) break;
      if (known !== undefined && JSON.stringify(known.field.type) === JSON.stringify(lowered) && known.name === name)
        return field;
      field = `${base}${again}`;
    }
    all.set(field, { name, field: { name: field, type: lowered, secret, doc: null }, value: value() });
    return field;
  }

  #local(binding: Binding, frames: Frames, may: boolean): PlanExpr {
    const decided = this.#decided.get(binding);
    const value: PlanExpr = decided === undefined ? this.#own(binding, may) : { kind: "let", name: decided };
    // What a scope did and took back is not there any more.
    if (!may) return value;
    return beyond(binding.frames, frames)
      .toReversed()
      .reduce<PlanExpr>((inner, frame) => {
        const took = this.#took(frame);
        return took === null ? inner : { kind: "conditional", condition: took, whenTrue: inner, whenFalse: NULL };
      }, value);
  }

  #took({ node, part, index }: Frame): PlanExpr | null {
    if (part === "body" && node.kind === "try") return { kind: "took", node: this.#context.idOf(node), path: "body" };
    if (part === "branch" && node.kind === "race")
      return { kind: "took", node: this.#context.idOf(node), path: `$branch${index + 1}` };
    return null;
  }

  #own(binding: Binding, may: boolean): PlanExpr {
    const { what, ident, node } = binding;
    switch (what) {
      case "step":
        return { kind: "stepOutput", step: ident.name, optional: may };
      case "let":
        return { kind: "let", name: ident.name };
      case "item":
        return { kind: "member", object: INPUT, name: "item", optional: false };
      case "result":
        return { kind: "childOutput", child: ident.name, optional: may };
      case "signal":
        return {
          kind: "received",
          wait: this.#context.idOf(node),
          case: this.#received.get(binding) ?? ident.name,
          optional: may,
        };
      case "candidate":
        return { kind: "candidate" };
      case "data":
        return { kind: "caught", of: nameOfCaller(this.#context, node) };
      case "branch":
        throw new CompilerBug("a branch has no value");
    }
  }

  #typeOf(binding: Binding): Declared {
    const type = binding.step === null ? this.#types.get(binding) : { type: objectType(binding.step.output), secret: false };
    if (type === undefined) throw new CompilerBug(`${binding.ident.name} has no type`);
    return type;
  }

  #homeOf(binding: Binding): Unit {
    const inner = binding.frames.findLast(({ part }) => part === "item" || part === "round");
    const found = this.#context.units.find(({ frame }) =>
      inner === undefined ? frame === null : frame?.node === inner.node && frame.part === inner.part,
    );
    if (found === undefined) throw new CompilerBug(`${binding.ident.name} stands nowhere`);
    return found;
  }
}

/** The unit directly below `from` on the way down to `to`; `null`: it is not below. */
function childTowards(from: Unit, to: Unit): Unit | null {
  for (let unit: Unit | null = to; unit !== null; unit = unit.parent) if (unit.parent === from) return unit;
  return null;
}

function memberOf({ type, secret }: Declared, name: string): Declared {
  const holder = underlying(present(type));
  if (holder.kind === "record") return { type: optional(holder.value), secret };
  const field = holder.kind === "object" ? holder.fields.find((candidate) => candidate.name === name) : undefined;
  if (field === undefined) throw new CompilerBug(`there is no member ${name}`);
  return { type: isOptional(type) ? optional(field.type) : field.type, secret: secret || field.secret };
}

function nameOfCaller(context: SagaContext, node: Binding["node"]): string {
  if (node.kind === "step" && node.name !== null) return node.name.name;
  if (node.kind === "call") return node.as?.name ?? context.childName(context.idOf(node));
  throw new CompilerBug(`a ${node.kind} catches nothing`);
}
