import type { Plan, PlanExpr, PlanNode, PlanOutcome, PlanSequence, PlanStep, PlanStepNode } from "../../compiler/plan/plan.ts";
import { deriveBackward } from "../../compiler/plan/undo.ts";
import { call, plan, step, stepNode } from "../emit/plans.ts";

/** A plan with a node of every kind, each undone where it can be; `text` stands wherever a condition, a name or a text of the source does. */
export function everyNode(text = "text"): Plan {
  const said: PlanExpr = { kind: "equal", left: member("kind"), right: { kind: "literal", value: text } };
  const undone = (name: string, more: Partial<PlanStep> = {}): PlanStep =>
    step(name, { undo: { kind: "compensate", call: call(`undo_${name}`) }, ...more });
  const steps = [
    undone("open"),
    undone("cheap"),
    undone("dear"),
    undone("mail", { throws: ["Refused", "Slow", "Gone", "Odd"] }),
    step("letter"),
    undone("first"),
    undone("second"),
    undone("hold"),
    step("queue"),
    step("remind"),
    step("pay", { kind: "pivot", zone: "pivot" }),
    step("transfer", { kind: "pivot", zone: "pivot" }),
    step("ship", { zone: "after" }),
    step("thank", { zone: "ending", failsTo: null }),
    step("sorry", { zone: "ending", failsTo: null }),
  ];
  const item = undone("item");
  const round = step("look", { kind: "readonly" });
  const all = new Map([...steps, item, round].map((each) => [each.name, each]));
  const node = (name: string, more: Partial<PlanStepNode> = {}): PlanStepNode => ({
    ...stepNode(all.get(name) ?? step(name)),
    ...more,
  });
  const of = (...nodes: readonly (string | PlanNode)[]): PlanSequence => {
    return { kind: "sequence", nodes: nodes.map((each) => (typeof each === "string" ? node(each) : each)) };
  };
  const at = { stops: ["saga"], failsTo: "saga", span: { line: 1, column: 1 } };
  const block = (id: string, ...nodes: readonly (string | PlanNode)[]): PlanOutcome => {
    return { kind: "block", block: { id, place: [id], body: of(...nodes) } };
  };
  const policy = (error: string, outcome: PlanOutcome) => ({ error, retry: null, outcome });
  const child = (name: string, id: string) => {
    return {
      ...at,
      name,
      id,
      zone: "before" as const,
      place: [name],
      output: { kind: "scalar" as const, name: "json" as const },
      outputLive: false,
    };
  };
  const branch = (id: string, name: string | null, body: PlanSequence) => ({ id, name, scope: null, body });
  const forward = of(
    "open",
    { ...at, kind: "compute", id: "$compute1", place: ["$compute1"], compute: "price", input: { kind: "object", entries: [] } },
    {
      ...at,
      kind: "if",
      id: "$if1",
      arms: [
        { id: "$arm1", condition: said, body: of("cheap") },
        { id: "$arm2", condition: { kind: "not", operand: said }, body: of("dear") },
      ],
      otherwise: of({ ...at, kind: "fail", id: "$fail1", failure: { name: "NoOffer", data: null, summary: text } }),
    },
    node("mail", {
      policies: [
        policy("Refused", { kind: "fail", failure: null }),
        policy("Slow", { kind: "continue" }),
        policy("Gone", block("$block1", "letter")),
        policy("Odd", { kind: "park" }),
      ],
    }),
    {
      ...at,
      kind: "race",
      id: "$race1",
      place: ["$race1"],
      branches: [branch("$branch1", text, of("first")), branch("$branch2", null, of("second"))],
      undo: { kind: "sequence", nodes: [] },
    },
    {
      ...at,
      kind: "try",
      id: "$try1",
      place: ["$try1"],
      timeoutMs: literal(300_000),
      body: of("hold"),
      undo: { kind: "sequence", nodes: [{ kind: "step", step: "hold" }] },
      otherwise: block("$block2", "queue"),
    },
    {
      ...at,
      kind: "await",
      id: "$await1",
      place: ["$await1"],
      cases: [
        {
          name: "approved",
          signal: "approved",
          where: { kind: "equal", left: candidate("by"), right: { kind: "literal", value: text } },
          live: false,
          body: of(),
        },
        { name: "remarked", signal: "remarked", where: null, live: false, body: of("remind") },
      ],
      limit: { kind: "for", ms: literal(172_800_000) },
      onTimeout: { kind: "fail", failure: null },
    },
    {
      ...at,
      kind: "sleep",
      id: "$sleep1",
      place: ["$sleep1"],
      limit: { kind: "by", ms: { kind: "instant", value: member("departure"), optional: false } },
    },
    { ...child("items", "$foreach1"), kind: "foreach", list: member("items"), where: null, max: 10, onFailure: "continue" },
    {
      ...child("repeat1", "$repeat1"),
      kind: "repeat",
      max: 3,
      everyMs: literal(60_000),
      until: {
        kind: "member",
        object: { kind: "childOutput", child: "repeat1", optional: false },
        name: "found",
        optional: false,
      },
      otherwise: { kind: "fail", failure: null },
    },
    {
      ...child("trip", "$call1"),
      kind: "call",
      saga: "BookTrip",
      version: 2,
      input: { kind: "object", entries: [] },
      inputType: [],
      retry: null,
      policies: [policy("NoSeat", { kind: "continue" })],
      onFailure: { kind: "fail", failure: null },
    },
    { ...at, kind: "if", id: "$if2", arms: [{ id: "$arm1", condition: said, body: of("pay") }], otherwise: of("transfer") },
    "ship",
  );
  const undoable = new Set(["open", "cheap", "dear", "mail", "first", "second", "hold", "items", "trip", "item"]);
  const unit = (body: PlanSequence, own: PlanStep) => {
    return {
      timeoutMs: null,
      input: [],
      output: null,
      steps: [own],
      lets: [],
      forward: body,
      backward: deriveBackward(body, undoable),
      pivots: [],
      span: at.span,
    };
  };
  return plan({
    doc: text,
    source: `folder/${text}.saga`,
    steps,
    forward,
    backward: deriveBackward(forward, undoable),
    pivots: ["pay", "transfer"],
    endings: { completed: of("thank"), compensated: of("sorry") },
    bodies: [
      { ...unit(of("item"), item), id: "$foreach1", name: "items", kind: "item", parent: null, zone: "before", captures: [] },
      { ...unit(of("look"), round), id: "$repeat1", name: "repeat1", kind: "round", parent: null, zone: "before", captures: [] },
    ],
  });
}

function literal(value: number): PlanExpr {
  return { kind: "literal", value };
}

function member(name: string): PlanExpr {
  return { kind: "member", object: { kind: "input" }, name, optional: false };
}

function candidate(name: string): PlanExpr {
  return { kind: "member", object: { kind: "candidate" }, name, optional: false };
}
