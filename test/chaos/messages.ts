import type { FenceContext } from "@sagac/runtime/participant";

/** What a worker asks of the participants' process, one JSON object a line. */
export interface Ask {
  readonly number: number;
  readonly operation: Operation;
  readonly ctx: FenceContext & { readonly redelivered: boolean };
  readonly input: Readonly<Record<string, unknown>>;
}

export type Operation =
  | "createOrder"
  | "cancelOrder"
  | "reserveStock"
  | "releaseStock"
  | "authorizePayment"
  | "voidPayment"
  | "findAuthorization"
  | "capturePayment"
  | "requestShipment";

export type Answer =
  | { readonly number: number; readonly kind: "output"; readonly output: unknown }
  | { readonly number: number; readonly kind: "declared"; readonly name: string; readonly data: unknown }
  /** By the fence: nothing was done. */
  | { readonly number: number; readonly kind: "refused"; readonly message: string }
  | { readonly number: number; readonly kind: "failed"; readonly message: string };

/** Gives the lines of what comes in pieces. */
export function lines(take: (line: string) => void): (piece: string) => void {
  let rest = "";
  return (piece) => {
    const all = (rest + piece).split("\n");
    rest = all.pop() ?? "";
    for (const line of all) take(line);
  };
}
