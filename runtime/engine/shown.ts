import type { Shown, TagValue } from "../store/store.ts";
import type { MemberState } from "./family.ts";
import type { Unit } from "./unit.ts";

type Tags = Readonly<Record<string, unknown>> | undefined;

/** What its definition says that operators search by. */
export function tagsOf({ definition }: Unit, { standing }: MemberState): Tags {
  return definition.tags?.(standing.state.context.input as never);
}

/** What a root is found by: its tags, the steps and waits at which it stands itself (running, pausing or parked), and what it waits for. */
export function shownBy({ tables }: Unit, { standing }: MemberState, tags: Tags): Shown {
  const { calls, waits, timers, parked } = standing.effects;
  const steps = new Set<string>();
  const stands = (id: string): void => {
    const step = Object.hasOwn(tables.calls, id) ? tables.calls[id]?.step : id;
    if (step !== undefined) steps.add(step);
  };
  for (const { id } of calls.values()) stands(id);
  for (const { id } of waits.values()) stands(id);
  for (const id of parked) stands(id);
  for (const { key, delayMs } of timers.values()) {
    if (delayMs === null) continue;
    // `<call>.backoff#<entry>`: it pauses before the next attempt.
    const call = key.slice(0, Math.max(0, key.lastIndexOf(".", key.lastIndexOf("#"))));
    if (Object.hasOwn(tables.calls, call)) stands(call);
  }
  const waitingFor = new Set<string>();
  for (const { site } of waits.values()) for (const { signal } of site.signals) waitingFor.add(signal);
  return { tags: tags === undefined ? {} : there(tags), steps: [...steps], waitingFor: [...waitingFor] };
}

/** Of what the input may leave out there is no tag. */
function there(tags: Readonly<Record<string, unknown>>): Shown["tags"] {
  const kept = Object.entries(tags).filter((entry): entry is [string, TagValue] => entry[1] !== undefined);
  return Object.fromEntries(kept);
}
