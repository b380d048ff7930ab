import { checkAttendance } from "../edge.ts";
import { decodeId, encodeId, sagaKey, sagaNamed } from "../partition.ts";
import type { Attendance } from "../store.ts";
import { cannotTell } from "./errors.ts";
import { list, type Row, text } from "./rows.ts";
import type { Operation } from "./sql.ts";

type Send = (operation: Operation, values: readonly unknown[]) => Promise<readonly Row[]>;

export interface AttendancePorts {
  readonly read: Send;
  readonly write: Send;
  readonly virtualMs: () => number | null;
}

/**
 * Who is here; and whether it is still the server that it was. One that was promoted, or restored to a point in time, has another timeline and may have
 * lost what was acknowledged: leases, and what their holders wrote under them and know by heart. So no lease outlives a timeline: whoever holds
 * one has to take it again, and reads again what is there.
 */
export class Attendances {
  readonly #ports: AttendancePorts;
  /** Not every service that speaks Postgres tells. */
  #asks = true;

  constructor(ports: AttendancePorts) {
    this.#ports = ports;
  }

  async attend(worker: Attendance, ttlMs: number): Promise<Attendance[]> {
    checkAttendance(worker, ttlMs);
    // Whoever leaves does not care.
    if (ttlMs > 0 && this.#asks) await this.#checkTimeline(ttlMs);
    const serves = JSON.stringify(worker.serves.map(sagaKey));
    const here = await this.#ports.write("attend", [encodeId(worker.owner), serves, ttlMs, this.#ports.virtualMs()]);
    const workers = here.map((row) => ({
      owner: decodeId(text(row.owner, "owner")),
      serves: list(JSON.parse(text(row.serves, "serves")), "serves").map((name) => sagaNamed(text(name, "serves"))),
    }));
    // By their names as they are, not as they are encoded: every store and every worker has them in one order.
    return workers.sort((a, b) => (a.owner < b.owner ? -1 : 1));
  }

  async #checkTimeline(ttlMs: number): Promise<void> {
    const found = await this.#ports.read("timeline", []).catch((error: unknown) => {
      if (!cannotTell(error)) throw error;
      this.#asks = false;
      return [];
    });
    const timeline = found[0]?.timeline;
    // As the database has it: one that was promoted from another standby may have the number that was seen here, and not in its data.
    if (typeof timeline !== "string" || timeline === found[0]?.seen) return;
    await this.#ports.write("fail-over", [timeline, ttlMs, this.#ports.virtualMs()]);
  }
}
