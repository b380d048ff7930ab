import { step } from "../kit/sagas.ts";
import { before, inType, LINE, type Mistake, OUT_OF_STOCK } from "./mistake.ts";

/** Types as in TypeScript. */
export const TYPES: readonly Mistake[] = [
  inType("an optional field", "«?»: int", "SAGA1001", "`x: string?`", ": int?"),
  inType("`| null`", ": int | «null»", "SAGA1012", "a `?` behind its type", ": int?"),
  inType("`Array<T>`", ": Array«<»string>", "SAGA1012", "`string[]`", ": string[]"),
  inType("`Record<K, T>`", ": Record«<»string, int>", "SAGA1012", "`record<…>`", ": record<int>"),
  inType("`any`", ": «any»", "SAGA1001", "`json`", ": json"),
  inType("`Date`", ": «Date»", "SAGA2002", "Did you mean `datetime`?", ": datetime"),
  inType(
    "a union of types",
    ": «int» | string",
    "SAGA3005",
    "a record with an optional field for each case",
    ": { count: int?, name: string? }",
  ),
  before(
    "`interface`",
    "«interface» Line { sku: string }",
    "SAGA1012",
    "Did you mean `type`?",
    "type Line = { sku: string }",
    step("reserve"),
    LINE,
  ),
  before(
    "a type without `=`",
    "type Line «{» sku: string }",
    "SAGA1001",
    "`type Line = { … }`",
    "type Line = { sku: string }",
    step("reserve"),
    LINE,
  ),
  before(
    "`export`",
    "«export» type Line = { sku: string }",
    "SAGA1012",
    "Leave it out",
    "type Line = { sku: string }",
    step("reserve"),
    LINE,
  ),
  before(
    "fields in brackets",
    "error OutOfStock«(»left: int)",
    "SAGA1012",
    "`error OutOfStock { field: type }`",
    OUT_OF_STOCK,
    step("reserve", "throws OutOfStock"),
  ),
  before(
    "a promise without its time",
    "service inventory { idempotent «}»",
    "SAGA1001",
    "`idempotent for 7d`",
    "service inventory { idempotent for 7d }",
    step("reserve"),
  ),
];
