/** One contestant, all its cells, once: a JSON line each. Started by main.ts as a process of its own, so that nobody's memory is another's. */
import { closedLoop } from "../closed-loop.ts";
import { cpuByProcess, cpuSince } from "../cpu.ts";
import { ENTRIES } from "./contestants.ts";

const [name, inFlight, seconds] = process.argv.slice(2);
const entry = ENTRIES.find((known) => known.name === name);
if (entry === undefined || inFlight === undefined) throw new Error("started by main.ts");

const contestant = await entry.start();
const forMs = Number(seconds) * 1_000;
for (const fail of [false, true]) await closedLoop(() => contestant.run(fail), 32, Math.min(2_000, forMs));
for (const fail of [false, true]) {
  for (const count of inFlight.split(",").map(Number)) {
    const [own, servers, begunMs] = [process.cpuUsage(), cpuByProcess(contestant.servers()), performance.now()];
    const times = await closedLoop(() => contestant.run(fail), count, forMs);
    const elapsedMs = performance.now() - begunMs;
    const { user, system } = process.cpuUsage(own);
    times.sort((a, b) => a - b);
    const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
    const row = {
      name,
      way: fail ? "compensated" : "completed",
      inFlight: count,
      sagasPerSecond: (times.length / elapsedMs) * 1_000,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      cpuMs: (user + system) / 1_000 / times.length,
      serverCpuMs: cpuSince(servers, contestant.servers()) / times.length,
    };
    process.stdout.write(`${JSON.stringify(row)}\n`);
  }
}
await contestant.stop();
process.exit(0);
