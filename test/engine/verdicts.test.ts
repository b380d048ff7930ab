import { createClient, implement, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { expect, it } from "vitest";
import { compiled } from "../kit/compiled.ts";
import { until } from "../kit/until.ts";

const ASK = `
saga Sample {
  timeout 1d
  input { x: string }
  step ask on shop { output { offer: { price: int } } retry 1 then park compensate unask }
  if ask.offer.price > 3 { step pay on shop { input { ask.offer.price } compensate refund } }
}
`;

it("what follows a parked step may read its output: a person's retry goes through, and a verdict that does not fit is refused", async () => {
  const { definition } = await compiled(ASK);
  let calls = 0;
  const ask = (): { offer: { price: number } } => {
    if (calls++ === 0) throw new Error("it is out");
    return { offer: { price: 5 } };
  };
  const nothing = () => ({});
  const steps = { shop: { ask, pay: nothing, unask: nothing, refund: nothing } };
  const store = await openStore("memory:");
  const sagas = [implement(definition as never, steps as never)];
  const worker = await startWorker({ store, sagas, handleSignals: false, log: silentLogger });
  const handle = await createClient({ store }).start(definition as never, { id: "a", input: { x: "a" } as never });
  await until("it parks", async () => (await handle.status()).parked.includes("ask"));
  const who = { by: "kim", reason: "the shop is back" };
  await expect(handle.decide("ask", { verb: "skip" }, who)).rejects.toThrow(/what fits: retry, happened, didNotHappen, goBack/);
  await handle.decide("ask", { verb: "retry" }, who);
  expect(await handle.result({ timeout: "10s" })).toMatchObject({ status: "completed" });
  expect(calls).toBe(2);
  await worker.stop();
});
