import type { Readable, ValueType } from "./expressions.ts";
import { asMaybe, capital, indent, inside, TYPES, typeText } from "./lines.ts";
import type { Maker, Place } from "./maker.ts";

type Field = readonly [name: string, type: ValueType];

/** A step as its place allows it; what it answers can be read behind it. */
export function step(make: Maker, place: Place): string[] {
  const { dice } = make;
  const { zone } = place;
  const name = make.name("step");
  const service = dice.pick(["memory", "memory", "plain", "fence"]);
  if (service === "plain") make.use("service that forgets");
  const kind = kindOf(make, place);
  const fields = zone === "ending" ? [] : outputFields(make);
  const clauses = [`input { ${inputFields(make, place, true).join(", ")} }`];
  if (fields.length > 0) clauses.push(`output { ${fields.map(fieldText).join(", ")} }`);
  const blocks: Readable[] = [];
  const goesOn = policies(make, place, { clauses, kind, fields, blocks });
  if (dice.percent(30)) clauses.push(`timeout ${duration(make, place, ["2s", "10s"])}`);
  clauses.push(...retry(make, place, kind, service));
  if (!place.repeated && zone !== "ending" && make.chance("key", 6)) clauses.push(`key "${name} \${input.id}"`);
  if (kind === "normal" && zone === "tried") clauses.push(none(make));
  if (kind === "normal" && (zone === "before" || zone === "maybe")) {
    if (make.chance("inquire", 20)) clauses.push(`inquire ask${capital(name)}`);
    clauses.push(dice.percent(85) ? compensation(make, name, fields, place) : none(make));
  }
  const optional = kind === "best effort" || goesOn;
  for (const [field, type] of fields) place.readables.push({ text: `${name}.${field}`, type, optional });
  place.readables.push(...blocks);
  const words = kind === "normal" ? "" : `${kind} `;
  return indent([`${words}step ${name} on ${service} {`, ...indent(clauses), "}"], place.depth);
}

type Kind = "normal" | "readonly" | "best effort";

function kindOf(make: Maker, { zone }: Place): Kind {
  if (zone === "ending") return "normal";
  if (make.chance("best effort", 12)) return "best effort";
  return make.chance("readonly", zone === "tried" ? 60 : 20) ? "readonly" : "normal";
}

function none(make: Maker): string {
  make.use("compensate none");
  return 'compensate none because "it is a note"';
}

/** Where a step may fail it has a bounded number of attempts; where it may not, none or those that end with a person. */
function retry(make: Maker, place: Place, kind: Kind, service: string): string[] {
  const { dice } = make;
  const pauses = (): string =>
    dice.percent(50) ? duration(make, place, ["1s", "10s"]) : `200ms..${duration(make, place, ["5s", "30s"])}`;
  const bounded = `retry ${dice.between(2, 4)} backoff ${pauses()}`;
  switch (place.zone) {
    case "before":
      if (dice.percent(50)) return [];
      if (kind !== "best effort" && make.chance("retry then park", 15)) return [`${bounded} then park`];
      if (kind !== "best effort" && make.chance("retry then fail E", 15))
        return [`${bounded} then fail Given { why: ${make.expression("string", place, 1)} }`];
      return [bounded];
    case "tried":
    case "ending":
      return dice.percent(60) ? [bounded] : service === "plain" || dice.percent(50) ? ["retry 2 backoff 1s"] : ["retry none"];
    case "maybe":
    case "after":
      if (kind === "best effort") return dice.percent(50) ? [bounded] : [];
      if (make.chance("retry then park", 20)) return [`${bounded} then park`];
      // Its service gives it up after three attempts.
      return service === "plain" ? ["retry forever backoff 1s..30s"] : [];
  }
}

function compensation(make: Maker, name: string, fields: readonly Field[], place: Place): string {
  const { dice } = make;
  const own = fields.slice(0, 1).map(([field]) => `own: ${name}.${field}`);
  const times = dice.percent(30) ? ` retry ${dice.between(2, 5)} backoff 1s..${duration(make, place, ["10s"])}` : "";
  const limit = dice.percent(15) ? ` timeout ${duration(make, place, ["3s"])}` : "";
  const input = [...inputFields(make, place, false).slice(0, 1), ...own];
  return `compensate undo${capital(name)} { input { ${input.join(", ")} }${limit}${times} }`;
}

