import { openStore, type Store } from "@sagac/runtime";
import { type Figure, measured } from "../kit/measured.ts";
import { type Overrides, orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { type VirtualRun, virtualRun } from "../kit/virtual-run.ts";

/** A worker for orders in virtual time, on a memory store of one partition, and its figures. */
export async function measuredRun(
  participants: Overrides = {},
  options: { readonly wrap?: (store: Store) => Store; readonly services?: Readonly<Record<string, { max: number }>> } = {},
) {
  const { meter, read } = measured();
  const { wrap, services = {} } = options;
  const run = await virtualRun({
    open: (clock) => openStore("memory:", { clock, partitions: 1 }),
    sagas: [orderImplementation(orderWorld(participants))],
    ...(wrap === undefined ? {} : { wrap }),
    limits: { meter, services },
  });
  return { run, meter, read };
}

export const begin = (run: VirtualRun, id: string) => run.client.start(placeOrder, { id, input: orderInput() });

/** Those whose name begins so. */
export function of(figures: Readonly<Record<string, Figure>>, name: string): Readonly<Record<string, Figure>> {
  return Object.fromEntries(Object.entries(figures).filter(([key]) => key.startsWith(`${name}{`)));
}

/** The same, but for counters that have counted nothing yet. */
export function counted(figures: Readonly<Record<string, Figure>>, name: string): Readonly<Record<string, Figure>> {
  return Object.fromEntries(Object.entries(of(figures, name)).filter(([, figure]) => figure !== 0));
}

export const ORDER = "saga.name=PlaceOrder, saga.version=1";

/** The figure of attempts of a step. */
export const attempts = (step: string, kind: string, outcome: string): string =>
  `saga.step.attempts{saga.name=PlaceOrder, saga.step=${step}, saga.kind=${kind}, saga.outcome=${outcome}}`;
