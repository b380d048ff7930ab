import type { Readable, ValueType } from "./expressions.ts";
import { asMaybe, indent, inside, TYPES } from "./lines.ts";
import type { Maker, Place } from "./maker.ts";
import { duration, step, value } from "./steps.ts";

export function parallel(make: Maker, place: Place): string[] {
  make.use("parallel");
  const waits = place.zone === "before" && make.chance("parallel wait", 25);
  return [
    ...indent([`parallel${waits ? " on failure wait" : ""} {`], place.depth),
    ...branches(make, place, "all"),
    ...indent(["}"], place.depth),
  ];
}

export function race(make: Maker, place: Place): string[] {
  make.use("race");
  const winner = make.chance("race as", 40) ? make.name("winner") : null;
  const type = make.dice.pick(TYPES);
  const lines = [
    ...indent([`race ${winner === null ? "" : `as ${winner} `}{`], place.depth),
    ...branches(make, place, winner === null ? "one" : type),
    ...indent(["}"], place.depth),
  ];
  if (winner !== null) place.readables.push({ text: `${winner}.it`, type, optional: false });
  return lines;
}

/** What a branch reads is what was there before all of them. `how`: all of them end, one does, or one with a result of this type. */
function branches(make: Maker, place: Place, how: "all" | "one" | ValueType): string[] {
  const { dice } = make;
  const later: Readable[] = [];
  const lines = Array.from({ length: dice.between(2, 3) }, () => {
    const inner = inside(place, 2);
    const name = make.name("branch");
    const body = [...(place.zone === "ending" ? [] : step(make, inner)), ...make.statements(inner, dice.between(0, 1))];
    if (body.length === 0) body.push(...step(make, inner));
    const brought = inner.readables.slice(place.readables.length);
    later.push(...(how === "all" ? brought : asMaybe(brought)));
    const type = how === "all" || how === "one" ? dice.pick(TYPES) : how;
    if ((how !== "all" && how !== "one") || (place.zone !== "ending" && make.chance("result of a branch", 30))) {
      body.push(...indent([`output { it: ${make.expression(type, inner)} }`], inner.depth));
      // Of a parallel it is worked out where it is read.
      later.push({ text: `${name}.it`, type, optional: how !== "all", ...(how === "all" ? { named: true } : {}) });
    }
    return [...indent([`branch ${name} {`], place.depth + 1), ...body, ...indent(["}"], place.depth + 1)];
  });
  place.readables.push(...later);
  return lines.flat();
}

export function choice(make: Maker, place: Place): string[] {
  make.use("if");
  const condition = make.expression("boolean", place);
  const lines = indent([`if ${condition} {`], place.depth);
  const known = [...place.readables];
  lines.push(...optional(make, place));
  if (make.dice.percent(50)) lines.push(...indent(["} else {"], place.depth), ...optional(make, place, known));
  return [...lines, ...indent(["}"], place.depth)];
}

export function foreach(make: Maker, place: Place): string[] {
  make.use("foreach");
  const { dice } = make;
  const { zone } = place;
  const item = make.name("item");
  const overItems = dice.percent(50);
  const list = overItems ? "input.items" : make.expression("strings", place, 1);
  const how =
    zone !== "before" ? "" : make.chance("foreach continue", 25) ? "continue" : make.chance("foreach wait", 20) ? "wait" : "";
  const inner: Place = { ...inside(place), repeated: true };
  inner.readables.push({ text: overItems ? `${item}.sku` : item, type: "string", optional: false });
  if (overItems) inner.readables.push({ text: `${item}.quantity`, type: "int", optional: false });
  const where = overItems && make.chance("foreach where", 25) ? ` where ${item}.quantity > 1` : "";
  const max = dice.percent(40) ? ` max ${dice.between(1, 2)}` : "";
  const body = [...step(make, inner), ...make.statements(inner, dice.between(0, 1))];
  const results = make.chance("foreach as", 40) ? make.name("results") : null;
  if (results !== null) {
    body.push(...indent([`output { it: ${make.expression("string", inner)} }`], inner.depth));
    const member = how === "continue" ? dice.pick(["output.it", "error.summary"]) : "it";
    // A list that is absent counts as empty; one that was not made cannot be read.
    place.readables.push({ text: `${results}[].${member}`, type: "strings", optional: false, named: true });
  }
  const clauses = `${results === null ? "" : ` as ${results}`}${where}${max}${how === "" ? "" : ` on failure ${how}`}`;
  return [...indent([`foreach ${item} in ${list}${clauses} {`], place.depth), ...body, ...indent(["}"], place.depth)];
}

