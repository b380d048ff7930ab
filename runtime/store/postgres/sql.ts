import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { SagaError } from "../../errors.ts";

/** One file each; the name of the operation. Functions are those that must decide between two statements. */
const FUNCTIONS = [
  { operation: "append", parameters: 8 },
  { operation: "appends", parameters: 6 },
  { operation: "lease", parameters: 4 },
  { operation: "commit", parameters: 37 },
  { operation: "remove", parameters: 5 },
] as const;
const QUERIES = [
  "now",
  "release",
  "attend",
  "timeline",
  "fail-over",
  "occupied",
  "pending",
  "load",
  "active",
  "children",
  "due",
  "history",
  "command-result",
  "sagas",
  "every-saga",
  "count-by-status",
] as const;
/** Queries that read an index in its order, and, as `<name>-newest`, from its other end. */
const LISTS = ["list-by-status", "list-by-condition", "list-by-tag"] as const;

/** In order; the number that each begins with is the store's format after it. */
const MIGRATIONS = [
  "001-tables",
  "002-owners",
  "003-changes",
  "004-listing",
  "005-retention",
  "006-starts",
  "007-logs",
  "008-room",
  "009-counted",
] as const;

type List = (typeof LISTS)[number];
export type Operation = (typeof FUNCTIONS)[number]["operation"] | (typeof QUERIES)[number] | List | `${List}-newest`;

export interface Sql {
  readonly schema: string;
  /** What is sent, by operation. */
  readonly statements: Readonly<Record<Operation, string>>;
  /** By the name that each has in the database; `source` makes it. */
  readonly functions: readonly { readonly name: string; readonly source: string }[];
  /** In order; `number` from 1. */
  readonly migrations: readonly { readonly number: number; readonly name: string; readonly source: string }[];
}

/**
 * Reads the SQL that lies beside this file, for one schema. A function is named after its text too (`commit_1a2b3c4d`), so that an older
 * and a newer worker can use the same database, each with its own.
 */
export async function loadSql(schema: string): Promise<Sql> {
  const quoted = quoteSchema(schema);
  const inSchema = (source: string) => source.replaceAll('"saga"', quoted);
  const statements: Record<string, string> = {};
  const functions = await Promise.all(
    FUNCTIONS.map(async ({ operation, parameters }) => {
      const source = await read(`functions/${operation}.sql`);
      const name = `${operation}_${createHash("sha256").update(source).digest("hex").slice(0, 8)}`;
      const places = Array.from({ length: parameters }, (_, index) => `$${index + 1}`).join(", ");
      statements[operation] = `SELECT ${quoted}.${name}(${places}) AS answer`;
      return { name, source: inSchema(source).replace(`${quoted}."${operation}"`, `${quoted}.${name}`) };
    }),
  );
  for (const query of QUERIES) statements[query] = inSchema(await read(`queries/${query}.sql`));
  for (const query of LISTS) {
    const source = inSchema(await read(`queries/${query}.sql`));
    statements[query] = source;
    statements[`${query}-newest`] = source.replaceAll(" ASC", " DESC").replace(") > (", ") < (");
  }
  const migrations = await Promise.all(
    MIGRATIONS.map(async (name) => ({
      name,
      number: Number.parseInt(name, 10),
      source: inSchema(await read(`migrations/${name}.sql`)),
    })),
  );
  return { schema, statements: statements as Sql["statements"], functions, migrations };
}

/** The schema as it stands in SQL. RT1009 for a name that would have to be quoted everywhere, also by people. */
export function quoteSchema(schema: string): string {
  if (!/^[a-z_][a-z0-9_]{0,47}$/.test(schema)) {
    throw new SagaError(
      "RT1009",
      `the schema ${JSON.stringify(schema)} cannot be used: a name is a-z, 0-9 and _, begins with no digit and has at most 48 letters.`,
    );
  }
  return `"${schema}"`;
}

function read(path: string): Promise<string> {
  return readFile(new URL(`./${path}`, import.meta.url), "utf8");
}
