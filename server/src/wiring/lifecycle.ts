// What runs in the background for the sake of tables, started in order and stopped in reverse. Used by main.ts.
import type { Clock } from '../core/clock.ts'
import { Closers } from '../core/closers.ts'
import { randomIds } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import type { Ingest } from '../ingest/types.ts'
import { openDeletions } from '../lifecycle/deletions.ts'
import { startDataExports } from '../lifecycle/exports/data-exports.ts'
import { type Lifecycle, openOperations } from '../lifecycle/lifecycle.ts'
import { startRetention } from '../lifecycle/retention.ts'
import { openSearchJobs } from '../lifecycle/search-jobs.ts'
import { startSummaryRules } from '../lifecycle/summaries/summary-rules.ts'
import type { QueryService } from '../query/types.ts'
import type { Storage } from '../storage.ts'

interface Surroundings {
  readonly ingest: Ingest
  /** Where data export goes, by the ids of resources in lower case. */
  readonly destinations: ReadonlyMap<string, string>
  readonly queries: QueryService
  readonly clock: Clock
  readonly log: Log
}

export interface RunningLifecycle {
  readonly lifecycle: Lifecycle
  stop(): Promise<void>
}

export async function startLifecycle(storage: Storage, surroundings: Surroundings): Promise<RunningLifecycle> {
  const closers = new Closers()
  const { destinations } = surroundings
  const parts = { ...storage, ...surroundings, ids: randomIds }
  const retention = startRetention(parts)
  closers.add(() => retention.stop())
  const deletions = openDeletions(parts)
  closers.add(() => deletions.stop())
  const searchJobs = openSearchJobs(parts)
  closers.add(() => searchJobs.stop())
  const summaryRules = startSummaryRules(parts)
  closers.add(() => summaryRules.stop())
  const dataExports = startDataExports({ ...parts, destinations })
  closers.add(() => dataExports.stop())
  void retention.run()
  void summaryRules.run()
  await deletions.resume()
  await searchJobs.resume()
  return {
    lifecycle: { deletions, searchJobs, summaryRules, dataExports, operations: openOperations(storage) },
    stop: () => closers.run(),
  }
}
