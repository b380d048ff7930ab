import { runSaga } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { provisionLine } from "./generated/provision-line.saga.ts";
import type { ProvisionLineInput } from "./generated/provision-line.types.ts";
import { visitCustomer } from "./generated/visit-customer.saga.ts";
import { steps as own } from "./provision-line.steps.ts";
import { steps as visits } from "./visit-customer.steps.ts";

const input: ProvisionLineInput = {
  orderId: "line-7",
  site: { street: "Canal Street", number: "7", zip: "3511" },
  profile: "fast",
  contract: { customer: "kim", monthly: 4_990 },
};

/** A visit in two days of virtual time, from whenever the run begins. */
function visiting(nowMs: number) {
  return {
    field: { ...visits.field, planVisit: { output: { visit: "visit-1", at: new Date(nowMs + 2 * DAY_MS).toISOString() } } },
  };
}

const DAY_MS = 86_400_000;
/** What virtual time begins with. */
const START_MS = Date.UTC(2026, 0, 1);

const callees = [{ definition: visitCustomer, steps: visiting(START_MS) }];
const reported = (done: boolean, at: string) => ({ at, signal: "reported", payload: { visit: "visit-1", done } }) as const;
const called = (run: { readonly calls: readonly { readonly operation: string }[] }) =>
  run.calls.map(({ operation }) => operation);

test("a line is built: the technician comes in two days, the box is online at the second look", async () => {
  const run = await runSaga(provisionLine, {
    input,
    steps: {
      ...own,
      network: { ...own.network, measure: [{ output: { online: false, speed: 0 } }, { output: { online: true, speed: 250 } }] },
    },
    callees,
    events: [reported(true, "50h")],
  });
  expect(run).toMatchObject({ status: "completed", output: { visit: "visit-1", speed: 250 }, faults: [] });
  expect(called(run).filter((name) => name === "measure")).toHaveLength(2);
});

test("a box is lost: another one goes out, and the line is built with it", async () => {
  const run = await runSaga(provisionLine, {
    input,
    steps: { ...own, warehouse: { ...own.warehouse, sendBox: { error: "BoxLost", data: {} } } },
    callees,
    events: [reported(true, "50h")],
  });
  expect(run).toMatchObject({ status: "completed", faults: [] });
  expect(called(run)).toContain("sendExpress");
});

test("nobody was at home: the visit undoes itself, and so does the rest of the order", async () => {
  const run = await runSaga(provisionLine, { input, steps: own, callees, events: [reported(false, "50h")] });
  expect(run).toMatchObject({ status: "compensated", failure: { name: "TechnicianMissed" }, faults: [] });
  expect(called(run)).toEqual(expect.arrayContaining(["cancelVisit", "callBack", "freePort"]));
  expect(called(run)).not.toContain("configure");
});

test("the line never comes up: after forty-eight looks all of it is taken back, the visit as a whole", async () => {
  const run = await runSaga(provisionLine, {
    input,
    steps: { ...own, network: { ...own.network, measure: { output: { online: false, speed: 0 } } } },
    callees,
    events: [reported(true, "50h")],
  });
  expect(run).toMatchObject({ status: "compensated", failure: { name: "NotOnline", data: { after: 48 } }, faults: [] });
  expect(called(run).filter((name) => name === "measure")).toHaveLength(48);
  const undone = called(run).slice(called(run).lastIndexOf("measure") + 1);
  expect(undone[0]).toBe("reset");
  expect(undone.at(-1)).toBe("freePort");
  expect(undone).toEqual(expect.arrayContaining(["cancelVisit", "callBack"]));
});

test("cancelled while the technician is awaited: everything goes back", async () => {
  const run = await runSaga(provisionLine, { input, steps: own, callees, events: [{ at: "1d", cancel: "moved away" }] });
  expect(run).toMatchObject({ status: "compensated", failure: { name: "Cancelled" }, faults: [] });
  expect(called(run)).toEqual(expect.arrayContaining(["cancelVisit", "callBack", "freePort"]));
});
