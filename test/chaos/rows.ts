import type { Fault } from "./fault.ts";
import { freeze } from "./faults/freeze.ts";
import { kill } from "./faults/kill.ts";

/** Everything that can be made to go wrong here, a row each. */
export const FAULTS: readonly Fault[] = [kill, freeze];
