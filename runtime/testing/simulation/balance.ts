import { recordAt } from "../../engine/keys.ts";
import type { Entry } from "./services.ts";
import type { Seen } from "./watch.ts";

/**
 * Holds the participants' books against what the sagas say of themselves, when all have ended: a sentence for each thing that does not fit.
 * What a person skipped may stand or not.
 */
export function imbalances(seen: ReadonlyMap<string, Seen>, entries: Iterable<Entry>): string[] {
  const wrong: string[] = [];
  const standing = new Map<string, number>();
  for (const { sagaId, step, key, effects, undone } of entries) {
    if (effects > 1) wrong.push(`${key} took effect ${effects} times`);
    if (!seen.has(sagaId)) wrong.push(`${key} was carried out for a saga that is not there`);
    const name = `${sagaId} ${step}`;
    standing.set(name, (standing.get(name) ?? 0) + (effects > 0 && !undone ? 1 : 0));
  }
  for (const saga of seen.values()) {
    const { calls } = saga.tables;
    for (const site of Object.values(calls)) {
      if (site.kind !== "forward" || site.children !== undefined || site.compute === true) continue;
      const { forward, undo } = recordAt(saga.state.context, site.place);
      const compensable = Object.values(calls).some((other) => other.kind === "undo" && other.step === site.step);
      const stands = standing.get(`${saga.id} ${site.step}`) ?? 0;
      const said = `${saga.id} ${site.step} (${saga.status}, ${forward.outcome}, undo ${undo.outcome})`;
      if (undo.outcome === "skipped" || (forward.outcome as string) === "skipped") continue;
      if (undo.outcome === "done" || (compensable && saga.status === "compensated")) {
        if (stands > 0) wrong.push(`${said}: its effect stands`);
      } else if (forward.outcome === "completed" && stands !== 1) wrong.push(`${said}: ${stands} effects stand`);
      else if (forward.outcome !== "completed" && compensable && stands > 0) wrong.push(`${said}: its effect stands`);
    }
  }
  return wrong;
}
