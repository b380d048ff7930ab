import type { Plan, PlanExpr } from "../../compiler/plan/plan.ts";
import { array, error, field, object, optional, scalar } from "../emit/plans.ts";
import { APPROVED, awaiting, body, calling, computing, items, literal, REJECTED, rounds, sleeping } from "./nodes.ts";
import { entries, FOREVER, member, outputOf, sagaPlan, VALUE } from "./plans.ts";

/** Plans that between them use waits, children and computes in every form. */

const ID = member({ kind: "input" }, "id");
const NAMES = member({ kind: "input" }, "names");
const CANDIDATE: PlanExpr = { kind: "candidate" };
const DAY = { kind: "for", ms: literal(86_400_000) } as const;
const UNTIL = { kind: "by", ms: { kind: "instant", value: member({ kind: "input" }, "until"), optional: false } } as const;
const INPUT = [
  field("id", "string"),
  field("names", array(optional(scalar("string")))),
  field("until", "datetime"),
  field("note", optional(scalar("string"))),
];

const received = (wait: string, name: string, optional: boolean): PlanExpr => ({ kind: "received", wait, case: name, optional });

export const waits: Plan = sagaPlan({
  saga: "Waits",
  source: "waits.saga",
  input: INPUT,
  signals: [APPROVED, REJECTED],
  errors: [error("Expired", field("id", "string"))],
  parts: [
    sleeping("$sleep1", literal(60_000)),
    { name: "a", output: [VALUE, field("note", optional(scalar("string")))], outputLive: true },
    awaiting("$await1", {
      cases: {
        approved: {
          live: true,
          where: {
            kind: "logic",
            operator: "and",
            left: { kind: "equal", left: member(CANDIDATE, "by"), right: outputOf("a", "value") },
            right: { kind: "order", operator: ">", left: member(CANDIDATE, "amount"), right: literal(0) },
          },
        },
      },
      limit: DAY,
    }),
    awaiting("$await2", {
      cases: {
        approved: { live: true, body: [{ name: "thank" }] },
        rejected: { live: true, where: literal(true), body: [{ name: "ask" }, sleeping("$sleep2", UNTIL.ms, "by")] },
      },
      limit: UNTIL,
      onTimeout: { kind: "fail", failure: { name: "Expired", data: entries({ id: ID }), summary: "too late" } },
    }),
    awaiting("$await3", { cases: { rejected: {} }, limit: DAY, onTimeout: [{ name: "remind" }] }),
    awaiting("$await4", { cases: { rejected: { name: "no" } }, limit: DAY, onTimeout: { kind: "park" } }),
    {
      name: "b",
      input: entries({
        by: member(received("$await1", "approved", false), "by"),
        amount: member(received("$await2", "approved", true), "amount", true),
        why: member(received("$await2", "rejected", true), "why", true),
      }),
      inputType: [field("by", "string"), field("amount", optional(scalar("int"))), field("why", optional(scalar("string")))],
    },
    { name: "p", kind: "pivot" },
    awaiting("$await5", { cases: { approved: {} } }),
  ],
});

const MEASURE = {
  name: "measure",
  doc: null,
  parameters: [
    field("id", "string"),
    field("notes", array(optional(scalar("string")))),
    field("note", optional(scalar("string"))),
  ],
  result: object(field("size", "int"), field("unit", optional(scalar("string")))),
};
const computed: PlanExpr = { kind: "computed", compute: "$compute1", optional: false };

