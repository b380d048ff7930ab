import { describeStore } from "../conformance/store.ts";
import { sqlitePlace } from "./places.ts";

describeStore("SQLite", sqlitePlace, { shared: true });