export function repeat(make: Maker, place: Place): string[] {
  make.use("repeat");
  const { dice } = make;
  const before = place.zone === "before";
  const inner: Place = { ...inside(place), repeated: true };
  const look = make.name("look");
  const body = dice.percent(40) ? step(make, inner) : [];
  const input = `{ a: ${make.expression("string", inner)} }`;
  body.push(...indent([`readonly step ${look} on memory { input ${input} output { done: boolean, count: int } }`], inner.depth));
  const every = dice.percent(60) ? ` every ${duration(make, place, ["10m", "1m"])}` : "";
  const lines = [...indent([`repeat max ${dice.between(2, 4)}${every} {`], place.depth), ...body];
  place.readables.push({ text: `${look}.count`, type: "int", optional: false });
  const otherwise = dice.pick(
    before || place.zone === "tried" ? ["continue", "fail", "park", "block"] : ["continue", "park", "block"],
  );
  if (otherwise !== "block") return [...lines, ...indent([`} until ${look}.done otherwise ${otherwise}`], place.depth)];
  make.use("repeat otherwise block");
  const block = failed(make, place, place.readables);
  return [...lines, ...indent([`} until ${look}.done otherwise {`], place.depth), ...block, ...indent(["}"], place.depth)];
}

/** A block that fails alone. Behind the pivot what it does needs no undoing. */
export function attempt(make: Maker, place: Place): string[] {
  make.use("try");
  const after = place.zone !== "before";
  if (after) make.use("try after the pivot");
  const { dice } = make;
  const known = [...place.readables];
  const limit = make.chance("try timeout", 30) ? ` timeout ${duration(make, place, ["3s", "1h"])}` : "";
  const result = make.chance("try as", 35) ? make.name("tried") : null;
  const type = dice.pick(TYPES);
  const output = (inner: Place): string[] =>
    result === null ? [] : indent([`output { it: ${make.expression(type, inner)} }`], inner.depth);
  const body = optional(make, after ? { ...place, zone: "tried" } : place, known, output);
  const kind = dice.pick(after ? ["continue", "block"] : ["continue", "continue", "fail", "fail F", "park", "block", "block"]);
  const other =
    kind === "block"
      ? ["{", ...failed(make, place, known, output), ...indent(["}"], place.depth)]
      : [kind === "fail F" ? `fail Given { why: ${make.expression("string", { readables: known }, 1)} }` : kind];
  if (result !== null) place.readables.push({ text: `${result}.it`, type, optional: kind === "continue" || kind === "park" });
  return [
    ...indent([`try${limit}${result === null ? "" : ` as ${result}`} {`], place.depth),
    ...body,
    ...indent([`} otherwise ${other[0]}`], place.depth),
    ...other.slice(1),
  ];
}

/** Another path behind a failure, which it can read. */
function failed(make: Maker, place: Place, known: readonly Readable[], output?: (inner: Place) => string[]): string[] {
  const reads = make.chance("failure", 60) ? [{ text: "failure.summary", type: "string", optional: false } as const] : [];
  return optional(make, place, [...known, ...reads], output);
}

/** Statements that may not run: what they bring may be absent afterwards. `known`: what was there before the other way, which did not run. */
export function optional(
  make: Maker,
  place: Place,
  known: readonly Readable[] = place.readables,
  output: (inner: Place) => string[] = () => [],
): string[] {
  const before = known.length;
  const inner: Place = { ...inside(place), readables: [...known] };
  const body = [...step(make, inner), ...make.statements(inner, make.dice.between(0, 1))];
  const last = output(inner);
  place.readables.push(...asMaybe(inner.readables.slice(before)));
  return [...body, ...last];
}

export function letName(make: Maker, place: Place): string[] {
  make.use("let");
  const name = make.name("value");
  const type = make.dice.pick([...TYPES, "secret" as const]);
  const line = `let ${name} = ${value(make, type, place, true)}`;
  place.readables.push({ text: name, type, optional: false, named: true });
  return indent([line], place.depth);
}
