import type { Word } from "./vocabulary.ts";

/** What waits say: see `nodes/await.ts` and `nodes/sleep.ts`. */

export type WaitGuard = "takes";
export type WaitAction = "arm" | "receive" | "timeOut";
export type WaitHelper = "changeWait" | "receive";

export const WAIT_GUARDS: Readonly<Record<WaitGuard, Word>> = {
  takes: {
    doc: "The signal is given to this wait, or to whoever waits for it, and fits.",
    code: () =>
      lines(
        "({ event }, { wait, fits }: AtWait & { case: string; fits: boolean }) =>",
        '  fits && (!("wait" in event) || event.wait === undefined || event.wait === wait)',
      ),
  },
};

export const WAIT_ACTIONS: Readonly<Record<WaitAction, Word>> = {
  arm: {
    doc: "A wait begins. `entry` tells it from every other one of the saga's life.",
    code: () =>
      lines(
        "assign(({ context }, { wait }: AtWait) =>",
        "  changeWait(context, wait, (it) => ({",
        "    ...it,",
        "    entry: it.entry + 1,",
        '    outcome: "waiting",',
        "    case: null,",
        "    value: null,",
        "  })),",
        ")",
      ),
    needs: ["changeWait"],
  },
  receive: {
    doc: "The signal came. It is kept where something later reads it.",
    code: () => "assign(({ context }, reception: Reception) => receive(context, reception))",
    needs: ["receive"],
  },
  timeOut: {
    doc: "Its time is over.",
    code: () =>
      lines(
        "assign(({ context }, { wait }: AtWait) =>",
        '  changeWait(context, wait, (it) => ({ ...it, outcome: "timedOut" })),',
        ")",
      ),
    needs: ["changeWait"],
  },
};

export const WAIT_HELPERS: Readonly<Record<WaitHelper, Word>> = {
  changeWait: {
    doc: "What is known of a wait.",
    code: ({ context }) => `function changeWait<W extends WaitName>(
  context: ${context},
  wait: W,
  to: (it: WaitRecord<KeptValues[W]>) => WaitRecord<KeptValues[W]>,
): Pick<${context}, "steps"> {
  const place: Place<WaitRecord<KeptValues[W]>> = waitPlaces[wait];
  return { steps: place.set(context.steps, to(place.get(context.steps))) };
}`,
  },
  receive: {
    doc: "A wait that has what it waited for.",
    code: ({ context }) => `function receive<W extends WaitName>(
  context: ${context},
  reception: Reception<W>,
): Pick<${context}, "steps"> {
  return changeWait(context, reception.wait, (it) => ({
    ...it,
    outcome: "received",
    case: reception.case,
    value: reception.value,
  }));
}

/** A wait, the case by which its signal came, and what its record keeps of it. */
type Reception<W extends WaitName = WaitName> = {
  [K in W]: { readonly wait: K; readonly case: string; readonly value: KeptValues[K] | null };
}[W];`,
    needs: ["changeWait"],
  },
};

function lines(...parts: readonly string[]): string {
  return parts.join("\n");
}
