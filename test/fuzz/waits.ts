import type { Readable } from "./expressions.ts";
import { optional } from "./groups.ts";
import { asMaybe, INPUT, indent, inside } from "./lines.ts";
import type { Maker, Place } from "./maker.ts";
import { duration } from "./steps.ts";

export function awaitOne(make: Maker, place: Place): string[] {
  make.use("await");
  const { dice } = make;
  const name = make.name("heard");
  const where = make.chance("await where", 30) ? ` where ${name}.ok` : "";
  const limit = make.chance("await by", 25)
    ? `by input.due + ${duration(make, place, ["1h", "2d"])}`
    : `timeout ${duration(make, place, ["1h", "2d"])}`;
  const canFail = place.zone === "before" || place.zone === "tried";
  const kind = dice.pick(canFail ? ["continue", "fail", "fail F", "block"] : ["continue", "park", "block"]);
  const known = [...place.readables];
  const head = `await go as ${name}${where} ${limit} on timeout`;
  const absent = kind === "continue" || kind === "block";
  const brought: Readable[] = [
    { text: `${name}.ok`, type: "boolean", optional: absent },
    { text: `${name}.by`, type: "string", optional: absent },
  ];
  if (kind === "block") {
    make.use("await timeout block");
    const block = optional(make, place, known);
    place.readables.push(...brought);
    return [...indent([`${head} {`], place.depth), ...block, ...indent(["}"], place.depth)];
  }
  const what = kind === "fail F" ? `fail Given { why: ${make.expression("string", place, 1)} }` : kind;
  place.readables.push(...brought);
  return indent([`${head} ${what}`], place.depth);
}

export function awaitAny(make: Maker, place: Place): string[] {
  make.use("await any");
  const onTimeout = place.zone === "before" ? make.dice.pick(["continue", "fail"]) : "continue";
  const known = [...place.readables];
  const deeper: Place = { ...place, depth: place.depth + 1 };
  return [
    ...indent(["await any {", "  on go {"], place.depth),
    ...optional(make, deeper, [...known, { text: "go.by", type: "string", optional: false }]),
    ...indent(["  }", "  on stop {"], place.depth),
    ...optional(make, deeper, known),
    ...indent(
      ["  }", `} timeout ${duration(make, { ...place, readables: known }, ["3h"])} on timeout ${onTimeout}`],
      place.depth,
    ),
  ];
}

export function sleep(make: Maker, place: Place): string[] {
  if (place.zone !== "ending" && make.chance("sleep until", 25))
    return indent([`sleep until input.due + ${duration(make, place, ["1h"])}`], place.depth);
  make.use("sleep");
  const time = make.chance("compute", 20)
    ? `pause(${make.expression("int", place, 1)})`
    : duration(make, place, ["1s", "5m", "3h"]);
  return indent([`sleep ${time}`], place.depth);
}

export function fail(make: Maker, place: Place): string[] {
  make.use("fail");
  make.use("if");
  const why = make.expression("string", place);
  return indent([`if ${make.expression("boolean", { readables: INPUT })} { fail Given { why: ${why} } }`], place.depth);
}

/** Another saga. Behind the pivot it is called until it succeeds, or gone on without. */
export function call(make: Maker, place: Place): string[] {
  make.use("call");
  const { dice } = make;
  const name = make.name("called");
  const canFail = place.zone === "before";
  if (place.zone === "after") make.use("call after the pivot");
  const clauses = [
    `input { text: ${make.expression("string", place)}, patience: ${make.expression("duration", place)}, card: ${make.expression("secret", place, 0)} }`,
  ];
  const known = [...place.readables];
  let absent = false;
  const bring: Readable[] = [];
  const outcome = (): string => {
    const kind = dice.pick(canFail ? ["continue", "fail", "fail F", "park", "block"] : ["continue", "park", "block"]);
    if (kind === "fail F") return `fail Given { why: ${make.expression("string", { readables: known }, 1)} }`;
    if (kind === "continue") absent = true;
    if (kind !== "block") return kind;
    const inner: Place = { ...inside(place, 2), readables: [...known] };
    const lines = make.statements(inner, 1);
    const output = indent([`output { answer: ${make.expression("string", inner, 1)} }`], inner.depth);
    bring.push(...asMaybe(inner.readables.slice(known.length)));
    return ["{", ...lines, ...output, "}"].join("\n");
  };
  if (make.chance("call on E", 35)) {
    const times = dice.percent(40) ? `retry 2 backoff ${duration(make, place, ["1m"])} then ` : "";
    clauses.push(`on Refused ${times}${outcome()}`);
  }
  if (make.chance("call retry", 30)) clauses.push(`retry ${dice.between(2, 3)} backoff ${duration(make, place, ["1m", "10s"])}`);
  if (!canFail || dice.percent(45)) clauses.push(`on failure ${outcome()}`);
  place.readables.push(...bring, { text: `${name}.answer`, type: "string", optional: absent });
  return indent([`call ${make.saga}Callee as ${name} {`, ...indent(clauses), "}"], place.depth);
}
