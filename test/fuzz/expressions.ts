import type { Dice } from "./dice.ts";

/** What can be read at a place of a program. */
export interface Readable {
  readonly text: string;
  readonly type: ValueType;
  /** It may be absent there. */
  readonly optional: boolean;
  /** A `let`: where it may not have been come to, it cannot be read. */
  readonly named?: true;
}

/** `secret`: a text that may flow only where a secret may. */
export type ValueType = "string" | "int" | "boolean" | "strings" | "duration" | "secret";

/** A well-typed expression over what can be read; never absent. */
export function expression(dice: Dice, type: ValueType, readables: readonly Readable[], depth = 2): string {
  const mine = readables.filter((readable) => readable.type === type);
  if (mine.length > 0 && dice.percent(depth > 0 ? 60 : 80)) {
    const { text, optional } = dice.pick(mine);
    return optional ? `(${text} ?? ${literal(dice, type)})` : text;
  }
  if (depth === 0) return literal(dice, type);
  const inner = (of: ValueType): string => expression(dice, of, readables, depth - 1);
  switch (type) {
    case "string":
      return dice.pick([
        () => literal(dice, "string"),
        () => `"${dice.pick(["a", "b"])}-\${${inner("string")}}-\${${inner("int")}}"`,
        () => `(${inner("boolean")} ? ${inner("string")} : ${inner("string")})`,
        () => `(${inner("strings")}[${dice.between(0, 2)}] ?? ${literal(dice, "string")})`,
      ])();
    case "int":
      return dice.pick([
        () => literal(dice, "int"),
        () => `(${inner("int")} ${dice.pick(["+", "-", "*"])} ${inner("int")})`,
        () => `length(${inner("strings")})`,
        () => `${dice.pick(["min", "max"])}(${inner("int")}, ${inner("int")})`,
      ])();
    case "boolean":
      return dice.pick([
        () => `(${inner("int")} ${dice.pick([">", "<=", "=="])} ${dice.between(0, 5)})`,
        () => `(not ${inner("boolean")})`,
        () => `(${inner("boolean")} ${dice.pick(["and", "or"])} ${inner("boolean")})`,
        // Of literals alone the compiler knows the answer, and says so.
        () => `contains(input.list, ${inner("string")})`,
      ])();
    case "strings":
      return `[${Array.from({ length: dice.between(1, 3) }, () => inner("string")).join(", ")}]`;
    case "duration":
      return dice.pick([
        () => literal(dice, "duration"),
        () => `(${inner("duration")} ${dice.pick(["+", "-"])} ${inner("duration")})`,
        () => `(${inner("duration")} * ${inner("int")})`,
        () => `${dice.pick(["min", "max"])}(${inner("duration")}, ${inner("duration")})`,
        () => `(${inner("boolean")} ? ${inner("duration")} : ${inner("duration")})`,
      ])();
    case "secret":
      return literal(dice, "secret");
  }
}

export function literal(dice: Dice, type: ValueType): string {
  switch (type) {
    case "string":
    case "secret":
      return dice.pick(['"red"', '"green"', '""']);
    case "int":
      return String(dice.between(0, 9));
    case "boolean":
      return dice.pick(["true", "false"]);
    case "strings":
      return '["x", "y"]';
    case "duration":
      return dice.pick(["1s", "20s", "5m"]);
  }
}