/** Adds what the step may be refused with, and what then; true where it may then be gone on without its output. */
function policies(
  make: Maker,
  place: Place,
  step: { readonly clauses: string[]; readonly kind: Kind; readonly fields: readonly Field[]; readonly blocks: Readable[] },
): boolean {
  const { dice } = make;
  const { zone } = place;
  const canFail = zone === "before" || zone === "tried";
  if (!dice.percent(canFail ? 45 : 30)) return false;
  const isBestEffort = step.kind === "best effort";
  const fails = canFail && !isBestEffort;
  const can = {
    "on E fail": canFail || zone === "ending" ? 5 : 0,
    "on E continue": 2,
    "on E park": isBestEffort || zone === "ending" ? 0 : 1,
    "on E fail F": fails ? 1 : 0,
    "on E retry": isBestEffort || zone === "ending" ? 0 : 2,
    "on E block": isBestEffort || zone === "ending" || make.isSpent || place.depth > 3 ? 0 : 3,
  } as const;
  const policy = dice.weighted(Object.entries(can) as [keyof typeof can, number][]);
  make.use(policy);
  const { clauses } = step;
  const only = "throws Refused";
  switch (policy) {
    case "on E fail":
      clauses.push(dice.percent(40) ? `${only}, Empty` : only);
      return false;
    case "on E continue":
      clauses.push(only, "on Refused continue");
      return true;
    case "on E park":
      clauses.push(only, "on Refused park");
      return false;
    case "on E fail F":
      clauses.push(only, `on Refused fail Given { why: ${make.expression("string", place, 1)} }`);
      return false;
    case "on E retry": {
      const spent = fails ? dice.pick(["", " then park", " then continue"]) : dice.pick([" then park", " then continue"]);
      clauses.push(only, `on Refused retry ${dice.between(2, 3)} backoff ${duration(make, place, ["1s"])}${spent}`);
      return spent.endsWith("continue");
    }
    case "on E block": {
      const lines = policyBlock(make, place, step.fields, step.blocks);
      clauses.push(only, ["on Refused {", ...lines, "}"].join("\n"));
      return false;
    }
  }
}

/** The other path of an error. What it answers stands in place of what the step does; what it brings may be absent behind. */
function policyBlock(make: Maker, place: Place, fields: readonly Field[], brought: Readable[]): string[] {
  const inner = inside(place, 2);
  const known = inner.readables.length;
  inner.readables.push({ text: "Refused.why", type: "string", optional: false });
  make.spend();
  const lines = make.statements(inner, make.dice.between(1, 2));
  // A result with a secret in it is secret as a whole.
  const output = fields.map(([field, type]) => `${field}: ${type === "secret" ? '"none"' : make.expression(type, inner, 1)}`);
  brought.push(...asMaybe(inner.readables.slice(known + 1)));
  return output.length === 0 ? lines : [...lines, ...indent([`output { ${output.join(", ")} }`], inner.depth)];
}

/** The point of no return. `goneOn`: it may be refused, and is gone on without. */
export function pivot(make: Maker, place: Place, goneOn = false): string[] {
  const { dice } = make;
  const name = make.name("pivot");
  const service = dice.pick(["memory", "memory", "fence", "plain"]);
  const lines = [
    `pivot step ${name} on ${service} {`,
    `  input { ${inputFields(make, place, true).join(", ")} }`,
    "  output { text: string }",
    ...(service === "plain" ? ["  retry forever backoff 1s..30s"] : []),
  ];
  if (goneOn) lines.push("  throws Refused", "  on Refused continue");
  else if (dice.percent(30)) lines.push("  throws Refused");
  if (make.chance("inquire", 40)) lines.push(`  inquire ask${capital(name)}`);
  place.readables.push({ text: `${name}.text`, type: "string", optional: goneOn });
  return indent([...lines, "}"], place.depth);
}

/** A duration that is written, or one that is worked out of what can be read, up to an hour. */
export function duration(make: Maker, place: Place, written: readonly string[]): string {
  if (!make.chance("computed duration", 25)) return make.dice.pick(written);
  return `min(${make.expression("duration", place, 1)}, ${make.dice.pick(["10s", "1h"])})`;
}

/** A value for a field; `computes`: where a compute may be called. */
export function value(make: Maker, type: ValueType, place: Place, computes: boolean): string {
  const arg = (of: ValueType): string => make.expression(of, place, 1);
  if (computes && type === "int" && make.chance("compute", 20)) return `measure(${arg("string")}, ${arg("strings")})`;
  if (computes && type === "string" && make.chance("compute", 10)) return `label(${arg("int")})`;
  if (computes && type === "duration" && make.chance("compute", 15)) return `pause(${arg("int")})`;
  return make.expression(type, place);
}

function inputFields(make: Maker, place: Place, computes: boolean): string[] {
  const types = Array.from({ length: make.dice.between(1, 3) }, () => make.dice.pick(TYPES));
  const fields = types.map((type, at) => `f${at}: ${value(make, type, place, computes)}`);
  if (computes && make.chance("secret", 12)) fields.push(`hush: ${make.expression("secret", place, 0)}`);
  return fields;
}

function outputFields(make: Maker): Field[] {
  const all: readonly Field[] = [
    ["text", "string"],
    ["number", "int"],
    ["flag", "boolean"],
    ["list", "strings"],
  ];
  const rare: readonly Field[] = [
    ["wait", "duration"],
    ["token", "secret"],
  ];
  return [...all.filter(() => make.dice.percent(35)), ...rare.filter(() => make.dice.percent(10))];
}

function fieldText([field, type]: Field): string {
  return `${field}: ${typeText(type)}`;
}
