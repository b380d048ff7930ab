import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect } from "vitest";
import { emitSaga } from "../../compiler/emit-saga.ts";
import { compile } from "../../compiler/pipeline.ts";
import type { Plan, PlanExpr, PlanField, PlanType } from "../../compiler/plan/plan.ts";
import { memorySources } from "../../compiler/source/source-set.ts";
import { ROOT, scratchFolder } from "../kit/scratch.ts";

/** Random expressions as text, inputs for them, and what is emitted of them. */

const INPUT = `i: int, j: int?, n: number, s: string, k: "a" | "b", o: string?, b: boolean, c: record<int>, v: record<int>?, d: duration, t: datetime, u: datetime?, y: date,
    l: int[], m: int?[], p: { q: { x: int, z: string? }? }?, rows: { sku: string?, n: int, parts: { w: number? }[]? }[]`;

type Kind = "int" | "number" | "string" | "boolean" | "duration" | "datetime" | "intList" | "maybeInt" | "maybeString" | "record";

/** Expressions that are well typed, by their kind, as they are written. */
export const written = fc.letrec<Record<Kind, string>>((tie) => {
  const two = (a: Kind, b: Kind, text: (a: string, b: string) => string): fc.Arbitrary<string> =>
    fc.tuple(tie(a), tie(b)).map(([x, y]) => text(x, y));
  const choice = (kind: Kind): fc.Arbitrary<string> =>
    fc.tuple(tie("boolean"), tie(kind), tie(kind)).map(([c, a, b]) => `(${c} ? ${a} : ${b})`);
  const some = (...all: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.oneof({ maxDepth: 4, depthIdentifier: "e" }, ...(all as [fc.Arbitrary<string>]));
  const leaf = (...all: string[]): fc.Arbitrary<string> => fc.constantFrom(...all);
  const divisor = leaf("2", "-3", "7");
  return {
    int: some(
      leaf(
        "input.i",
        "0",
        "-5",
        "9007199254740991",
        "(input.p != null and input.p.q != null ? input.p.q.x : -1)",
        "(input.j == null ? 0 : input.j)",
      ),
      fc.tuple(tie("int"), leaf("+", "-", "*"), tie("int")).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(tie("int"), divisor).map(([a, b]) => `(${a} % ${b})`),
      two("int", "int", (a, b) => `((${a}) % (input.i + ${b}) ?? -1)`),
      two("maybeInt", "int", (a, b) => `(${a} ?? ${b})`),
      two("int", "int", (a, b) => `min(${a}, ${b}, input.i)`),
      tie("intList").map((a) => `sum(${a})`),
      tie("intList").map((a) => `length(${a})`),
      tie("int").map((a) => `-(${a})`),
      choice("int"),
    ),
    number: some(
      leaf("input.n", "0.5", "sum(input.rows[].parts[].w)"),
      fc.tuple(tie("number"), leaf("+", "-", "*"), tie("int")).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(tie("int"), divisor).map(([a, b]) => `(${a} / ${b})`),
      leaf("(input.n / input.i ?? 0.5)", "(input.d / input.d ?? 1.5)", "(5 % (input.i - input.i) ?? 2)"),
      leaf("(input.d / 1s)"),
      choice("number"),
    ),
    string: some(
      leaf("input.s", '"a`${1}"', "input.k", '"\\n\\"x"'),
      fc.tuple(tie("string"), tie("int"), tie("datetime")).map(([a, b, c]) => `"«\${${a}}\${${b}} \${${c}} \${input.b}\`"`),
      two("maybeString", "string", (a, b) => `(${a} ?? ${b})`),
      choice("string"),
    ),
    boolean: some(
      leaf("input.b", "true", "contains(input.m, null)", 'input.k == "a"', "input.y < input.y", "input.o != null"),
      fc.tuple(tie("int"), leaf("<", "<=", ">", ">=", "==", "!="), tie("number")).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(tie("datetime"), leaf("<", "==", "!="), tie("datetime")).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(tie("boolean"), leaf("and", "or"), tie("boolean")).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(tie("maybeString"), leaf("==", "!="), tie("maybeString")).map(([a, op, b]) => `(${a} ${op} ${b})`),
      tie("boolean").map((a) => `(not ${a})`),
      two("intList", "maybeInt", (a, b) => `contains(${a}, ${b})`),
    ),
    duration: some(
      leaf("input.d", "1h"),
      two("datetime", "datetime", (a, b) => `(${a} - ${b})`),
      two("duration", "number", (a, b) => `(${a} * ${b})`),
      two("duration", "duration", (a, b) => `max(${a} - ${b}, 1s)`),
    ),
    datetime: some(
      leaf("input.t", "(input.u ?? input.t)"),
      fc.tuple(tie("datetime"), leaf("+", "-"), tie("duration")).map(([a, op, b]) => `(${a} ${op} ${b})`),
    ),
    intList: some(
      leaf("input.l", "input.m[]", "input.rows[].n", "[]"),
      two("int", "int", (a, b) => `[${a}, ${b}]`),
      two("maybeInt", "int", (a, b) => `[${a}, ${b}][]`),
    ),
    maybeInt: some(
      leaf("input.j", "input.p.q.x", "input.m[0]", 'input.c["a"]', 'input.c["constructor"]', 'input.v["b"]'),
      fc.tuple(tie("int")).map(([a]) => `input.l[${a}]`),
      tie("string").map((a) => `input.c[${a}]`),
      choice("maybeInt"),
    ),
    maybeString: some(leaf("input.o", "input.p.q.z", "input.rows[0].sku", "input.rows[].sku[1]"), choice("maybeString")),
    record: some(
      two("int", "maybeString", (a, b) => `[{ a: ${a}, o: ${b} }, { a: 1, o: input.o, more: true }]`),
      two("maybeString", "maybeInt", (a, b) => `{ a: [${a}, "x"], b: [${b}, null] }`),
    ),
  };
});

export const KINDS: readonly Kind[] = [
  "int",
  "number",
  "string",
  "boolean",
  "duration",
  "datetime",
  "maybeInt",
  "maybeString",
  "record",
];

const int = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.maxSafeInteger());
const orNull = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { nil: null });
const time = fc.constantFrom(
  "2026-03-01T09:30:00Z",
  "2026-03-01T10:30:00+01:00",
  "9999-12-31T23:59:59.999Z",
  "0000-01-01T00:00:00Z",
);
export const inputs = fc.record({
  i: int,
  j: orNull(int),
  n: fc.double({ noNaN: true, noDefaultInfinity: true }),
  s: fc.string(),
  k: fc.constantFrom("a", "b"),
  o: orNull(fc.constantFrom("a", "")),
  b: fc.boolean(),
  d: fc.nat(),
  t: time,
  u: orNull(time),
  y: fc.constantFrom("2026-03-01", "2025-12-31"),
  l: fc.array(int, { maxLength: 3 }),
  m: fc.array(orNull(int), { maxLength: 3 }),
  p: orNull(fc.record({ q: orNull(fc.record({ x: int, z: orNull(fc.string()) })) })),
  c: fc.dictionary(fc.constantFrom("a", "b", "toString"), int),
  v: orNull(fc.dictionary(fc.constantFrom("a", "b"), int)),
  rows: fc.array(
    fc.record({
      sku: orNull(fc.string()),
      n: int,
      parts: orNull(fc.array(fc.record({ w: orNull(fc.double({ noNaN: true, noDefaultInfinity: true })) }), { maxLength: 2 })),
    }),
    { maxLength: 3 },
  ),
});

