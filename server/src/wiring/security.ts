// Security as main.ts starts it.
import type { Clock } from '../core/clock.ts'
import type { Closers } from '../core/closers.ts'
import { randomIds } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import { formatInstant } from '../core/time-range.ts'
import { openRowOutbox } from '../ingest/outbox.ts'
import { arrivals } from '../ingest/rows/arrival.ts'
import type { Ingest } from '../ingest/types.ts'
import type { QueryService } from '../query/types.ts'
import { openSecurity, type Security } from '../security/security.ts'
import type { Storage } from '../storage.ts'

interface Surroundings {
  readonly ingest: Ingest
  readonly queries: QueryService
  readonly clock: Clock
  readonly log: Log
  readonly base: () => string
}

/** Writes first what an earlier run left to be written. */
export async function startSecurity(storage: Storage, around: Surroundings, closers: Closers): Promise<Security> {
  const outbox = openRowOutbox({ ...storage, ...around, ids: randomIds })
  closers.add(() => outbox.close())
  await outbox.sendAll()
  const ticks = arrivals(around.clock)
  const nextInstant = () => formatInstant(ticks())
  const security = openSecurity({ ...storage, ...around, outbox, ids: randomIds, nextInstant })
  closers.add(() => Promise.all([security.runs.stop(), security.refresh.stop()]))
  return security
}
