/**
 * What is absent is `null` or `undefined`, and both are the same. A value is there wherever a kind does not say that it may be absent: the
 * checker has seen to it. A `let` has no kind of its own: its value stands where it is named.
 */
export type PlanExpr =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "array"; readonly items: readonly PlanExpr[] }
  | { readonly kind: "object"; readonly entries: readonly PlanEntry[] }
  /** The unit's input. */
  | { readonly kind: "input" }
  /** A step's output. `optional`: it may be absent where this stands (it may not have run, or its outcome can be unknown). */
  | { readonly kind: "stepOutput"; readonly step: string; readonly optional: boolean }
  /**
   * What a child brought: the list of a foreach's results, the output of a called saga, the output of a repeat's last round.
   * `optional`: it may not have run where this stands.
   */
  | { readonly kind: "childOutput"; readonly child: string; readonly optional: boolean }
  /** The signal that a wait received; absent unless it came by this case. */
  | { readonly kind: "received"; readonly wait: string; readonly case: string; readonly optional: boolean }
  /** The signal that the `where` around it looks at. */
  | { readonly kind: "candidate" }
  /** The recorded result of a compute node. `optional`: it may not have run where this stands. */
  | { readonly kind: "computed"; readonly compute: string; readonly optional: boolean }
  /** The data of the error that a step or called saga answered with: in the block of its policy only. */
  | { readonly kind: "caught"; readonly of: string }
  /** `{ name, step, summary, at }`: why a scope failed, `null`: the saga. */
  | { readonly kind: "failure"; readonly scope: string | null }
  /** A truth value: a try took `body` or `otherwise` to its end, a race was won by this branch, a block of a policy ran to its end. */
  | { readonly kind: "took"; readonly node: string; readonly path: string }
  /** One of `lets`. */
  | { readonly kind: "let"; readonly name: string }
  /** A member; `optional`: the object may be absent, then so is the member. */
  | { readonly kind: "member"; readonly object: PlanExpr; readonly name: string; readonly optional: boolean }
  /** One item; absent outside of the list. `optional`: the list may be absent, then so is the item. */
  | { readonly kind: "index"; readonly list: PlanExpr; readonly index: PlanExpr; readonly optional: boolean }
  /** What a record has under a key, which is a text; absent where it has nothing. `optional`: the record may be absent, then so is this. */
  | { readonly kind: "entry"; readonly record: PlanExpr; readonly key: PlanExpr; readonly optional: boolean }
  /** `select` of every item, in order. `flatten`: it is a list, and the result is the items of all of them. */
  | { readonly kind: "every"; readonly list: PlanExpr; readonly select: PlanExpr; readonly flatten: boolean }
  /** The item that `select` of the `every` around it speaks of. */
  | { readonly kind: "item" }
  /** The items of a list that are there. */
  | { readonly kind: "present"; readonly list: PlanExpr }
  /** The parts as texts, one after the other: strings, numbers and truth values as JavaScript writes them. */
  | { readonly kind: "template"; readonly parts: readonly PlanExpr[] }
  /** Only the chosen side is looked at. */
  | { readonly kind: "conditional"; readonly condition: PlanExpr; readonly whenTrue: PlanExpr; readonly whenFalse: PlanExpr }
  /** `left`, or `right` where that is absent. */
  | { readonly kind: "coalesce"; readonly left: PlanExpr; readonly right: PlanExpr }
  | { readonly kind: "not"; readonly operand: PlanExpr }
  /** The right side is only looked at where the left one does not decide. */
  | { readonly kind: "logic"; readonly operator: "and" | "or"; readonly left: PlanExpr; readonly right: PlanExpr }
  /** Whether it is absent. */
  | { readonly kind: "absent"; readonly value: PlanExpr }
  /** Of scalars; both may be absent, and then are equal. */
  | { readonly kind: "equal"; readonly left: PlanExpr; readonly right: PlanExpr }
  /** Of two numbers, or of two dates by their text. */
  | { readonly kind: "order"; readonly operator: "<" | "<=" | ">" | ">="; readonly left: PlanExpr; readonly right: PlanExpr }
  /** `%` has the sign of its left side. No right side of `/` and `%` is zero. The result is held within `result`. */
  | {
      readonly kind: "arithmetic";
      readonly operator: "+" | "-" | "*" | "/" | "%";
      readonly result: NumberRange;
      readonly left: PlanExpr;
      readonly right: PlanExpr;
    }
  /** A datetime as milliseconds since 1970-01-01T00:00:00Z; `optional`: it may be absent, then so is this. 0 for what is no datetime. */
  | { readonly kind: "instant"; readonly value: PlanExpr; readonly optional: boolean }
  /** Such milliseconds as a datetime in UTC, held within the years 0 to 9999. */
  | { readonly kind: "datetime"; readonly ms: PlanExpr }
  | { readonly kind: "length"; readonly list: PlanExpr }
  /** Item by item from the first one on, each sum held within `result`; 0 of an empty list. */
  | { readonly kind: "sum"; readonly list: PlanExpr; readonly result: NumberRange }
  /** Of two numbers or more. */
  | { readonly kind: "extreme"; readonly which: "min" | "max"; readonly items: readonly PlanExpr[] }
  /** Whether an item of the list equals `item`, as `equal` has it. */
  | { readonly kind: "contains"; readonly list: PlanExpr; readonly item: PlanExpr };

/**
 * What a number is held within, so that arithmetic is total: `int` between -(2^53 - 1) and 2^53 - 1; `number` within what a double
 * can hold, never infinite; `duration` rounded to whole milliseconds between 0 and 2^53 - 1. There is no negative zero.
 */
export type NumberRange = "int" | "number" | "duration";

export interface PlanEntry {
  readonly name: string;
  readonly value: PlanExpr;
}
