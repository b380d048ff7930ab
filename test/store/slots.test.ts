import { expect, test } from "vitest";
import { Slots } from "../../runtime/store/postgres/slots.ts";

test("who is urgent goes before all who wait, in turn; a place that is given back goes to the next", async () => {
  const slots = new Slots(1, 60_000);
  const order: string[] = [];
  const leave = await slots.enter();
  const use = async (name: string, urgent: boolean): Promise<void> => {
    const done = await slots.enter(urgent);
    order.push(name);
    done();
  };
  const all = [use("load 1", false), use("load 2", false), use("lease", true), use("load 3", false), use("attend", true)];
  expect(order).toEqual([]);
  leave();
  await Promise.all(all);
  expect(order).toEqual(["lease", "attend", "load 1", "load 2", "load 3"]);
});
