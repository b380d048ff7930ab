import { saga, step } from "../kit/sagas.ts";

/** A mistake that somebody makes who knows TypeScript and not this language. */
export interface Mistake {
  /** What was meant. */
  readonly meant: string;
  /** The source, with the place that is told in «». */
  readonly wrong: string;
  readonly code: string;
  /** Of what is told there: words that lead to the fix. */
  readonly told: string;
  /** The source when one has done what was told. */
  readonly right: string;
}

type Options = Parameters<typeof saga>[1];

/** A mistake among the statements of a saga. */
export function inSaga(meant: string, wrong: string, code: string, told: string, right: string, options: Options = {}): Mistake {
  return { meant, wrong: saga(wrong, options), code, told, right: saga(right, options) };
}

/** A mistake among the clauses of a step. */
export function inStep(meant: string, wrong: string, code: string, told: string, right: string, options: Options = {}): Mistake {
  return inSaga(meant, around(wrong), code, told, around(right), options);
}

/** A mistake in an expression: what a `let` is. */
export function inValue(meant: string, wrong: string, code: string, told: string, right: string): Mistake {
  const use = (value: string): string => `let x = ${value}\nstep reserve on inventory { input { x } compensate release }`;
  return inSaga(meant, use(wrong), code, told, use(right), { input: INPUT });
}

/** A mistake in a condition. */
export function inCondition(meant: string, wrong: string, code: string, told: string, right: string): Mistake {
  const use = (condition: string): string => `if ${condition} { ${step("reserve")} }`;
  return inSaga(meant, use(wrong), code, told, use(right), { input: INPUT });
}

/** A mistake among the fields of the saga's input. */
export function inType(meant: string, wrong: string, code: string, told: string, right: string): Mistake {
  const use = (type: string): string => saga(step("reserve"), { input: `orderId: uuid, x${type}` });
  return { meant, wrong: use(wrong), code, told, right: use(right) };
}

/** A mistake before the saga. */
export function before(
  meant: string,
  wrong: string,
  code: string,
  told: string,
  right: string,
  body: string,
  input?: string,
): Mistake {
  const options = (text: string): Options => (input === undefined ? { before: text } : { before: text, input });
  return { meant, wrong: saga(body, options(wrong)), code, told, right: saga(body, options(right)) };
}

function around(clauses: string): string {
  return `step reserve on inventory {\n  input { input.orderId }\n  ${clauses}\n}`;
}

export const INPUT =
  "orderId: uuid, sku: string, quantity: int, left: int?, note: string?, express: boolean, lines: { sku: string }[], " +
  "due: datetime, from: datetime, day: date, today: date";
export const OUT_OF_STOCK = "error OutOfStock { left: int }";
export const ERROR: Options = { before: OUT_OF_STOCK };
export const LINE = "orderId: uuid, line: Line";
