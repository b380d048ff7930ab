import { compile, memorySources } from "../../compiler/index.ts";
import { findXState } from "../../compiler/verify/load.ts";
import { subjectsOf, verify } from "../../compiler/verify/verify.ts";
import { ROOT } from "../kit/scratch.ts";

/** What of the language a program can use: each with the smallest saga that does, to find out whether it can be carried out yet. */
const PROBES = {
  parallel: "parallel { readonly step a on s {} readonly step b on s {} }",
  wait: "parallel on failure wait { readonly step a on s {} readonly step b on s {} }",
  bestEffort: "best effort step a on s {}",
  policyContinue: "readonly step a on s { throws E on E continue }",
  policyRetry: "readonly step a on s { throws E on E retry 3 backoff 1s }",
  policyPark: "readonly step a on s { throws E on E park }",
  policyFail: 'readonly step a on s { throws E on E fail F { why: "x" } }',
  policyBlock: "readonly step a on s { throws E on E { readonly step b on s {} } }",
  retryPark: "readonly step a on s { retry 2 backoff 1s then park }",
  if: "if input.flag { readonly step a on s {} } else { readonly step b on s {} }",
  let: "let x = input.count + 1  readonly step a on s { input { x } }",
  fail: 'if input.flag { fail F { why: "x" } }  readonly step a on s {}',
  try: "try { readonly step a on s {} } otherwise continue",
  tryTimeout: "try timeout 1h { readonly step a on s {} } otherwise continue",
  race: "race { readonly step a on s {} readonly step b on s {} }",
  foreach: "foreach x in input.list { readonly step a on s { input { x } } }",
  foreachContinue: "foreach x in input.list as r on failure continue { readonly step a on s { input { x } } }",
  repeat: "repeat max 3 every 1m { readonly step a on s { output { done: boolean } } } until a.done otherwise continue",
  call: "call Other as c { input { input.id } }",
  await: "await go timeout 1h on timeout continue",
  awaitAny: "await any { on go { readonly step a on s {} } on stop { readonly step b on s {} } } timeout 1h on timeout continue",
  sleep: "sleep 1h",
  endings: "readonly step a on s {} on completed { step b on s {} } on compensated { step c on s {} }",
} as const;

export type Feature = keyof typeof PROBES;

/** Those whose probe compiles and walks; of the others, why it does not. */
export async function tryFeatures(): Promise<{
  readonly available: ReadonlySet<Feature>;
  readonly missing: ReadonlyMap<Feature, string>;
}> {
  const missing = new Map<Feature, string>();
  for (const feature of ALL_FEATURES) {
    const why = await obstacle(PROBES[feature]).catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    if (why !== null) missing.set(feature, why);
  }
  return { available: new Set(ALL_FEATURES.filter((feature) => !missing.has(feature))), missing };
}

export const ALL_FEATURES = Object.keys(PROBES) as readonly Feature[];

async function obstacle(statements: string): Promise<string | null> {
  const endings = statements.indexOf(" on completed {");
  const body = endings < 0 ? statements : statements.slice(0, endings);
  const text = `
    error E
    error F { why: string }
    saga Other { timeout 1h input { id: uuid } readonly step z on s { input { input.id } } }
    saga Probe {
      timeout 30d
      input { id: uuid, flag: boolean, count: int, list: string[] }
      ${statements.includes(" go ") ? "signal go { ok: boolean }" : ""}
      ${statements.includes(" stop ") ? "signal stop" : ""}
      ${body}
      ${endings < 0 ? "" : statements.slice(endings)}
    }`;
  const { sagas, diagnostics } = compile(memorySources({ "probe.saga": text }), ["probe.saga"]);
  const plan = sagas.map((saga) => saga.plan).find(({ saga }) => saga === "Probe");
  if (plan === undefined) return diagnostics.map(({ message }) => message).join("; ");
  const xstate = findXState(ROOT);
  if (xstate === null) return "xstate is not installed";
  const subjects = await subjectsOf(plan, xstate);
  const broken = subjects.flatMap((subject) => verify(subject, { maxStates: PROBE_STATES }).broken);
  // A machine that breaks a law is there all the same, and is told of by its programs.
  const thrown = broken.filter(({ law }) => law === "never-throws");
  return thrown.length === 0 ? null : thrown.map(({ what }) => what.join("; ")).join("; ");
}

const PROBE_STATES = 200;
