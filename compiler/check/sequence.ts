import type { OutputClause, Statement } from "../ast/nodes.ts";
import { checkCall } from "./calls.ts";
import { checkForeach, checkRepeat } from "./children.ts";
import { checkFail, checkIf, checkLet, checkTry } from "./choices.ts";
import { isOpaque, type Part, statementsOf } from "./flow.ts";
import type { FlowBlock, FlowNode, FlowResult } from "./flow-nodes.ts";
import { checkParallel, checkRace } from "./groups.ts";
import type { Frame } from "./names.ts";
import { countAsUsed, headSpan, headWord, holdsPivot, refuse, refuseMisplaced } from "./opaque.ts";
import { type Place, readMapping, type SagaScope } from "./reading.ts";
import type { FlowState } from "./state.ts";
import { checkStep } from "./steps.ts";
import { objectType, optional } from "./types.ts";
import { checkAwait, checkSleep } from "./waits.ts";

/** Statements one after the other. Afterwards `state` is as they leave it. */
export function checkStatements(
  saga: SagaScope,
  statements: readonly (Statement | OutputClause)[],
  place: Place,
  state: FlowState,
): FlowNode[] {
  const nodes: FlowNode[] = [];
  let before: Statement | null = null;
  let told = false;
  for (const statement of statements) {
    if (!state.live && !told && before !== null) {
      told = true;
      saga.draft.findings.add("unreachable", { span: headSpan(statement), fails: headSpan(before) });
    }
    if (statement.kind === "output") continue;
    if (hidesPivot(statement)) state.zone = "unknown";
    nodes.push(checkStatement(saga, statement, place, state));
    before = statement;
  }
  return nodes;
}

/** A part of a statement that stands at `place`. Afterwards `state` is as the part leaves it. */
export function checkBlock(saga: SagaScope, { block, frame }: Part, place: Place, state: FlowState): FlowBlock {
  const { draft, declared } = saga;
  const frames = [...place.frames, frame];
  const held = block.kind === "branch" ? block.block : block;
  if (held.kind === "block")
    refuseMisplaced(draft, declared.scope, block.kind === "branch" ? "a branch" : "a block", held.misplaced);
  const statements = statementsOf(block);
  const body = checkStatements(saga, statements, { ...place, frames }, state);
  const output = statements.find((statement) => statement.kind === "output") ?? null;
  return { node: block, frames, body, result: resultOf(saga, frame, frames, body, output, state), ends: state.live };
}

function resultOf(
  saga: SagaScope,
  frame: Frame,
  frames: Place["frames"],
  body: readonly FlowNode[],
  output: OutputClause | null,
  state: FlowState,
): FlowResult | null {
  if (output !== null) {
    if (!RESULTS.has(frame.part)) saga.draft.findings.add("unused-output", { span: headSpan(output) });
    const mapping = readMapping({ saga, frames, state, own: null }, output.value);
    const { fields } = mapping;
    const secret = fields.some((field) => field.secret);
    return { type: objectType(fields), fields, secret, from: { kind: "output", mapping } };
  }
  const [only, second] = body.filter((node) => node.kind === "step");
  if (only === undefined || second !== undefined) return null;
  const { name, output: fields } = only.step;
  const presence = state.get(name.name);
  if (presence === null) return null;
  const type = presence.missing === null ? presence.type : optional(presence.type);
  return { type, fields, secret: presence.secret, from: { kind: "step", binding: presence.binding } };
}

/** Parts whose result something can read. */
const RESULTS: ReadonlySet<Frame["part"]> = new Set<Frame["part"]>(["branch", "item", "body", "otherwise", "policy"]);

/** What an ending may consist of; that nothing fails there is told of each `fail`. */
const AFTER_THE_END: ReadonlySet<Statement["kind"]> = new Set<Statement["kind"]>([
  "step",
  "parallel",
  "if",
  "let",
  "fail",
  "sleep",
]);

function checkStatement(saga: SagaScope, node: Statement, place: Place, state: FlowState): FlowNode {
  if (isOpaque(node)) return refused(saga, node);
  if (state.zone === "ending" && !AFTER_THE_END.has(node.kind)) {
    saga.draft.findings.add("after-the-end", { span: headSpan(node), word: headWord(node), kind: node.kind });
    countAsUsed(saga.declared.scope, node);
    return { kind: "opaque", node };
  }
  switch (node.kind) {
    case "step":
      return checkStep(saga, node, place, state);
    case "parallel":
      return checkParallel(saga, node, place, state);
    case "race":
      return checkRace(saga, node, place, state);
    case "if":
      return checkIf(saga, node, place, state);
    case "let":
      return checkLet(saga, node, place, state);
    case "fail":
      return checkFail(saga, node, place, state);
    case "try":
      return checkTry(saga, node, place, state);
    case "foreach":
      return checkForeach(saga, node, place, state);
    case "repeat":
      return checkRepeat(saga, node, place, state);
    case "call":
      return checkCall(saga, node, place, state);
    case "await":
    case "await-any":
      return checkAwait(saga, node, place, state);
    case "sleep":
      return checkSleep(saga, node, place, state);
    default:
      return refused(saga, node);
  }
}

function refused(saga: SagaScope, node: Statement): FlowNode {
  // A step that lost its name was reported for that.
  if (node.kind !== "step")
    refuse(saga.draft, saga.declared.scope, node, `\`${node.kind === "parallel" ? "parallel first" : headWord(node)}\``);
  return { kind: "opaque", node };
}

/** Whether a pivot stands in it where none can be: that is reported once, and not again for every step that follows. */
function hidesPivot(statement: Statement): boolean {
  switch (statement.kind) {
    case "step":
    case "if":
    case "await":
    case "await-any":
    case "call":
      return false;
    // What stands in their other path is passed once at most.
    case "try":
    case "repeat":
      return statement.block.statements.some((inner) => inner.kind !== "output" && holdsPivot(inner));
    default:
      return holdsPivot(statement);
  }
}
