import { describeStore } from "../conformance/store.ts";
import { memoryPlace } from "./places.ts";

describeStore("memory", memoryPlace, { shared: false });
