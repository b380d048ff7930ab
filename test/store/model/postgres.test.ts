import { types } from "pg";
import { afterAll, beforeAll, it } from "vitest";
import type { OwnPostgresServer } from "../../kit/postgres.ts";
import { describePostgres, startPostgres } from "../../kit/postgres.ts";
import { emptiedPostgresPlace } from "../places.ts";
import { COMPARE_LIMIT_MS, expectEqualAnswers } from "./compare.ts";

/** What a server may be set to, each of which changes what some statement means or how some value is written. */
const ODD_SETTINGS = [
  "array_nulls=off",
  "transform_null_equals=on",
  "standard_conforming_strings=off",
  "escape_string_warning=off",
  "default_transaction_isolation=serializable",
  "search_path=nowhere",
  "timezone=Asia/Kolkata",
  "datestyle=German",
  "intervalstyle=sql_standard",
  "extra_float_digits=-15",
  "bytea_output=escape",
  "quote_all_identifiers=on",
];

/** What a service may have set for all of `pg`, by the number of the type: int8, int4, bool, json, numeric, int4[]. */
const ODD_PARSERS: readonly (readonly [number, (text: string) => unknown])[] = [
  [20, BigInt],
  [23, (text) => text],
  [16, (text) => text],
  [114, (text) => text],
  [1700, Number],
  [1007, (text) => text],
];

describePostgres(
  "random operations under a virtual clock give the same answers on the memory store and on",
  () => {
    let server: OwnPostgresServer;
    beforeAll(async () => {
      server = await startPostgres(ODD_SETTINGS);
      for (const [type, parse] of ODD_PARSERS) types.setTypeParser(type, parse);
    });
    afterAll(() => server.stop());

    it(
      "Postgres, set in odd ways, in a service that reads its types in other ways",
      () => expectEqualAnswers(emptiedPostgresPlace(server)),
      COMPARE_LIMIT_MS,
    );
  },
  { own: true },
);
