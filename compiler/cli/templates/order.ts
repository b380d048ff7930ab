import type { Template } from "./index.ts";

export const order: Template = {
  sources: {
    "sagas/place-order.saga": `error OutOfStock { sku: string, left: int }
error PaymentDeclined { reason: string }

service orders { idempotent for 7d }
service inventory { idempotent for 7d  timeout 5s }
service payments { idempotent for 7d  timeout 5s }
service shipping { idempotent for 7d }

/// Places an order: reserves, charges, ships.
saga PlaceOrder {
  version 1
  timeout 3d

  input { orderId: uuid, sku: string, quantity: int, cents: int }

  step createOrder on orders {
    input { input.orderId, input.sku, input.quantity }
    timeout 2s
    retry 3 backoff 200ms..5s
    compensate cancelOrder { input { input.orderId } }
  }

  parallel {
    step reserveStock on inventory {
      input { input.orderId, input.sku, input.quantity }
      output { reservationId: string }
      throws OutOfStock
      compensate releaseStock { input { input.orderId } }
    }
    step authorizePayment on payments {
      input { input.orderId, input.cents }
      output { authorizationId: string }
      throws PaymentDeclined
      compensate voidPayment { input { input.orderId } }
    }
  }

  /// The point of no return: from here on the order is carried out.
  pivot step capturePayment on payments {
    input { input.orderId, authorizePayment.authorizationId }
    output { paymentId: string }
  }

  /// After the pivot: retried until it succeeds, never undone.
  step requestShipment on shipping {
    input { input.orderId, reserveStock.reservationId }
    output { trackingId: string }
    timeout 10s
  }

  output { requestShipment.trackingId, capturePayment.paymentId }
}
`,
  },
};
