import type { HistoryRecord } from "../../engine/history.ts";

/** A record in a story. */
export function told(record: HistoryRecord): string {
  switch (record.type) {
    case "called":
    case "aborted":
    case "late":
    case "lateUndone":
      return `${record.type} ${record.call}#${record.entry}`;
    case "attempts":
      return `${record.call}#${record.entry}, ${record.times} alike`;
    case "answered":
      return `${record.call}#${record.entry} ${record.outcome}`;
    case "timer":
      return `timer ${record.timer}`;
    case "command":
      return `${record.kind} ${record.id}`;
    case "ended":
      return record.status;
    default:
      return record.type;
  }
}
