// Ingestion as main.ts starts it: the pipeline, and what decides what becomes of records before it.
import { type Config, ConfigError } from '../config.ts'
import type { Clock } from '../core/clock.ts'
import type { Closers } from '../core/closers.ts'
import { randomIds } from '../core/ids.ts'
import type { Limits } from '../core/limits.ts'
import type { Log } from '../core/log.ts'
import { createIngest } from '../ingest/pipeline.ts'
import { openDailyQuota } from '../ingest/quota.ts'
import { receivers } from '../ingest/receivers/index.ts'
import { unknownRoutes } from '../ingest/receivers/routes.ts'
import { openDataCollectionRules } from '../ingest/rules/data-collection-rules.ts'
import { openDiagnosticSettings } from '../ingest/rules/diagnostic-settings.ts'
import { type Scraper, type ScraperParts, startScraper } from '../ingest/scrape.ts'
import { startOperationLog } from '../monitor/operations.ts'
import { billableBytes } from '../monitor/usage.ts'
import { openRowQueries } from '../query/row-queries.ts'
import type { QueryService } from '../query/types.ts'
import type { Storage } from '../storage.ts'
import { placesOf } from './options.ts'

interface Surroundings {
  readonly clock: Clock
  readonly log: Log
  readonly limits: Limits
  /** Opened after ingestion, which takes its audit rows. */
  readonly queries: () => QueryService
}

/** The pipeline, and the rules and settings that decide what becomes of records before it. */
export async function openIngestion(
  storage: Storage,
  config: Config,
  { clock, log, limits, queries }: Surroundings,
  closers: Closers,
) {
  const ids = randomIds
  const rowQueries = openRowQueries({ ...storage, clock, ids, limits, ...placesOf(config) })
  const dataCollectionRules = openDataCollectionRules({ ...storage, ids, queries: rowQueries })
  const audit = (type: string) => storage.content.diagnosticCategories().audit(type)
  const diagnosticSettings = await openDiagnosticSettings({ ...storage, audit })
  const run: QueryService['run'] = (request) => queries().run(request)
  const used = billableBytes({ queries: { run }, ids, views: storage.content.viewNames })
  const observer = startOperationLog({ ingest: () => ingest, clock, log })
  const quota = openDailyQuota({ ...storage, clock, used, onNear: observer.nearQuota })
  const ingestLimits = { bodyBytes: limits.ingestBodyBytes }
  const ingest = createIngest({
    ...storage,
    settings: diagnosticSettings,
    observer,
    quota,
    clock,
    ids,
    limits: ingestLimits,
    log,
  })
  closers.add(() => ingest.close())
  closers.add(() => observer.stop())
  return { ingest, rowQueries, dataCollectionRules, diagnosticSettings }
}

export function routesOf({ routes }: Config, { content }: Storage): { readonly routes?: string } {
  if (routes === undefined) return {}
  const problem = unknownRoutes(content.routes(), routes)
  if (problem !== undefined) throw new ConfigError(`CONSHELF_ROUTES: ${problem}`)
  return { routes }
}

type ScrapeParts = Pick<ScraperParts, 'ingest' | 'clock' | 'log'> & Pick<Storage, 'workspaces'>

export function scrapes({ scrape = [], routes = 'all' }: Config, { workspaces, ...parts }: ScrapeParts): Scraper {
  const workspace = (name: string | undefined) => {
    if (name !== undefined) return workspaces.find(name)
    const all = workspaces.list()
    return all.length === 1 ? all[0] : undefined
  }
  const sources = [{ targets: () => scrape }]
  return startScraper({ ...parts, receiver: receivers['prometheus-text'], workspace, sources, routes })
}
