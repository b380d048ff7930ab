import { Dice } from "./dice.ts";
import { expression, type Readable, type ValueType } from "./expressions.ts";
import type { Feature } from "./features.ts";
import { asMaybe, calleeLines, capital, INPUT, indent, TYPES, typeText } from "./lines.ts";

/** A program that was made up: well typed, and sound as far as the language asks for it. */
export interface Program {
  readonly seed: number;
  /** Of its saga; its callee, where it has one, is `<saga>Callee`. */
  readonly saga: string;
  readonly text: string;
  /** What it uses. */
  readonly features: readonly Feature[];
}

/** The same seed and features give the same program. */
export function generate(seed: number, features: ReadonlySet<Feature>): Program {
  return new Generator(seed, features).program();
}

/** Where a statement stands. */
interface Place {
  readonly zone: "before" | "after";
  /** How deep it is nested. */
  readonly depth: number;
  readonly readables: Readable[];
}

class Generator {
  readonly #dice: Dice;
  readonly #features: ReadonlySet<Feature>;
  readonly #used = new Set<Feature>();
  readonly #saga: string;
  readonly #seed: number;
  #names = 0;
  #budget: number;

  constructor(seed: number, features: ReadonlySet<Feature>) {
    this.#dice = new Dice(seed);
    this.#features = features;
    this.#seed = seed;
    this.#saga = `Fuzz${seed}`;
    this.#budget = this.#dice.between(2, 9);
  }