export function fits(value: unknown, type: PlanType | undefined): boolean {
  if (type === undefined) return false;
  if (type.kind === "optional") return value === null || fits(value, type.type);
  if (type.kind === "array") return Array.isArray(value) && value.every((each) => fits(each, type.element));
  if (type.kind === "object") return typeof value === "object" && value !== null && fieldsFit(value, type.fields);
  if (type.kind !== "scalar") return false;
  if (type.name === "int") return Number.isSafeInteger(value);
  if (type.name === "number") return Number.isFinite(value);
  if (type.name === "duration") return Number.isSafeInteger(value) && (value as number) >= 0;
  if (type.name === "boolean") return typeof value === "boolean";
  if (type.name === "datetime") return typeof value === "string" && !Number.isNaN(Date.parse(value));
  return typeof value === "string";
}

function fieldsFit(value: object, fields: readonly PlanField[]): boolean {
  const names = fields.map(({ name }) => name);
  return (
    Object.keys(value).every((key) => names.includes(key)) &&
    fields.every((field) => fits((value as Record<string, unknown>)[field.name], field.type))
  );
}

export const absentAsNull = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(absentAsNull);
  if (typeof value !== "object" || value === null) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, absentAsNull(inner)]));
};

export interface Batch {
  readonly plan: Plan;
  readonly input: PlanExpr;
  readonly inputType: readonly PlanField[];
  readonly files: Record<string, string>;
}

export function batch(texts: readonly string[]): Batch {
  const source = `saga Sample {\n  timeout 1h\n  input { ${INPUT} }\n  readonly step a on s { input {\n${texts.map((text, at) => `    x${at}: ${text}`).join("\n")}\n  } }\n}\n`;
  const { diagnostics, sagas } = compile(memorySources({ "sample.saga": source }), ["sample.saga"]);
  expect(
    diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ message, span }) => `${message} ${source.slice(span.start, span.end)}`),
  ).toEqual([]);
  const plan = sagas[0]?.plan;
  const call = plan?.steps[0]?.call;
  if (plan === undefined || call === undefined) throw new Error("there is no plan");
  const files = Object.fromEntries(emitSaga(plan, { importExtension: ".ts" }).map(({ path, text }) => [path, text]));
  return { plan, input: call.input, inputType: call.inputType, files };
}

/** What tsc says of a folder's `sample.machine.ts`, under `strict` and more. */
export function typeErrors(folder: string): string {
  try {
    execFileSync(process.execPath, [`${ROOT}/node_modules/typescript/bin/tsc`, "-p", folder, "--pretty", "false"], {
      encoding: "utf8",
    });
    return "";
  } catch (failure) {
    return (failure as { stdout: string }).stdout;
  }
}

/** With these files, ready for tsc. */
export function typedFolder(files: Readonly<Record<string, string>>): string {
  return scratchFolder(
    {
      ...files,
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          skipLibCheck: true,
          types: [],
          module: "nodenext",
          allowImportingTsExtensions: true,
          exactOptionalPropertyTypes: true,
          noUncheckedIndexedAccess: true,
          noUnusedLocals: true,
        },
        files: ["sample.machine.ts"],
      }),
    },
    "process",
  );
}
