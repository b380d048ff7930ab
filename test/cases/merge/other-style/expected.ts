import type {ShopSteps} from './generated/shop.saga'
import {reserveStock} from './reserve'

export const steps = {
	inventory: {reserveStock,
		/** Undoes `reserveStock`. */
		async releaseStock(_input, _ctx) {
			// It may never have happened: then there is nothing to undo, and that is fine.
			throw new Error('inventory.releaseStock is not written yet')
		},
		async noteSale(_input, _ctx) {
			throw new Error('inventory.noteSale is not written yet')
		}
	},
	warehouse: {
		/**
		 * Tells the warehouse
		 * what to pack.
		 */
		async packParcel(_input, _ctx) {
			throw new Error('warehouse.packParcel is not written yet')
		},
		/** Undoes `packParcel`. */
		async unpackParcel(_input, _ctx) {
			// It may never have happened: then there is nothing to undo, and that is fine.
			throw new Error('warehouse.unpackParcel is not written yet')
		},
	},
} satisfies ShopSteps
