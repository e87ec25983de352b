// Opens the data of the benchmark, and makes it the first time: an engine, the product's catalog and query service over it.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { owner } from '../server/src/access/principal.ts'
import { openCatalog } from '../server/src/catalog/catalog.ts'
import type { Workspace } from '../server/src/catalog/types.ts'
import { openContent } from '../server/src/content/content.ts'
import { type Clock, systemClock, ticksOf } from '../server/src/core/clock.ts'
import { randomIds } from '../server/src/core/ids.ts'
import { defaultLimits } from '../server/src/core/limits.ts'
import { createLog } from '../server/src/core/log.ts'
import { openChdb } from '../server/src/engine/chdb.ts'
import type { Engine } from '../server/src/engine/engine.ts'
import { noAudit } from '../server/src/query/audit.ts'
import { openQueryService } from '../server/src/query/service.ts'
import type { QueryRequest, QueryService } from '../server/src/query/types.ts'
import { openSqliteStore } from '../server/src/store/sqlite.ts'
import { load } from './data/load.ts'

/** Raised when the generator makes other rows than before, or tables are laid out otherwise. */
const generation = 3

export interface Bench {
  readonly engine: Engine
  readonly queries: QueryService
  readonly workspace: Workspace
  /** Time of the last row, milliseconds since 1970: what `now()` answers. */
  readonly end: number
  close(): Promise<void>
}

interface State {
  readonly generation: number
  readonly rows: number
  readonly end: number
}

/** What would answer a repeated query without work is off. */
const caches = ['--use_query_condition_cache=0', '--use_query_cache=0']

export async function openBench(data: string, rows: number, say: (line: string) => void): Promise<Bench> {
  const state = await readState(data)
  const isMade = state?.generation === generation && state.rows === rows
  if (!isMade) await rm(data, { recursive: true, force: true })
  await mkdir(data, { recursive: true })
  const end = isMade ? state.end : Math.floor(systemClock.now() / 3_600_000) * 3_600_000
  const clock: Clock = { now: () => end }
  const engine = await openChdb({ path: join(data, 'engine'), arguments: caches })
  const store = openSqliteStore(join(data, 'metadata.sqlite'))
  const { workspaces, tables } = await openCatalog({ store, engine, content: openContent(), clock })
  const workspace = await workspaces.create(described)
  if (!isMade) {
    say(`making ${rows} rows in ${data}`)
    await load({ engine, tables, workspace, rows, end, say })
    await writeFile(join(data, 'bench.json'), JSON.stringify({ generation, rows, end } satisfies State))
  }
  const log = createLog('warn')
  const limits = {
    ...defaultLimits,
    answers: { ...defaultLimits.answers, api: { ...defaultLimits.answers.api, rows: 1e7 } },
  }
  const queries = await openQueryService({
    engine,
    tables,
    audit: noAudit,
    clock: systemClock,
    ids: randomIds,
    limits,
    log,
  })
  const close = async () => {
    await queries.close()
    await store.close()
    await engine.close()
  }
  return { engine, queries, workspace, end, close }
}

/** A query as the API would ask it, at the time of the last row. */
export function request({ workspace, end }: Bench, text: string): QueryRequest {
  const client = { app: 'bench', requestId: randomIds.guid(), target: '' }
  return { text, workspaces: [workspace], now: ticksOf(end), principal: owner, profile: 'api', client }
}

const described = {
  id: 'be4c4000-0000-4000-8000-000000000001',
  name: 'bench',
  resourceId:
    '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/bench/providers/Microsoft.OperationalInsights/workspaces/bench',
}

async function readState(data: string): Promise<State | undefined> {
  const text = await readFile(join(data, 'bench.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as State)
}
