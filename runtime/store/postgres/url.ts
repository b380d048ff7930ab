import { SagaError } from "../../errors.ts";

/** What a URL may say beside server, user and database. Everything else could change what a lost answer means, or bounds of time. */
const ALLOWED = new Set(["sslmode", "sslcert", "sslkey", "sslrootcert", "application_name", "host"]);

/** `postgres://[user[:password]@]host[:port]/database[?sslmode=…]`. Answers with the URL and where it leads, for messages. */
export function parsePostgresUrl(url: string): { readonly url: string; readonly server: string } {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null) throw badUrl("it is no URL");
  for (const name of parsed.searchParams.keys()) {
    if (!ALLOWED.has(name))
      throw badUrl(`it has the option ${JSON.stringify(name)}, which is not one of ${[...ALLOWED].join(", ")}`);
  }
  const host = parsed.searchParams.get("host") ?? parsed.hostname;
  if (host === "") throw badUrl("it names no server");
  if (!/^\/[^/]+$/.test(parsed.pathname)) throw badUrl("it names no database");
  return { url, server: `${host}:${parsed.port === "" ? 5432 : parsed.port}${parsed.pathname}` };
}

// The URL itself is not shown: it may hold a password.
function badUrl(why: string): SagaError {
  return new SagaError("RT1009", `the Postgres URL cannot be used: ${why}. Use postgres://user:password@host:5432/database.`);
}
