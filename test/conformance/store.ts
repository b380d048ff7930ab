import { describe, it } from "vitest";
import { VirtualClock } from "../../runtime/testing/index.ts";
import type { Cases } from "./cases.ts";
import { changeCases } from "./changes.ts";
import { commandCases } from "./commands.ts";
import { commitCases } from "./commits.ts";
import { edgeCases } from "./edges.ts";
import { familyCases } from "./families.ts";
import { faultCases } from "./faults.ts";
import type { StorePlace } from "./kit.ts";
import { leaseCases } from "./leases.ts";
import { lifeCases } from "./life.ts";
import { listingCases } from "./listing.ts";
import { logCases } from "./logs.ts";
import { ownerCases } from "./owners.ts";
import { readingCases } from "./reading.ts";
import { replacedCases } from "./replaced.ts";
import { retentionCases } from "./retention.ts";
import { sharingCases } from "./sharing.ts";
import { startCases } from "./starts.ts";
import { timerCases } from "./timers.ts";

/**
 * The contract of `runtime/store/store.ts`, a case for each sentence. Any adapter can call it: `place` gives an empty place for data,
 * anew for every case. `shared`: whether a second handle sees the data, which decides whether the cases about two handles are there.
 * `only`: these chapters.
 */
export function describeStore(
  name: string,
  place: () => Promise<StorePlace>,
  { shared, only }: { readonly shared: boolean; readonly only?: readonly string[] },
): void {
  const cases: Cases = (sentence, body) => {
    it(sentence, async () => {
      const data = await place();
      try {
        const clock = new VirtualClock();
        await body({ store: await data.open({ clock }), clock, place: data });
      } finally {
        await data.dispose();
      }
    });
  };
  const chapter = (about: string, body: (cases: Cases) => void) => {
    if (only === undefined || only.includes(about)) describe(about, () => body(cases));
  };
  describe(`the store's contract: ${name}`, () => {
    chapter("leases", leaseCases);
    chapter("owners", ownerCases);
    chapter("commands", commandCases);
    chapter("starts", startCases);
    chapter("commits", commitCases);
    chapter("changes of snapshots", changeCases);
    chapter("snapshots that the log leads on from", logCases);
    chapter("records that others take the place of", replacedCases);
    chapter("families", familyCases);
    chapter("timers", timerCases);
    chapter("reading", readingCases);
    chapter("searching", listingCases);
    chapter("retention", retentionCases);
    chapter("the edge", edgeCases);
    chapter("faults", faultCases);
    chapter("life", lifeCases);
    if (shared) chapter("two handles", sharingCases);
  });
}
