import type { ShopSteps } from "./generated/shop.saga.ts"

export const steps: ShopSteps = {
    inventory: {
        'reserveStock': async (input) => ({ reservationId: input.sku }),
        async ["releaseStock"](input) { await undo(input) } // the last one
    }
}

async function undo(input: object): Promise<void> {
    console.log(`undone ${JSON.stringify(input)} { steps: {} }`)
}
