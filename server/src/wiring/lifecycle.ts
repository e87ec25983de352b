// What runs in the background for the sake of tables, started in order and stopped in reverse. Used by main.ts.
import type { Clock } from '../core/clock.ts'
import type { Closers } from '../core/closers.ts'
import { randomIds } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import { startRetention } from '../lifecycle/retention.ts'
import type { Storage } from '../storage.ts'

interface Surroundings {
  readonly clock: Clock
  readonly log: Log
}

export function startLifecycle(storage: Storage, { clock, log }: Surroundings, closers: Closers): void {
  const retention = startRetention({ ...storage, clock, ids: randomIds, log })
  closers.add(() => retention.stop())
  void retention.run()
}
