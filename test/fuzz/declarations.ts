import type { Maker } from "./maker.ts";

/** A saga's file, and one of what it declares or imports: either all stands in one file, or some of it in another. */
export function declarations(make: Maker, name: string, saga: readonly string[]): Record<string, string> {
  const callees = make.used.has("call") ? calleesOf(make) : [];
  const errors = ["error Refused { why: string }", "error Empty", "error Given { why: string }"];
  const main = `${name}.saga`;
  const computes = make.used.has("compute") ? COMPUTES : [];
  if (!make.chance("import", 40)) return { [main]: text([...errors, ...SERVICES, ...computes, ...callees, ...saga]) };
  // Each name is used, so that none is an import in vain.
  const common = text([...errors, ...SERVICES, ...computes, ...callees]);
  const names = [
    ...named(saga, [
      "Refused",
      "Empty",
      "Given",
      "memory",
      "plain",
      "fence",
      "measure(",
      "label(",
      "pause(",
      `${make.saga}Callee`,
    ]),
  ];
  const renamed = names.includes("Given") && make.chance("import as", 60);
  const body = renamed ? saga.map((line) => line.replace(/\bfail Given\b/g, "fail Presented")) : saga;
  const imported = names.map((each) => (renamed && each === "Given" ? "Given as Presented" : each));
  const from = `import { ${imported.join(", ")} } from "./${name}-common.saga"`;
  return { [main]: text([...(imported.length === 0 ? [] : [from]), ...body]), [`${name}-common.saga`]: common };
}

/** Sometimes the type of an input comes from TypeScript. Rewrites the file of the saga in `files`. */
export function typesFile(make: Maker, files: Record<string, string>): Record<string, string> {
  if (!make.chance("TypeScript type", 25)) return {};
  const [main, saga] = Object.entries(files)[0] ?? ["", ""];
  const path = main.replace(/\.saga$/, "-types.ts");
  return {
    [main]: `import type { Extra } from "./${path}"\n${saga.replace(`extra: ${EXTRA}`, "extra: Extra")}`,
    [path]: "export interface Extra {\n  label: string;\n  note?: string;\n}\n",
  };
}

/** The type of that input. */
export const EXTRA = "{ label: string, note: string? }";

/** `plain` promises nothing: it may refuse what took place at an earlier attempt. */
const SERVICES = [
  "service memory { idempotent for 60d timeout 5s }",
  "service fence { fenced timeout 3s }",
  "service plain { timeout 4s retry 3 backoff 500ms..5s }",
];

const COMPUTES = [
  "compute measure(text: string, list: string[]): int",
  "compute label(n: int): string",
  "compute pause(n: int): duration",
];

/** The saga that it calls, which may call another one. */
function calleesOf(make: Maker): string[] {
  const { saga } = make;
  const nested = make.chance("nested call", 50);
  const input = "input { text: string, patience: duration, card: secret string }";
  const pass = "input { input.text, input.patience, input.card }";
  return [
    `saga ${saga}Callee {`,
    "  timeout 1d",
    `  ${input}`,
    "  step begin on memory { input { input.text, input.card } output { text: string } throws Refused compensate undoBegin { input { input.text } } }",
    ...(nested ? [`  call ${saga}Inner as inner { ${pass} on Refused continue }`] : []),
    "  step finish on plain { input { begin.text } timeout min(input.patience, 10s) throws Empty compensate undoFinish { input { input.text } } }",
    `  output { answer: ${nested ? 'inner.answer ?? "none"' : "begin.text"} }`,
    "}",
    ...(nested
      ? [
          `saga ${saga}Inner {`,
          "  timeout input.patience + 1h",
          `  ${input}`,
          "  step hold on fence { input { input.text, input.card } output { text: string } throws Refused compensate release { input { hold.text } } }",
          "  readonly step check on plain { input { hold.text } }",
          "  output { answer: hold.text }",
          "}",
        ]
      : []),
  ];
}

function named(lines: readonly string[], names: readonly string[]): string[] {
  const all = lines.join("\n");
  return names.filter((name) => new RegExp(`\\b${name.replace("(", "\\(")}`).test(all)).map((name) => name.replace("(", ""));
}

function text(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
