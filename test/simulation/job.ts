import { type Asked, stretches } from "./seeds.ts";
import type { SimulatedStore } from "./world.ts";

// One of the processes of `--jobs`: runs the seeds that it is asked for, and ends when nobody asks any more.
const run = await stretches(process.argv[2] as SimulatedStore);
process.on("message", ({ first, count }: Asked) => {
  run(first, count).then(
    (swept) => process.send?.(swept),
    (error: unknown) => {
      process.stderr.write(`seeds from ${first}: ${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
