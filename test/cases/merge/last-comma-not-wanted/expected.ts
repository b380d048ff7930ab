import type { ShopSteps } from "./generated/shop.saga.ts"

export const steps: ShopSteps = {
    inventory: {
        'reserveStock': async (input) => ({ reservationId: input.sku }),
        async ["releaseStock"](input) { await undo(input) }, // the last one
        async noteSale(_input, _ctx) {
            throw new Error("inventory.noteSale is not written yet")
        }
    },
    warehouse: {
        /**
         * Tells the warehouse
         * what to pack.
         */
        async packParcel(_input, _ctx) {
            throw new Error("warehouse.packParcel is not written yet")
        },
        /** Undoes `packParcel`. */
        async unpackParcel(_input, _ctx) {
            // It may never have happened: then there is nothing to undo, and that is fine.
            throw new Error("warehouse.unpackParcel is not written yet")
        },
    }
}

async function undo(input: object): Promise<void> {
    console.log(`undone ${JSON.stringify(input)} { steps: {} }`)
}
