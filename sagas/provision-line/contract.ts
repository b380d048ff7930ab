/** What the customer signed. `.saga` files import it as a type. */
export interface Contract {
  readonly customer: string;
  /** In cents. */
  readonly monthly: number;
  readonly startsOn?: string;
}