  program(): Program {
    const dice = this.#dice;
    const readables = [...INPUT];
    const before = this.#statements({ zone: "before", depth: 0, readables }, dice.between(1, 3));
    const pivot = dice.percent(70) ? this.#pivot(readables) : null;
    const after = pivot === null ? [] : this.#statements({ zone: "after", depth: 0, readables }, dice.between(0, 2));
    const output = TYPES.map((type) => `${type}Out: ${expression(dice, type, readables)}`);
    const lines = [
      "error Refused { why: string }",
      "error Empty",
      "error Given { why: string }",
      "service memory { idempotent for 60d timeout 5s }",
      "service plain { timeout 4s retry 3 backoff 500ms..5s }",
      ...(this.#used.has("call") ? calleeLines(this.#saga) : []),
      `saga ${this.#saga} {`,
      "  version 1",
      "  timeout 30d",
      "  input { id: uuid, name: string, note: string?, count: int, flag: boolean, list: string[], items: { sku: string, quantity: int }[] }",
      ...(this.#used.has("await") || this.#used.has("awaitAny") ? ["  signal go { ok: boolean, by: string }"] : []),
      ...(this.#used.has("awaitAny") ? ["  signal stop"] : []),
      ...before,
      ...(pivot ?? []),
      ...after,
      `  output { ${output.join(", ")} }`,
      ...this.#endings(),
      "}",
    ];
    return { seed: this.#seed, saga: this.#saga, text: `${lines.join("\n")}\n`, features: [...this.#used].sort() };
  }

  #statements(place: Place, count: number): string[] {
    const lines: string[] = [];
    for (let made = 0; made < count; made++) lines.push(...this.#statement(place));
    return lines;
  }

  #statement(place: Place): string[] {
    const deep = place.depth >= 3 || this.#budget <= 0;
    const before = place.zone === "before";
    const choices: (readonly [() => string[], number])[] = [
      [() => this.#step(place), 8],
      [() => this.#let(place), this.#can("let") ? 2 : 0],
      [() => this.#sleep(), this.#can("sleep") ? 2 : 0],
      [() => this.#parallel(place), !deep && this.#can("parallel") ? 3 : 0],
      [() => this.#if(place), !deep && this.#can("if") ? 3 : 0],
      [() => this.#foreach(place), !deep && this.#can("foreach") ? 3 : 0],
      [() => this.#await(place), this.#can("await") ? 2 : 0],
      [() => this.#awaitAny(place), !deep && this.#can("awaitAny") ? 1 : 0],
      [() => this.#repeat(place), !deep && this.#can("repeat") ? 2 : 0],
      [() => this.#try(place), !deep && before && this.#can("try") ? 3 : 0],
      [() => this.#race(place), !deep && before && this.#can("race") ? 2 : 0],
      [() => this.#call(place), before && this.#can("call") ? 2 : 0],
      [() => this.#fail(), before && this.#can("fail") && this.#can("if") ? 1 : 0],
    ];
    this.#budget--;
    return this.#dice.weighted(choices)();
  }

  // ---- steps

  #step(place: Place): string[] {
    const dice = this.#dice;
    const name = this.#name("step");
    const service = dice.pick(["memory", "plain"]);
    const fields = this.#outputFields();
    const bestEffort = this.#can("bestEffort") && dice.percent(12) && this.#use("bestEffort");
    const readonly = !bestEffort && dice.percent(20);
    const kind = bestEffort ? "best effort " : readonly ? "readonly " : "";
    const clauses = [`input { ${this.#inputFields(place).join(", ")} }`];
    if (fields.length > 0) clauses.push(`output { ${fields.map(([field, type]) => `${field}: ${typeText(type)}`).join(", ")} }`);
    const continues = this.#throws(place, clauses, bestEffort);
    if (dice.percent(30)) clauses.push(`timeout ${dice.pick(["2s", "10s"])}`);
    if (place.zone === "before" && dice.percent(50)) {
      const park = !bestEffort && this.#can("retryPark") && dice.percent(15) && this.#use("retryPark") ? " then park" : "";
      clauses.push(`retry ${dice.between(2, 4)} backoff ${dice.pick(["200ms..5s", "1s", "10s"])}${park}`);
    }
    // Its service gives it up after three attempts.
    if (place.zone === "after" && !bestEffort && service === "plain") clauses.push("retry forever backoff 1s..30s");
    if (place.zone === "before" && !bestEffort && !readonly) {
      if (dice.percent(20)) clauses.push(`inquire ask${capital(name)}`);
      clauses.push(dice.percent(85) ? this.#compensation(name, fields, place) : 'compensate none because "it is a note"');
    }
    for (const [field, type] of fields)
      place.readables.push({ text: `${name}.${field}`, type, optional: bestEffort || continues });
    return indent([`${kind}step ${name} on ${service} {`, ...indent(clauses), "}"], place.depth);
  }

  #compensation(name: string, fields: readonly (readonly [string, ValueType])[], place: Place): string {
    const own = fields.slice(0, 1).map(([field]) => `own: ${name}.${field}`);
    const retry = this.#dice.percent(30) ? ` retry ${this.#dice.between(2, 5)} backoff 1s..10s` : "";
    return `compensate undo${capital(name)} { input { ${[...this.#inputFields(place).slice(0, 1), ...own].join(", ")} }${retry} }`;
  }

  /** Adds what the step may be refused with; true where it is then gone on without its output. */
  #throws(place: Place, clauses: string[], bestEffort: boolean): boolean {
    const dice = this.#dice;
    const after = place.zone === "after";
    if (!dice.percent(after ? 25 : 45)) return false;
    const policies: (readonly [string, number, boolean])[] = [
      ["", after ? 0 : 5, false],
      ["on Refused continue", this.#can("policyContinue") ? 2 : 0, true],
      ["on Refused park", bestEffort ? 0 : this.#can("policyPark") ? 1 : 0, false],
      ['on Refused fail Given { why: "given" }', after || bestEffort ? 0 : this.#can("policyFail") ? 1 : 0, false],
      ["on Refused retry 3 backoff 1s", after || bestEffort ? 0 : this.#can("policyRetry") ? 1 : 0, false],
      ["on Refused retry 3 backoff 1s then park", bestEffort ? 0 : this.#can("policyRetry") ? 1 : 0, false],
    ];
    if (policies.every(([, weight]) => weight === 0)) return false;
    const [policy, , continues] = dice.weighted(policies.map((each) => [each, each[1]] as const));
    if (policy.includes("continue")) this.#use("policyContinue");
    if (policy.includes("park")) this.#use("policyPark");
    if (policy.includes("fail")) this.#use("policyFail");
    if (policy.includes("retry")) this.#use("policyRetry");
    clauses.push(!after && policy === "" && dice.percent(40) ? "throws Refused, Empty" : "throws Refused");
    if (policy !== "") clauses.push(policy);
    return continues;
  }

  #pivot(readables: Readable[]): string[] {
    const name = this.#name("pivot");
    const place: Place = { zone: "before", depth: 0, readables };
    const lines = [
      `  pivot step ${name} on memory {`,
      `    input { ${this.#inputFields(place).join(", ")} }`,
      "    output { text: string }",
    ];
    if (this.#dice.percent(30)) lines.push("    throws Refused");
    if (this.#dice.percent(40)) lines.push(`    inquire ask${capital(name)}`);
    readables.push({ text: `${name}.text`, type: "string", optional: false });
    return [...lines, "  }"];
  }

  #inputFields(place: Place): string[] {
    const types = Array.from({ length: this.#dice.between(1, 3) }, () => this.#dice.pick(TYPES));
    return types.map((type, at) => `f${at}: ${expression(this.#dice, type, place.readables)}`);
  }

  #outputFields(): (readonly [string, ValueType])[] {
    const all: readonly (readonly [string, ValueType])[] = [
      ["text", "string"],
      ["number", "int"],
      ["flag", "boolean"],
      ["list", "strings"],
    ];
    return all.filter(() => this.#dice.percent(40));
  }

  // ---- groups

  #parallel(place: Place): string[] {
    this.#use("parallel");
    const wait = this.#can("wait") && place.zone === "before" && this.#dice.percent(25) && this.#use("wait");
    return [
      ...indent([`parallel${wait ? " on failure wait" : ""} {`], place.depth),
      ...this.#branches(place, false),
      ...indent(["}"], place.depth),
    ];
  }

  #race(place: Place): string[] {
    this.#use("race");
    return [...indent(["race {"], place.depth), ...this.#branches(place, true), ...indent(["}"], place.depth)];
  }

  /** What a branch reads is what was there before all of them. */
  #branches(place: Place, optional: boolean): string[] {
    const later: Readable[] = [];
    const lines = Array.from({ length: this.#dice.between(2, 3) }, () => {
      const inner = this.#inside(place, 2);
      const body = [...this.#step(inner), ...this.#statements(inner, this.#dice.between(0, 1))];
      const brought = inner.readables.slice(place.readables.length);
      later.push(...(optional ? asMaybe(brought) : brought));
      return [...indent([`branch ${this.#name("branch")} {`], place.depth + 1), ...body, ...indent(["}"], place.depth + 1)];
    });
    place.readables.push(...later);
    return lines.flat();
  }

  #if(place: Place): string[] {
    this.#use("if");
    const condition = expression(this.#dice, "boolean", place.readables);
    const lines = indent([`if ${condition} {`], place.depth);
    const known = [...place.readables];
    lines.push(...this.#optional(place));
    if (this.#dice.percent(50)) lines.push(...indent(["} else {"], place.depth), ...this.#optional(place, known));
    return [...lines, ...indent(["}"], place.depth)];
  }

  #foreach(place: Place): string[] {
    this.#use("foreach");
    const dice = this.#dice;
    const item = this.#name("item");
    const overItems = dice.percent(50);
    const list = overItems ? "input.items" : expression(dice, "strings", place.readables, 1);
    const goesOn = place.zone === "before" && this.#can("foreachContinue") && dice.percent(25) && this.#use("foreachContinue");
    const how = goesOn ? " on failure continue" : place.zone === "before" && dice.percent(20) ? " on failure wait" : "";
    const max = dice.percent(40) ? ` max ${dice.between(1, 2)}` : "";
    const inner = this.#inside(place);
    inner.readables.push(
      overItems ? { text: `${item}.sku`, type: "string", optional: false } : { text: item, type: "string", optional: false },
      ...(overItems ? [{ text: `${item}.quantity`, type: "int", optional: false } as const] : []),
    );
    const where = overItems && dice.percent(25) ? ` where ${item}.quantity > 1` : "";
    const body = [...this.#step(inner), ...this.#statements(inner, dice.between(0, 1))];
    return [
      ...indent(
        [`foreach ${item} in ${list}${dice.percent(30) ? ` as ${this.#name("results")}` : ""}${where}${max}${how} {`],
        place.depth,
      ),
      ...body,
      ...indent(["}"], place.depth),
    ];
  }

  #repeat(place: Place): string[] {
    this.#use("repeat");
    const dice = this.#dice;
    const inner = this.#inside(place);
    const name = this.#name("look");
    const body = [
      ...(dice.percent(40) ? this.#step(inner) : []),
      ...indent(
        [
          `readonly step ${name} on memory { input { a: ${expression(dice, "string", inner.readables)} } output { done: boolean } }`,
        ],
        inner.depth,
      ),
    ];
    const otherwise = place.zone === "before" ? dice.pick(["continue", "fail", "park"]) : dice.pick(["continue", "park"]);
    return [
      ...indent([`repeat max ${dice.between(2, 4)}${dice.percent(60) ? " every 10m" : ""} {`], place.depth),
      ...body,
      ...indent([`} until ${name}.done otherwise ${otherwise}`], place.depth),
    ];
  }

  #try(place: Place): string[] {
    this.#use("try");
    const known = [...place.readables];
    const timed = this.#can("tryTimeout") && this.#dice.percent(25) && this.#use("tryTimeout");
    return [
      ...indent([`try${timed ? ` timeout ${this.#dice.pick(["3s", "1h"])}` : ""} {`], place.depth),
      ...this.#optional(place),
      ...indent(["} otherwise "], place.depth).map((line) => line.trimEnd()),
      ...this.#outcome(place, known),
    ];
  }

  /** After `otherwise`: one of the words, or the other path. */
  #outcome(place: Place, known: readonly Readable[]): string[] {
    const kind = this.#dice.pick(place.zone === "before" ? ["continue", "continue", "fail", "block"] : ["continue", "block"]);
    if (kind === "continue") return indent(["continue"], place.depth + 1);
    if (kind === "fail") return indent([this.#dice.pick(["fail", 'fail Given { why: "otherwise" }'])], place.depth + 1);
    return [...indent(["{"], place.depth), ...this.#optional(place, known), ...indent(["}"], place.depth)];
  }

  /** Statements that may not run: what they bring may be absent afterwards. `known`: what was there before the other way, which did not run. */
  #optional(place: Place, known: readonly Readable[] = place.readables): string[] {
    const before = known.length;
    const inner: Place = { ...this.#inside(place), readables: [...known] };
    const body = [...this.#step(inner), ...this.#statements(inner, this.#dice.between(0, 1))];
    place.readables.push(...asMaybe(inner.readables.slice(before)));
    return body;
  }

  // ---- waits, calls, and the rest

  #await(place: Place): string[] {
    this.#use("await");
    const name = this.#name("heard");
    const before = place.zone === "before";
    const kind = this.#dice.pick(before ? ["continue", "fail"] : ["continue", "park"]);
    place.readables.push(
      { text: `${name}.ok`, type: "boolean", optional: kind === "continue" || kind === "park" },
      { text: `${name}.by`, type: "string", optional: kind === "continue" || kind === "park" },
    );
    const where = this.#dice.percent(30) ? " where go.ok" : "";
    return indent(
      [`await go as ${name}${where.replace("go.ok", `${name}.ok`)} timeout ${this.#dice.pick(["1h", "2d"])} on timeout ${kind}`],
      place.depth,
    );
  }

  #awaitAny(place: Place): string[] {
    this.#use("awaitAny");
    const onTimeout = place.zone === "before" ? this.#dice.pick(["continue", "fail"]) : "continue";
    const known = [...place.readables];
    return [
      ...indent(["await any {", "  on go {"], place.depth),
      ...this.#optional({ ...place, depth: place.depth + 1 }),
      ...indent(["  }", "  on stop {"], place.depth),
      ...this.#optional({ ...place, depth: place.depth + 1 }, known),
      ...indent(["  }", `} timeout 3h on timeout ${onTimeout}`], place.depth),
    ];
  }

  #sleep(): string[] {
    this.#use("sleep");
    return [`  sleep ${this.#dice.pick(["1s", "5m", "3h"])}`];
  }

  #let(place: Place): string[] {
    this.#use("let");
    const name = this.#name("value");
    const type = this.#dice.pick(TYPES);
    const line = `let ${name} = ${expression(this.#dice, type, place.readables)}`;
    place.readables.push({ text: name, type, optional: false, named: true });
    return indent([line], place.depth);
  }

  #fail(): string[] {
    this.#use("fail");
    this.#use("if");
    return [
      `  if ${expression(this.#dice, "boolean", INPUT)} { fail Given { why: ${expression(this.#dice, "string", INPUT)} } }`,
    ];
  }

  #call(place: Place): string[] {
    this.#use("call");
    const name = this.#name("called");
    const policy = this.#dice.percent(30) ? " on failure continue" : "";
    place.readables.push({ text: `${name}.answer`, type: "string", optional: policy !== "" });
    const input = expression(this.#dice, "string", place.readables.slice(0, -1));
    return indent([`call ${this.#saga}Callee as ${name} { input { text: ${input} }${policy} }`], place.depth);
  }

  #endings(): string[] {
    if (!this.#can("endings") || !this.#dice.percent(30)) return [];
    this.#use("endings");
    const tell = (name: string): string => `step ${name} on plain { input { input.id } }`;
    return [`  on completed { ${tell(this.#name("tell"))} }`, `  on compensated { ${tell(this.#name("tell"))} }`];
  }

  // ---- helpers

  #can(feature: Feature): boolean {
    return this.#features.has(feature);
  }

  #use(feature: Feature): true {
    this.#used.add(feature);
    return true;
  }

  #inside(place: Place, deeper = 1): Place {
    return { ...place, depth: place.depth + deeper, readables: [...place.readables] };
  }

  #name(kind: string): string {
    this.#names++;
    return `${kind}${this.#names}`;
  }
}
