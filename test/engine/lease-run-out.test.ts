import { createClient, openStore, silentLogger } from "@sagac/runtime";
import { CountedIds, SeededRandom, VirtualClock } from "@sagac/runtime/testing";
import { expect, it } from "vitest";
import { Admission } from "../../runtime/engine/admission.ts";
import { type Holding, newHolding } from "../../runtime/engine/holding.ts";
import { registryOf } from "../../runtime/engine/implement.ts";
import { Intake } from "../../runtime/engine/intake.ts";
import { snapshotPolicy } from "../../runtime/engine/kept.ts";
import { leaseTime } from "../../runtime/engine/lease-time.ts";
import { Loop } from "../../runtime/engine/loop.ts";
import { admissionLimits } from "../../runtime/worker/admission-limits.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { until } from "../kit/until.ts";

it("gives a partition up when its lease has run out before a call, so that the call is not forgotten", async () => {
  const clock = new VirtualClock();
  const world = orderWorld();
  const store = await openStore("memory:", { clock, partitions: 1 });
  await createClient({ store, clock }).start(placeOrder, { id: "order-1", input: orderInput() });
  const [lease] = await store.lease(
    [{ partition: { saga: placeOrder.saga, version: 1, index: 0 }, epoch: null }],
    "slow",
    30_000,
  );
  if (lease === null || lease === undefined) throw new Error("no lease");
  const implementation = orderImplementation(world);
  // The store still takes its commits; by this worker's own reckoning the lease is over.
  const holding = newHolding("PlaceOrder@1/0", implementation, lease, leaseTime(clock, 0), 0);
  const givenUp: Holding[] = [];
  const registry = registryOf([implementation]);
  const doubles = { clock, log: silentLogger, ids: new CountedIds(), random: new SeededRandom(1) };
  const admission = new Admission(clock, admissionLimits([implementation], {}));
  const ports = { ...doubles, store, registry, snapshots: snapshotPolicy(undefined), admission, observer: null };
  const unexpected = () => expect.unreachable("the store refused nothing");
  const loop = new Loop(ports, {
    fenced: unexpected,
    ranOut: (lost) => givenUp.push(lost),
    timerSet: () => undefined,
    released: () => undefined,
    settled: () => undefined,
  });
  new Intake(ports, loop, 10).poll(holding);

  await until("the holding to be given up", () => givenUp.length > 0);
  expect(givenUp).toEqual([holding]);
  expect(holding.lost).toBe(true);
  expect(world.calls).toEqual([]);
  await store.close();
});