export const computes: Plan = sagaPlan({
  saga: "Computes",
  source: "computes.saga",
  input: INPUT,
  computes: [MEASURE, { name: "guess", doc: null, parameters: [], result: optional(scalar("int")) }],
  lets: [
    { name: "unit", type: optional(scalar("string")), value: member(computed, "unit") },
    { name: "size", type: scalar("int"), value: member(computed, "size") },
  ],
  parts: [
    computing("$compute1", "measure", { id: ID, notes: NAMES, note: member({ kind: "input" }, "note") }),
    computing("$compute2", "guess", {}),
    {
      name: "a",
      // Known to be there by what was said elsewhere.
      input: entries({
        unit: { kind: "let", name: "unit" },
        size: { kind: "let", name: "size" },
        note: member({ kind: "input" }, "note"),
        list: { kind: "array", items: [{ kind: "let", name: "unit" }, member({ kind: "input" }, "note")] },
        guess: { kind: "computed", compute: "$compute2", optional: false },
      }),
      inputType: [
        field("unit", "string"),
        field("size", "int"),
        field("note", "string"),
        field("list", array("string")),
        field("guess", optional(scalar("int"))),
      ],
    },
  ],
});

const bookings = body(
  { id: "$foreach1", name: "bookings", kind: "item" },
  {
    input: [field("item", optional(scalar("string"))), field("order", "string"), field("note", optional(scalar("string")))],
    captures: [
      { name: "order", value: ID },
      { name: "note", value: outputOf("a", "note") },
    ],
  },
);
const polls = body(
  { id: "$repeat1", name: "polls", kind: "round" },
  { input: [field("id", "string")], captures: [{ name: "id", value: ID }] },
);
const answered = (child: string): PlanExpr => ({ kind: "childOutput", child, optional: true });

export const children: Plan = sagaPlan({
  saga: "Children",
  source: "children.saga",
  input: INPUT,
  errors: [error("Full", field("why", "string")), error("Closed", field("until", "datetime"), field("why", "string"))],
  callees: [{ saga: "BookTrip", version: 2 }],
  bodies: [bookings, polls],
  undoable: ["bookings", "polls", "trip"],
  parts: [
    { name: "a", output: [VALUE, field("note", optional(scalar("string")))], outputLive: true },
    items("bookings", {
      list: NAMES,
      where: { kind: "not", operand: { kind: "absent", value: { kind: "item" } } },
      max: 10,
      output: array(object(VALUE)),
      outputLive: true,
    }),
    rounds("polls", {
      max: 14,
      every: literal(86_400_000),
      until: { kind: "equal", left: member(answered("polls"), "value", true), right: literal("ready") },
      outputLive: true,
      otherwise: [{ name: "give up" }],
    }),
    calling("trip", {
      outputLive: true,
      retry: FOREVER,
      policies: {
        Full: {
          outcome: [
            {
              name: "queue",
              input: entries({ why: member({ kind: "caught", of: "trip" }, "why") }),
              inputType: [field("why", "string")],
            },
          ],
        },
        Closed: { retry: { attempts: 3, backoffMinMs: 100, backoffMaxMs: 1_000 }, outcome: { kind: "park" } },
      },
    }),
    {
      name: "last",
      input: entries({
        first: member(
          {
            kind: "index",
            list: { kind: "childOutput", child: "bookings", optional: false },
            index: literal(0),
            optional: false,
          },
          "value",
          true,
        ),
        poll: member(answered("polls"), "value", true),
        trip: member(answered("trip"), "value", true),
        queued: { kind: "took", node: "trip", path: "$blockOfFull" },
        gaveUp: { kind: "took", node: "polls", path: "$blockOfRounds" },
      }),
      inputType: [
        field("first", optional(scalar("string"))),
        field("poll", optional(scalar("string"))),
        field("trip", optional(scalar("string"))),
        field("queued", "boolean"),
        field("gaveUp", "boolean"),
      ],
    },
  ],
});

/** Nothing but time. */
export const onlySleeps: Plan = sagaPlan({ saga: "OnlySleeps", input: [], parts: [sleeping("$sleep1", literal(1_000))] });

export const onlyItems: Plan = sagaPlan({
  saga: "OnlyItems",
  input: INPUT,
  bodies: [body({ id: "$foreach1", name: "all", kind: "item" })],
  parts: [
    { name: "p", kind: "pivot" },
    items("all", { list: NAMES, onFailure: "continue", output: array(object(field("status", "string"))), outputLive: true }),
  ],
});
