import type { ForeachNode, IntLiteral, RepeatNode } from "../ast/nodes.ts";
import type { FlowBlock, FlowNode, NamedResult } from "./flow-nodes.ts";
import { FAILURE } from "./infer.ts";
import type { Presence } from "./names.ts";
import { factsOf } from "./narrow.ts";
import { headSpan } from "./opaque.ts";
import { valueType } from "./operators.ts";
import { checkOutcome } from "./outcomes.ts";
import { type Place, read, readAs, type SagaScope } from "./reading.ts";
import { firstClause } from "./settings.ts";
import type { FlowState } from "./state.ts";
import { isOptional, objectType, optional, present, type Type, UNKNOWN, underlying } from "./types.ts";

export function checkForeach(saga: SagaScope, node: ForeachNode, place: Place, state: FlowState): FlowNode {
  const { draft, flow } = saga;
  draft.clauses("this `foreach`", node.clauses, node.broken);
  const { zone } = state;
  const list = read({ saga, frames: place.frames, state, own: null }, node.list);
  const holder = underlying(present(list.type));
  if (holder.kind !== "array") {
    if (holder.kind !== "unknown" && holder.kind !== "null")
      draft.findings.add("operand-type", {
        span: node.list.span,
        what: "`foreach`",
        wanted: "a list",
        type: valueType(list),
        help: null,
      });
  } else if (isOptional(valueType(list)))
    draft.findings.add("may-be-absent", { node: node.list, what: "`foreach`", type: valueType(list), list: true });
  const element = holder.kind === "array" ? holder.element : UNKNOWN;
  const frame = { node, part: "item", index: 0 } as const;
  const inside = state.fork();
  const binding = node.item === null ? undefined : flow.byIdent.get(node.item);
  const item: NamedResult | null = binding === undefined ? null : { binding, type: element.kind === "never" ? UNKNOWN : element };
  if (item !== null) inside.give(item.binding, item.type, list.secret);
  const where = firstClause(node.clauses, "where")?.condition ?? null;
  if (where !== null) {
    readAs(
      { saga, frames: [...place.frames, frame], state: inside, own: null },
      where,
      ["boolean"],
      "A `where`",
      "a truth value",
    );
    inside.know(factsOf(where, true));
  }
  const onFailure = firstClause(node.clauses, "on-failure")?.mode ?? "cancel";
  const block = saga.block({ block: node.block, frame }, { frames: place.frames, tried: false }, inside);
  const type: Type = { kind: "array", element: resultOf(itemResult(block), onFailure) };
  const clause = firstClause(node.clauses, "as");
  const name = clause?.name ? flow.byIdent.get(clause.name) : undefined;
  if (name !== undefined) state.give(name, type, block.result?.secret ?? false);
  // Where every item fails nothing goes on; but there may be no item.
  if (inside.zone === "unknown") state.zone = "unknown";
  const as = name === undefined ? null : { binding: name, type };
  const max = countOf(saga, firstClause(node.clauses, "max")?.value ?? null, "items at once");
  return { kind: "foreach", node, zone, tried: place.tried, item, list: node.list, where, max, onFailure, block, type, as };
}

/** Where the block's only step may be gone on without, each of its fields may be absent. */
export function itemResult({ result }: FlowBlock): Type {
  if (result === null) return objectType([]);
  return isOptional(result.type)
    ? objectType(result.fields.map((field) => ({ ...field, type: optional(field.type) })))
    : result.type;
}

/** Of an item that may fail alone it is said how it ended. */
function resultOf(result: Type, onFailure: "cancel" | "wait" | "continue"): Type {
  if (onFailure !== "continue") return result;
  const field = (name: string, type: Type) => ({ name, type, secret: false, doc: null });
  return objectType([
    field("status", { kind: "literals", values: ["completed", "compensated"] }),
    field("output", optional(result)),
    field("error", optional(FAILURE)),
  ]);
}

export function checkRepeat(saga: SagaScope, node: RepeatNode, place: Place, state: FlowState): FlowNode {
  const { draft } = saga;
  draft.clauses("this `repeat`", node.clauses, node.broken);
  const { zone } = state;
  const reader = { saga, frames: place.frames, state, own: null };
  const every = firstClause(node.clauses, "every")?.value ?? null;
  if (every !== null) readAs(reader, every, ["duration"], "`every`", "a duration");
  const frame = { node, part: "round", index: 0 } as const;
  const round = state.fork();
  const block = saga.block({ block: node.block, frame }, { frames: place.frames, tried: false }, round);
  const gives: ReadonlyMap<string, Presence> = round.given();
  // Read from outside: of the last round.
  const { live } = round;
  state.joinAll([round]);
  readAs({ ...reader, state }, node.until, ["boolean"], "`until`", "a truth value");
  const done = state.fork(factsOf(node.until, true));
  done.live = live;
  const at = {
    saga,
    place,
    frame: { node, part: "otherwise", index: 0 } as const,
    gives: null,
    when: "when this `repeat` has no round left",
  };
  const { outcome, way } = checkOutcome(at, node.otherwise, node.span, state.fork(factsOf(node.until, false)));
  state.joinOne([{ state: done, missing: { span: headSpan(node), when: "when this `repeat` has come to its end" } }, way]);
  const max = countOf(saga, firstClause(node.clauses, "max")?.value ?? null, "rounds");
  return { kind: "repeat", node, zone, tried: place.tried, max, every, until: node.until, block, gives, otherwise: outcome };
}

function countOf({ draft }: SagaScope, value: IntLiteral | null, of: string): number | null {
  if (value === null) return null;
  if (value.value < 1) draft.findings.add("no-count", { span: value.span, of });
  return value.value;
}
