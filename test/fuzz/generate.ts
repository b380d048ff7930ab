import type { Construct } from "./constructs.ts";
import { declarations, EXTRA, typesFile } from "./declarations.ts";
import { attempt, choice, foreach, letName, parallel, race, repeat } from "./groups.ts";
import { asMaybe, INPUT, indent, inside, TYPES } from "./lines.ts";
import { Maker, type Place, type Zone } from "./maker.ts";
import { pivot, step } from "./steps.ts";
import { awaitAny, awaitOne, call, fail, sleep } from "./waits.ts";

/** A program that was made up: well typed, and sound as far as the language asks for it. */
export interface Program {
  readonly seed: number;
  /** Of its saga; those that it calls, where it does, are `<saga>Callee` and `<saga>Inner`. */
  readonly saga: string;
  /** Its files, by path; the one of its saga comes first. */
  readonly files: Readonly<Record<string, string>>;
  /** What it uses. */
  readonly constructs: readonly Construct[];
}

/** The same seed gives the same program. */
export function generate(seed: number): Program {
  const make = new Maker(seed, statements);
  const { dice, saga } = make;
  const readables = [...INPUT];
  const place: Place = { zone: "before", depth: 0, repeated: false, readables };
  const body = [...statements(make, place, dice.between(1, 3)), ...turn(make, place)];
  const output = [...TYPES.slice(1)].map((type, at) => `out${at}: ${make.expression(type, place)}`);
  const lines = [
    `saga ${saga} {`,
    "  version 1",
    `  timeout ${dice.percent(20) ? "input.patience + 30d" : "30d"}`,
    ...(make.chance("undo within", 30) ? [`  undo within ${dice.pick(["1m", "2h", "input.patience + 1s"])}`] : []),
    `  input { ${INPUT_FIELDS} }`,
    ...(make.chance("tags", 30) ? ["  tags { who: input.name, input.id, many: length(input.list) }"] : []),
    ...(make.used.has("await") || make.used.has("await any") ? ["  signal go { ok: boolean, by: string }"] : []),
    ...(make.used.has("await any") ? ["  signal stop"] : []),
    ...body,
    `  output { ${output.join(", ")} }`,
    ...endings(make),
    "}",
  ];
  const files = declarations(make, `fuzz-${seed}`, lines);
  if (Object.values(files).some((text) => text.includes("input.prices["))) make.use("record entry");
  return { seed, saga, files: { ...files, ...typesFile(make, files) }, constructs: [...make.used].sort() };
}

const INPUT_FIELDS = [
  "id: uuid, name: string, note: string?, count: int, flag: boolean, list: string[], items: { sku: string, quantity: int }[]",
  `patience: duration, due: datetime, card: secret string, prices: record<int>, extra: ${EXTRA}`,
].join(", ");

/** How it comes to its point of no return, and what follows. */
function turn(make: Maker, place: Place): string[] {
  const { dice } = make;
  const { readables } = place;
  const after = (zone: Zone): string[] => statements(make, { ...place, zone }, dice.between(0, 2));
  switch (
    dice.weighted([
      ["none", 20],
      ["one", 40],
      ["all arms", 20],
      ["one arm", 12],
      ["gone on without", 8],
    ] as const)
  ) {
    case "none":
      make.use("no pivot");
      return [];
    case "one":
      make.use("pivot");
      return [...pivot(make, place), ...after("after")];
    case "all arms": {
      make.use("pivot on several arms");
      const known = [...readables];
      const arms = Array.from({ length: dice.between(2, 3) }, () => {
        const inner: Place = { ...inside(place), readables: [...known] };
        const lines = [
          ...statements(make, inner, dice.between(0, 1)),
          ...pivot(make, inner),
          ...statements(make, { ...inner, zone: "after" }, dice.between(0, 1)),
        ];
        readables.push(...asMaybe(inner.readables.slice(known.length)));
        return lines;
      });
      const heads = arms.map((_, at) => {
        const condition = at === arms.length - 1 ? "" : `if ${make.expression("boolean", { readables: known })} `;
        return `${at === 0 ? "" : "} else "}${condition}{`;
      });
      return [...arms.flatMap((lines, at) => [...indent([heads[at] ?? ""], 0), ...lines]), "  }", ...after("after")];
    }
    case "one arm": {
      make.use("pivot on one arm");
      const inner = inside(place);
      const condition = make.expression("boolean", place);
      const lines = pivot(make, inner);
      readables.push(...asMaybe(inner.readables.slice(readables.length)));
      return [`  if ${condition} {`, ...lines, "  }", ...after("maybe")];
    }
    case "gone on without":
      make.use("pivot gone on without");
      return [...pivot(make, place, true), ...after("maybe")];
  }
}

function statements(make: Maker, place: Place, count: number): string[] {
  const lines: string[] = [];
  for (let made = 0; made < count; made++) lines.push(...statement(make, place));
  return lines;
}

function statement(make: Maker, place: Place): string[] {
  const { zone } = place;
  const shallow = place.depth < 3 && !make.isSpent;
  const before = zone === "before";
  const ending = zone === "ending";
  const choices: (readonly [(make: Maker, place: Place) => string[], number])[] = [
    [step, 6],
    [letName, 2],
    [sleep, 2],
    [parallel, shallow ? 3 : 0],
    [choice, shallow ? 3 : 0],
    [foreach, shallow && !ending && zone !== "tried" ? 3 : 0],
    [awaitOne, shallow && !ending ? 2 : 0],
    [awaitAny, shallow && !ending && zone !== "tried" ? 2 : 0],
    [repeat, shallow && !ending && zone !== "tried" ? 2 : 0],
    [attempt, shallow && (before || zone === "after") ? 3 : 0],
    [race, shallow && before ? 3 : 0],
    [call, shallow && (before || zone === "after") ? 5 : 0],
    [fail, before ? 1 : 0],
  ];
  make.spend();
  return make.dice.weighted(choices)(make, place);
}

function endings(make: Maker): string[] {
  const { dice } = make;
  const ending = (name: string, more: Place["readables"]): string[] => {
    make.use("ending");
    const place: Place = { zone: "ending", depth: 1, repeated: false, readables: [...INPUT, ...more] };
    const lines = step(make, place);
    if (make.chance("statement in an ending", 60)) lines.push(...make.dice.pick([parallel, choice, sleep, letName])(make, place));
    return [`  on ${name} {`, ...lines, "  }"];
  };
  return [
    ...(dice.percent(25) ? ending("completed", []) : []),
    ...(dice.percent(25) ? ending("compensated", [{ text: "failure.summary", type: "string", optional: false }]) : []),
  ];
}
