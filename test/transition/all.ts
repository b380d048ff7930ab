/**
 * `npm run lockstep`: walks the compiled transition and XState side by side over the examples, every construct and made-up programs, and hunts
 * the mistakes of the table in `planted.ts`, which have to be found. Exit code 1 at a difference, or if a planted one is not found.
 */
import { parseArgs } from "node:util";
import { compile } from "../../compiler/pipeline.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import { memorySources } from "../../compiler/source/source-set.ts";
import { generate } from "../fuzz/generate.ts";
import { placeOrder } from "../machine/order-plan.ts";
import { sagaPlan } from "../machine/plans.ts";
import { sagaOf } from "../verify/build.ts";
import { CONSTRUCTS } from "../verify/constructs.ts";
import { step } from "../verify/kit.ts";
import { PLANTED, planted } from "./planted.ts";
import { examples, type Walked, walkBoth } from "./walks.ts";

const { values } = parseArgs({
  options: {
    states: { type: "string", default: "3000" },
    programs: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    planted: { type: "boolean", default: true },
  },
  allowNegative: true,
});
let wrong = 0;

async function main(): Promise<void> {
  const maxStates = Number(values.states);
  const shown: Walked[] = [];
  // None: made-up programs alone, for a run that is shared among several.
  for (const [folder, plans] of maxStates === 0 ? [] : examples()) shown.push(await told(folder, walkBoth(plans, { maxStates })));
  const constructs = Object.values(CONSTRUCTS).map(([body, endings]) => sagaOf(body, endings));
  if (maxStates > 0) shown.push(await told("every construct", walkBoth(constructs, { maxStates: Math.min(maxStates, 400) })));
  const programs = programPlans(Number(values.programs), Number(values.seed));
  shown.push(await told(`${values.programs} made-up programs`, walkBoth(programs, { maxStates: 60 })));
  const sum = (of: (walked: Walked) => number): string => shown.reduce((all, each) => all + of(each), 0).toLocaleString("en-US");
  say(
    `all: ${sum(({ machines }) => machines)} machines, ${sum(({ states }) => states)} states, ${sum(({ compared }) => compared)} transitions compared`,
  );
  if (values.planted) await hunt([placeOrder(), nested(), ...constructs]);
}

/** A group in a branch of a group. */
function nested(): Plan {
  return sagaPlan({ parts: [[[[[step("a")], [step("b")]]], [step("c")]]] });
}

async function told(what: string, walking: Promise<Walked>): Promise<Walked> {
  const walked = await walking;
  const { machines, states, compared, differences } = walked;
  wrong += differences.length;
  say(`${what}: ${machines} machines, ${states} states, ${compared} transitions compared, ${differences.length} differences`);
  for (const difference of differences) say(`  ${difference}`);
  return walked;
}

function programPlans(count: number, first: number): Plan[] {
  return Array.from({ length: count }, (_, at) => generate(first + at)).flatMap(({ files }) => {
    const sources = memorySources(files);
    return compile(
      sources,
      sources.list().filter((path) => path.endsWith(".saga")),
    ).sagas.map(({ plan }) => plan);
  });
}

async function hunt(plans: readonly Plan[]): Promise<void> {
  for (const one of PLANTED) {
    if (one.equivalent !== undefined) {
      say(`planted: ${one.name.padEnd(70)} not looked for: ${one.equivalent}`);
      continue;
    }
    const { differences, compared } = await walkBoth(plans, { maxStates: 400, compile: await planted(one), firstOnly: true });
    if (differences.length === 0) wrong += 1;
    const found = differences.length === 0 ? "NOT FOUND" : `found after ${compared} transitions`;
    say(`planted: ${one.name.padEnd(70)} ${found}`);
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main();
process.exitCode = wrong > 0 ? 1 : 0;
