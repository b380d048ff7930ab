import { match, same, shownTime } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const servicePromiseChanged: ChangeRule = {
  code: "SAGA8050",
  slug: "service-promise-changed",
  classes: ["behaviour"],
  message: "What `{saga}` counts on from the service `{service}`: {what}.",
  note: "How long a service knows a repeated key, and whether it refuses old callers, decides what may safely be asked again.",
  help: "Be sure that the service keeps the new promise.",
  find({ before, after }) {
    const { both } = match(before.services, after.services, ({ name }) => name);
    return both.flatMap(([was, is]) => {
      const changes = [
        same(was.idempotentForMs, is.idempotentForMs)
          ? null
          : `\`idempotent for\` was ${shownTime(was.idempotentForMs)}, and is ${shownTime(is.idempotentForMs)}`,
        was.fenced === is.fenced ? null : `it is ${is.fenced ? "now" : "no longer"} \`fenced\``,
      ];
      return changes.flatMap((what) => (what === null ? [] : [{ values: { service: is.name, what }, at: null }]));
    });
  },
};
