// What the engine tests of this folder share: ingestion and queries on a real engine, at a time that can be moved.
import type { Row } from '@conshelf/kql'
import { owner } from '../src/access/principal.ts'
import type { Workspace } from '../src/catalog/types.ts'
import { randomIds } from '../src/core/ids.ts'
import { defaultLimits } from '../src/core/limits.ts'
import { createLog, type Log } from '../src/core/log.ts'
import { type Bench, now, openBench } from '../src/ingest/testing.ts'
import { noAudit } from '../src/query/audit.ts'
import { openQueryService } from '../src/query/service.ts'
import type { QueryRequest, QueryService } from '../src/query/types.ts'

export interface LifecycleBench extends Bench {
  /** `time` moves it. */
  readonly clock: { time: number; now(): number }
  readonly ids: typeof randomIds
  readonly log: Log
  readonly queries: QueryService
  ask(at: Workspace, text: string, more?: Partial<QueryRequest>): Promise<Row[]>
}

export async function openLifecycleBench(): Promise<LifecycleBench> {
  const clock = {
    time: now,
    now() {
      return this.time
    },
  }
  const bench = await openBench(clock)
  const log = createLog('silent')
  const parts = { ...bench, audit: noAudit, clock, ids: randomIds, limits: defaultLimits, log }
  const queries = await openQueryService(parts)
  return {
    ...bench,
    clock,
    ids: randomIds,
    log,
    queries,
    async ask(at, text, more) {
      const client = { app: 'test', requestId: randomIds.guid(), target: '' }
      const found: Row[] = []
      const answer = queries.run({ text, workspaces: [at], principal: owner, profile: 'api', client, ...more })
      for await (const part of answer) if (part.kind === 'rows') found.push(...part.rows)
      return found
    },
    async close() {
      await queries.close()
      await bench.close()
    },
  }
}
