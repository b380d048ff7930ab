import { implement, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { expect, test } from "vitest";
import { handMade } from "../kit/hand-made.ts";
import type { Node } from "../kit/hand-plan.ts";
import { virtualRun } from "../kit/virtual-run.ts";

test("more than 8 MiB that nothing takes are refused, also by the next worker; what is taken makes room", async () => {
  const approval: Node = { kind: "await", name: "$await1", signals: [{ signal: "approved", case: "$case1" }] };
  const nodes: Node[] = [{ kind: "step", name: "first" }, approval, { kind: "step", name: "second" }];
  const deaf = handMade({ saga: "Deaf", signals: ["approved"], nodes });
  const gate = Promise.withResolvers<null>();
  const taken = Promise.withResolvers<void>();
  const things = {
    first: () => gate.promise,
    second: () => new Promise(() => taken.resolve()),
    undo_first: () => null,
    undo_second: () => null,
  };
  const sagas = [implement(deaf, { things })];
  const run = await virtualRun({ open: (clock) => openStore("memory:", { clock }), sagas });
  const saga = await run.through(run.client.start(deaf, { id: "deaf-1", input: null }));
  const large = { text: "x".repeat(2_000_000) };
  const full = expect.objectContaining({ code: "RT3006", message: expect.stringMatching(/4 signals with 80\d{5} bytes wait/) });
  for (let sent = 0; sent < 4; sent++) await run.through(saga.signal("approved", large));
  await expect(run.through(saga.signal("approved", large))).rejects.toEqual(full);
  await run.through(run.worker.stop());
  run.worker = await startWorker({ store: run.store, clock: run.clock, sagas, handleSignals: false, log: silentLogger });
  await expect(run.through(saga.signal("approved", large))).rejects.toEqual(full);
  await run.through(saga.signal("approved", {}));
  gate.resolve(null);
  await run.through(taken.promise);
  await run.through(saga.signal("approved", large));
  await expect(run.through(saga.signal("approved", large))).rejects.toMatchObject({ code: "RT3006" });
  await run.close();
});
