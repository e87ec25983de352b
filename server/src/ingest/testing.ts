// What the engine tests of ingestion share: a pipeline on a real engine, requests to it, and what it stored.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCatalog } from '../catalog/catalog.ts'
import type { Tables, Workspace } from '../catalog/types.ts'
import { openContent } from '../content/content.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import { guidOf, randomIds } from '../core/ids.ts'
import { createLog } from '../core/log.ts'
import { openChdb } from '../engine/chdb.ts'
import type { Engine } from '../engine/engine.ts'
import type { Resources } from '../resources/resource.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'
import { createIngest, type IngestParts } from './pipeline.ts'
import { type ReceiverName, receivers } from './receivers/index.ts'
import type { Ingest, IngestOutcome, Receiver } from './types.ts'

/** A whole second near the present: the engine drops what is older than a table's retention. */
export const now = Math.floor(systemClock.now() / 1000) * 1000
export const hour = 3_600_000

/** A time that far from now, as sources write it. */
export const at0 = (millis: number): string => new Date(now + millis).toISOString()
/** As the engine answers it. */
export const answered = (millis: number): string => at0(millis).replace('000Z', '0000000Z')

export interface Sent {
  readonly to: Workspace
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array>
  readonly as?: ReceiverName | Receiver
  readonly key?: string
  readonly contentType?: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly by?: Ingest
}

export interface Bench {
  readonly engine: Engine
  readonly store: Store
  readonly resources: Resources
  readonly tables: Tables
  readonly ingest: Ingest
  /** Another pipeline on the same engine. */
  pipeline(parts?: Partial<IngestParts>): Ingest
  /** A new, empty one. */
  workspace(): Promise<Workspace>
  send(request: Sent): Promise<IngestOutcome>
  select(sql: string): Promise<unknown[][]>
  rowsOf(at: Workspace, table: string, columns?: string, more?: string): Promise<unknown[][]>
  countOf(at: Workspace, table: string): Promise<number>
  close(): Promise<void>
}

export async function openBench(clock: Clock = { now: () => now }): Promise<Bench> {
  const directory = mkdtempSync(join(tmpdir(), 'conshelf-ingest-'))
  const engine = await openChdb({ path: join(directory, 'engine') })
  const store = openSqliteStore(':memory:')
  const { workspaces, tables, resources } = await openCatalog({ store, engine, content: openContent(), clock })
  const pipeline = (parts: Partial<IngestParts> = {}): Ingest => {
    const limits = { quickMillis: 5, ...parts.limits }
    return createIngest({ engine, tables, store, clock, ids: randomIds, log: createLog('silent'), ...parts, limits })
  }
  const ingest = pipeline()
  let made = 0
  const select = (sql: string) => selectAll(engine, sql)
  const rowsOf: Bench['rowsOf'] = ({ database }, table, columns = 'count()', more = '') =>
    select(`SELECT ${columns} FROM ${database}.${table} ${more}`)
  return {
    engine,
    store,
    resources,
    tables,
    ingest,
    pipeline,
    workspace() {
      const name = `test-${++made}`
      const resourceId = `/subscriptions/s/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/${name}`
      return workspaces.create({ id: guidOf(name), name, resourceId })
    },
    send: (request) => accept(request.by ?? ingest, request),
    select,
    rowsOf,
    countOf: async (at, table) => Number((await rowsOf(at, table))[0]?.[0]),
    async close() {
      await ingest.close()
      await store.close()
      await engine.close()
      rmSync(directory, { recursive: true })
    },
  }
}

function accept(
  by: Ingest,
  { to, body, as = 'json', key, parameters = {}, contentType = 'application/json' }: Sent,
): Promise<IngestOutcome> {
  return by.accept({
    workspace: to,
    receiver: typeof as === 'string' ? receivers[as] : as,
    body: typeof body === 'string' || body instanceof Uint8Array ? bytes(body) : body,
    head: { contentType, parameters },
    ...(key !== undefined && { idempotencyKey: key }),
  })
}

async function* bytes(body: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(body)
  for (let from = 0; from < all.length; from += 65_536) yield all.subarray(from, from + 65_536)
}

let queries = 0

async function selectAll(engine: Engine, sql: string): Promise<unknown[][]> {
  const found: unknown[][] = []
  const limits = { maxMillis: 30_000, maxMemoryBytes: 1_000_000_000 }
  for await (const rows of engine.query(sql, { tag: `test-${++queries}`, limits })) {
    found.push(...rows.map((row) => [...row]))
  }
  return found
}
