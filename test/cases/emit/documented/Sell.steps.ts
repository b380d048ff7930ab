import type { SellSteps } from "./generated/sell.saga.ts";

// The handlers of the saga Sell. This file is yours: a build adds what is missing and changes nothing else.
export const steps: SellSteps = {
  stock: {
    /** Takes it from the shelf. */
    async take(_input, _ctx) {
      // A refusal: throw ctx.fail("OutOfStock", { left });
      throw new Error("stock.take is not written yet");
    },
    /** Answers whether `take` happened. */
    async wasTaken(_input, _ctx) {
      // Changes nothing. Answers { status: "happened", output: { shelf } },
      // { status: "didNotHappen" } or { status: "unknown" }.
      throw new Error("stock.wasTaken is not written yet");
    },
    /** Undoes `take`. */
    async putBack(_input, _ctx) {
      // It may never have happened: then there is nothing to undo, and that is fine.
      throw new Error("stock.putBack is not written yet");
    },
  },
};
