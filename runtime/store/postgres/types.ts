import type { CustomTypesConfig } from "pg";

/**
 * How values come out of columns, by the number of their type (`pg_type.oid`); all others are text, a bigint too. Of our own, since a service may
 * have set others for all of `pg`: a bigint as a number (`pg.defaults.parseInt8`), JSON as text.
 */
const PARSERS = new Map<number, (text: string) => unknown>([
  // bool, int4, json, int4[]
  [16, (text) => text === "t"],
  [23, Number],
  [114, (text) => JSON.parse(text) as unknown],
  [1007, (text) => text.slice(1, -1).split(",").filter(Boolean).map(Number)],
]);

export const TYPES: CustomTypesConfig = {
  getTypeParser: (type: number) => PARSERS.get(type) ?? ((text: string) => text),
};
