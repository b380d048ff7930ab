import type {ShopSteps} from './generated/shop.saga'
import {reserveStock} from './reserve'

export const steps = {
	inventory: {reserveStock},
} satisfies ShopSteps
