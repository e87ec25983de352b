// Search jobs: queries over all that a table keeps, whose rows become a table of their own. A job that was cut off by the end
// of the server begins anew with the next start. https://learn.microsoft.com/azure/azure-monitor/logs/search-jobs
import type { Column } from '@conshelf/kql'
import { owner, type Principal } from '../access/principal.ts'
import type { Tables, Workspace, Workspaces } from '../catalog/types.ts'
import { standardColumns, type TableDefinition } from '../catalog/types.ts'
import type { Clock } from '../core/clock.ts'
import type { Ids } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import { parseInstant } from '../core/time-range.ts'
import type { Engine } from '../engine/engine.ts'
import { countTable, emptyTable } from '../engine/fill.ts'
import type { QueryService, QueryText } from '../query/types.ts'
import type { SearchResults } from '../resources/kinds/table.ts'
import { InvalidResource } from '../resources/resource.ts'

export interface SearchJobParts {
  readonly workspaces: Pick<Workspaces, 'list'>
  readonly tables: Pick<Tables, 'definition' | 'declare' | 'names'>
  readonly queries: Pick<QueryService, 'compile' | 'fill'>
  readonly engine: Pick<Engine, 'query' | 'command'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

export interface SearchRequest {
  readonly query: string
  readonly description?: string
  readonly limit?: number
  readonly startSearchTime: string
  readonly endSearchTime: string
}

export interface SearchJobs {
  /** Makes the table and begins to fill it; the caller's rights decide what the query may name. Throws InvalidResource. */
  begin(workspace: Workspace, name: string, request: SearchRequest, principal: Principal): Promise<TableDefinition>
  /** Ends it with the rows that it has; resolves when nothing more comes. False: no job of that name runs. */
  cancel(workspace: Workspace, name: string): Promise<boolean>
  /** Begins anew what was cut off. */
  resume(): Promise<void>
  stop(): Promise<void>
}

const mostRows = 1_000_000
const atOnce = 5
const mostMillis = 24 * 3_600_000
const slices = 50
const tick = 10_000n
const dayTicks = 86_400_000n * tick

/** What tracks the source of a row. */
const carry = { Type: '_OriginalType', _ItemId: '_OriginalItemId', TimeGenerated: '_OriginalTimeGenerated' }

interface Running {
  readonly abort: AbortController
  readonly ended: Promise<void>
}

export function openSearchJobs(parts: SearchJobParts): SearchJobs {
  const { tables, workspaces, clock, ids } = parts
  const running = new Map<string, Running>()
  const keyOf = (workspace: Workspace, name: string) => `${workspace.id} ${name}`
  const start = (workspace: Workspace, name: string, job: SearchResults, columns: ReadonlySet<string>) => {
    const abort = new AbortController()
    const key = keyOf(workspace, name)
    const ended = run(parts, { workspace, name, job, columns, signal: abort.signal })
      .catch((error: unknown) =>
        parts.log.error({ err: error, table: name }, 'a search job could not be ended in order'),
      )
      .finally(() => running.delete(key))
    running.set(key, { abort, ended })
  }
  return {
    async begin(workspace, name, request, principal) {
      if (tables.definition(workspace, name)) throw invalid('', `the table '${name}' exists already: delete it first`)
      const active = [...running.keys()].filter((key) => key.startsWith(`${workspace.id} `))
      if (active.length >= atOnce) throw invalid('', `${atOnce} search jobs of the workspace run already`)
      const { job, columns } = planned(parts, workspace, request, principal)
      const searchResults = { ...job, azureAsyncOperationId: ids.guid(), startedAt: clock.now() }
      const made = await tables.declare(workspace, { name, columns, searchResults, isOwn: true, by: principal.name })
      start(workspace, name, searchResults, namesOf(columns))
      return made
    },
    async cancel(workspace, name) {
      const job = running.get(keyOf(workspace, name))
      if (!job) return false
      job.abort.abort('cancelled')
      await job.ended
      return true
    },
    async resume() {
      for (const workspace of workspaces.list())
        for (const name of tables.names(workspace).filter((each) => each.endsWith('_SRCH'))) {
          const definition = tables.definition(workspace, name)
          const job = definition?.searchResults
          if (definition && job?.state === 'InProgress') start(workspace, name, job, namesOf(definition.columns))
        }
    },
    async stop() {
      for (const { abort } of running.values()) abort.abort('stopping')
      await Promise.all([...running.values()].map(({ ended }) => ended))
    },
  }
}

const stored = new Set(['_OriginalTimeGenerated', '_ResourceId', '_SubscriptionId'])
const standard = new Set(standardColumns.map(({ name }) => name))
const namesOf = (columns: readonly Column[]): ReadonlySet<string> =>
  new Set([...stored, ...columns.map(({ name }) => name).filter((name) => !standard.has(name))])

/** The job, and the columns of its table. Throws InvalidResource. */
function planned({ queries }: SearchJobParts, workspace: Workspace, request: SearchRequest, principal: Principal) {
  const { query, limit = mostRows, startSearchTime, endSearchTime } = request
  if (!Number.isInteger(limit) || limit < 1 || limit > mostRows)
    throw invalid('/limit', `must be a whole number from 1 to ${mostRows}`)
  const { start, end } = timesOf(request)
  if (start >= end) throw invalid('/endSearchTime', 'must be later than startSearchTime')
  const result = queries.compile(textOf(workspace, query, { start, end }, principal))
  if (!result.ok) throw invalid('/query', result.diagnostics.map(({ message }) => message).join('; '))
  const [first] = result.compiled.results
  const [sourceTable = ''] = result.compiled.tables
  const shown = (first?.columns ?? []).filter(({ name }) => !standard.has(name))
  const columns: Column[] = [{ name: 'TimeGenerated', type: 'datetime' }, ...shown]
  const description =
    request.description ?? `This table was created using a Search Job with the following query: '${query}'.`
  const job = { query, description, limit, startSearchTime, endSearchTime, sourceTable, rows: 0 }
  return { job: { ...job, state: 'InProgress' as const }, columns }
}

function textOf(
  workspace: Workspace,
  text: string,
  timeRange: { start: bigint; end: bigint },
  principal: Principal,
): QueryText {
  return { text, principal, workspaces: [workspace], subset: 'search-job', reach: 'kept', carry, timeRange }
}

function timesOf({ startSearchTime, endSearchTime }: Pick<SearchResults, 'startSearchTime' | 'endSearchTime'>) {
  const [start, end] = [parseInstant(startSearchTime), parseInstant(endSearchTime)]
  if (start === undefined) throw invalid('/startSearchTime', `'${startSearchTime}' is no time`)
  if (end === undefined) throw invalid('/endSearchTime', `'${endSearchTime}' is no time`)
  return { start, end }
}

interface Job {
  readonly workspace: Workspace
  readonly name: string
  readonly job: SearchResults
  readonly columns: ReadonlySet<string>
  readonly signal: AbortSignal
}

async function run(parts: SearchJobParts, { workspace, name, job, columns, signal }: Job): Promise<void> {
  const { tables, clock, log } = parts
  let rows = 0
  const put = (change: Partial<SearchResults>) =>
    tables.declare(workspace, { name, searchResults: { ...job, rows, ...change }, by: 'search job' })
  try {
    for await (const count of filled(parts, { workspace, name, job, columns, signal })) rows = count
    const message = rows >= job.limit ? { message: `the limit of ${job.limit} rows was reached` } : {}
    await put({ state: 'Succeeded', endedAt: clock.now(), ...message })
  } catch (error) {
    if (signal.reason === 'stopping') return
    const message = error instanceof Error ? error.message : String(error)
    if (signal.aborted) await put({ state: 'Canceled', endedAt: clock.now(), message: 'it was cancelled' })
    else {
      log.warn({ err: error, table: name }, 'a search job failed')
      await put({ state: 'Failed', endedAt: clock.now(), message })
    }
  }
}

/** Slice by slice of its time, so that it can be ended in between; the rows so far. */
async function* filled(parts: SearchJobParts, { workspace, name, job, columns, signal }: Job): AsyncGenerator<number> {
  const { queries, engine, clock, ids } = parts
  const into = { database: workspace.database, table: name }
  const { start, end } = timesOf(job)
  const step = (end - start) / BigInt(slices) > dayTicks ? (end - start) / BigInt(slices) : dayTicks
  const time = new Date(job.startedAt).toISOString()
  const deadline = clock.now() + mostMillis
  await emptyTable(engine, into)
  let rows = 0
  for (let from = start; from < end && rows < job.limit; from += step) {
    signal.throwIfAborted()
    const maxMillis = deadline - clock.now()
    if (maxMillis <= 0) throw new Error('it ran for 24 hours, which is the most')
    const query = textOf(workspace, job.query, { start: from, end: from + step < end ? from + step : end }, owner)
    await queries.fill({ ...query, into, columns, time, most: job.limit - rows, maxMillis, signal })
    rows = await countTable(engine, into, ids.guid())
    yield rows
  }
}

const invalid = (path: string, reason: string) =>
  new InvalidResource('table', `/properties/searchResults${path}`, reason)
