import type { Fault } from "./fault.ts";
import { cut } from "./faults/cut.ts";
import { diskFull } from "./faults/disk-full.ts";
import { failover, failoverStrict } from "./faults/failover.ts";
import { flushall } from "./faults/flushall.ts";
import { freeze } from "./faults/freeze.ts";
import { kill } from "./faults/kill.ts";
import { postgresFailover } from "./faults/postgres-failover.ts";
import { postgresRestart } from "./faults/postgres-restart.ts";
import { postgresTerminate } from "./faults/postgres-terminate.ts";
import { redisPowerCut, redisRestart, redisRestartEverysec } from "./faults/redis-restart.ts";
import { sentinel, sentinelStrict } from "./faults/sentinel.ts";

/** Everything that can be made to go wrong here, a row each. */
export const FAULTS: readonly Fault[] = [
  kill,
  freeze,
  cut,
  redisRestart,
  redisRestartEverysec,
  redisPowerCut,
  postgresTerminate,
  postgresRestart,
  postgresFailover,
  flushall,
  diskFull,
  failover,
  failoverStrict,
  sentinel,
  sentinelStrict,
];
