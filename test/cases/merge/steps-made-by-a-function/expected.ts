import { makeSteps } from "./make.ts";
// one for each region
export const steps = makeSteps({ region: "eu" });
