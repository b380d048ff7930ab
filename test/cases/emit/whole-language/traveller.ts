export interface Traveller { name: string; passport?: string; status: "child" | "adult" }
export type Place = { city: string; parent?: Place | undefined };
