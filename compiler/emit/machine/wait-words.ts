import type { Word } from "./vocabulary.ts";

/** What waits say: see `nodes/await.ts` and `nodes/sleep.ts`. */

export type WaitGuard = "takes";
export type WaitAction = "arm" | "receive" | "timeOut";
export type WaitHelper = "waitChange" | "reception";

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
        "assign(",
        "  waitChange((it) => ({",
        "    ...it,",
        "    entry: it.entry + 1,",
        '    outcome: "waiting",',
        "    case: null,",
        "    value: null,",
        "  })),",
        ")",
      ),
    needs: ["waitChange"],
  },
  receive: {
    doc: "The signal came. It is kept where something later reads it.",
    code: () =>
      lines(
        "assign(",
        '  waitChange((it, { case: by, value }: Reception) => ({ ...it, outcome: "received", case: by, value })),',
        ")",
      ),
    needs: ["waitChange", "reception"],
  },
  timeOut: {
    doc: "Its time is over.",
    code: () => 'assign(waitChange((it) => ({ ...it, outcome: "timedOut" })))',
    needs: ["waitChange"],
  },
};

const KEPT = "WaitRecord<KeptValues[WaitName]>";

export const WAIT_HELPERS: Readonly<Record<WaitHelper, Word>> = {
  waitChange: {
    doc: "An assign to what is known of a wait.",
    code: ({ context }) => `function waitChange<At extends AtWait>(
  to: (it: ${KEPT}, at: At) => ${KEPT},
) {
  const path = (wait: WaitName) => waitPlaces[wait].path;
  const run = ({ context }: { context: ${context} }, at: At) => {
    const place: Place<${KEPT}> = waitPlaces[at.wait];
    return { steps: put(context.steps, place.path, to(place.get(context.steps), at)) };
  };
  return Object.assign(run, { change: { of: "wait", path, part: null, to } });
}`,
    needs: ["put"],
  },
  reception: {
    doc: "A wait, the case by which its signal came, and what its record keeps of it.",
    code: () => `type Reception = {
  [W in WaitName]: { readonly wait: W; readonly case: string; readonly value: KeptValues[W] | null };
}[WaitName];`,
  },
};

function lines(...parts: readonly string[]): string {
  return parts.join("\n");
}
