import { SagaError } from "../../errors.ts";
import { isRefusal } from "./errors.ts";

/** Asks the server one command that only reads. */
type Ask = (command: string, ...args: string[]) => Promise<unknown>;

/** The server's `maxmemory-policy`, of what INFO says or else CONFIG; `null` where neither is permitted. Rejects where the connection fails. */
export async function evictionPolicy(ask: Ask, info?: ReadonlyMap<string, string>): Promise<string | null> {
  const said = info ?? parseInfo(await ask("INFO", "memory").catch(untold));
  const policy = said.get("maxmemory_policy");
  if (policy !== undefined) return policy;
  const reply = await ask("CONFIG", "GET", "maxmemory-policy").catch(untold);
  return Array.isArray(reply) && typeof reply[1] === "string" ? reply[1] : null;
}

/** Of a command that was refused nothing; any other error stays one, since the server may tell when it is asked again. */
export function untold(error: unknown): null {
  if (isRefusal(error)) return null;
  throw error;
}

/** Whether it drops keys when memory is short. */
export function evicts(policy: string | null): policy is string {
  return policy !== null && policy !== "noeviction";
}

/** RT2005. `what` says whose server has which policy, and what comes of it. */
export function evicting(what: string): SagaError {
  return new SagaError("RT2005", `${what}. Set it to noeviction (CONFIG SET maxmemory-policy noeviction, and in redis.conf).`);
}

/** What INFO says, by field. */
export function parseInfo(reply: unknown): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of typeof reply === "string" ? reply.split("\r\n") : []) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}
