/**
 * `npm run record`: writes down how today's runtime runs some of the examples, for the replay by every later one (`replay.test.ts`): the files of
 * each saga as they would be released, and for each way it can go the records and the last snapshot of every instance, as a store got them. It
 * never overwrites: the folder is that of the version in package.json, and is there once.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openStore, type SagaDefinition } from "@sagac/runtime";
import { observeStore, runSaga } from "@sagac/runtime/testing";
import { compile, diskSources, type Plan } from "../../compiler/index.ts";
import { freeze } from "../../compiler/release/freeze.ts";
import { sampleInput } from "../../compiler/simulate/samples.ts";
import { type Envelope, nextEnvelope } from "../../runtime/engine/envelope.ts";
import type { CommitPart } from "../../runtime/store/store.ts";
import { bookGroup } from "../../sagas/book-group/generated/book-group.saga.ts";
import { placeOrder } from "../../sagas/place-order/generated/place-order.saga.ts";
import { renewSubscription } from "../../sagas/renew-subscription/generated/renew-subscription.saga.ts";
import { transferMoney } from "../../sagas/transfer-money/generated/transfer-money.saga.ts";
import { ROOT } from "../kit/scratch.ts";
import { ENDINGS, type Ending, type RecordedInstance, type Recording } from "./recording.ts";

/** Steps side by side; items; rounds, waits and computes; a pivot with an inquiry. */
const SAGAS: readonly (readonly [source: string, definition: SagaDefinition])[] = [
  ["sagas/book-group/book-group.saga", bookGroup as SagaDefinition],
  ["sagas/place-order/place-order.saga", placeOrder as SagaDefinition],
  ["sagas/renew-subscription/renew-subscription.saga", renewSubscription as SagaDefinition],
  ["sagas/transfer-money/transfer-money.saga", transferMoney as SagaDefinition],
];

/** Runs that are tried for each way a saga can go. */
const SEEDS = 60;

const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly version: string };
const folder = join(import.meta.dirname, version);
if (existsSync(folder)) {
  process.stderr.write(`test/recordings/${version} is there: what was recorded is never overwritten. Raise the version first.\n`);
  process.exitCode = 1;
} else {
  for (const [source, definition] of SAGAS) await record(source, definition);
}

async function record(source: string, definition: SagaDefinition): Promise<void> {
  const plan = compile(diskSources(ROOT), [source]).sagas.find(({ plan: { saga } }) => saga === definition.saga)?.plan;
  if (plan === undefined) throw new Error(`${source} has no saga ${definition.saga}`);
  const own = join("generated", definition.saga);
  for (const { path, text } of freeze(plan, ".ts")) write(join(own, path), text);
  const found = new Map<Ending, Recording>();
  for (let seed = 1; seed <= SEEDS && found.size < ENDINGS.length; seed++) {
    // By chance few calls park; one that answers what does not fit always does.
    const one = await run(plan, definition, seed, seed === 1 ? badAnswer(plan) : null);
    if (!found.has(one.ending)) found.set(one.ending, one);
  }
  for (const [ending, recording] of found) {
    write(`${definition.saga}.${ending}.json`, `${JSON.stringify(recording, null, 1)}\n`);
    process.stdout.write(`${definition.saga} ${ending}: ${recording.instances.length} instance(s)\n`);
  }
}

/** The operation that is to answer what does not fit: that of the pivot, else of the last step. */
function badAnswer(plan: Plan): string | null {
  const step = plan.steps.find(({ kind }) => kind === "pivot") ?? plan.steps.at(-1);
  return step?.call.operation ?? null;
}

async function run(plan: Plan, definition: SagaDefinition, seed: number, bad: string | null): Promise<Recording> {
  const instances = new Map<string, { records: unknown[]; snapshot: Envelope | null }>();
  const ran = await runSaga(definition, {
    input: sampleInput(plan),
    random: bad === null,
    seed,
    answers: ({ operation }) => (operation === bad ? { unfit: true } : undefined),
    open: async (clock) =>
      observeStore(await openStore("memory:", { clock }), {
        after: ({ operation, arguments: [parts] }, outcome) => {
          if (operation !== "commit" || !outcome.ok) return;
          for (const part of parts as readonly CommitPart[]) {
            const one = instances.get(part.sagaId) ?? { records: [], snapshot: null };
            one.records.push(...part.records.map((text) => JSON.parse(text) as unknown));
            one.snapshot = nextEnvelope(one.snapshot, part.snapshot, part.sagaId);
            instances.set(part.sagaId, one);
          }
        },
      }),
  });
  const ending = ran.status === "running" ? "parked" : ran.status;
  const told = [...instances].map(([id, one]): RecordedInstance => ({ id, ...one }) as RecordedInstance);
  return { saga: definition.saga, version: definition.version, planHash: definition.planHash, ending, seed, instances: told };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
