// Deletes the rows that filters name: purges and the Delete Data API. What was asked for is a resource, so that it is carried
// out even when the server is stopped in between.
import { owner } from '../access/principal.ts'
import type { Tables, Workspace, Workspaces } from '../catalog/types.ts'
import type { Clock } from '../core/clock.ts'
import type { Ids } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import { countRows, deleteItems } from '../engine/delete.ts'
import type { Engine } from '../engine/engine.ts'
import { operationRow } from '../ingest/operation-row.ts'
import type { Ingest } from '../ingest/types.ts'
import type { QueryService } from '../query/types.ts'
import { type DeletionBody, type DeletionFilter, deletionId, deletionKind } from '../resources/kinds/deletion.ts'
import { InvalidResource, type Resource, type Resources } from '../resources/resource.ts'
import { predicateOf } from './filters.ts'

export interface DeletionParts {
  readonly workspaces: Pick<Workspaces, 'list'>
  readonly tables: Pick<Tables, 'definition' | 'stored'>
  readonly resources: Resources
  readonly queries: Pick<QueryService, 'compile'>
  readonly ingest: Pick<Ingest, 'append'>
  readonly engine: Pick<Engine, 'query' | 'command'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

export interface DeletionRequest {
  readonly table: string
  readonly filters: readonly DeletionFilter[]
  readonly by: string
}

export interface Deletions {
  /** Resolves when it is certain to be done, soon. `name`: of the operation. Throws InvalidResource. */
  begin(workspace: Workspace, name: string, request: DeletionRequest): Promise<void>
  find(workspace: Workspace, name: string): Promise<Resource<DeletionBody> | undefined>
  /** Carries out what was left over when the server stopped. */
  resume(): Promise<void>
  stop(): Promise<void>
}

export function openDeletions(parts: DeletionParts): Deletions {
  const { resources, workspaces, clock, log } = parts
  let running: Promise<void> = Promise.resolve()
  let stopped = false
  /** One after another: each rewrites much of its table. */
  const carryOut = (workspace: Workspace, { id, body, changed }: Resource<DeletionBody>) => {
    running = running.then(async () => {
      if (stopped) return
      const done = await outcomeOf(parts, workspace, body)
      if (done === 'later') return
      const { by } = changed
      await resources.put(deletionKind, id, { ...body, ...done, endedAt: clock.now() }, { by })
      await record(parts, workspace, { ...body, ...done }, by)
    })
    running = running.catch((error: unknown) => log.error({ err: error, id }, 'a deletion of rows failed'))
  }
  return {
    async begin(workspace, name, { table, filters: asked, by }) {
      const filters = [...asked]
      selectOf(parts, workspace, { table, filters })
      const body = { table, filters, state: 'pending' as const, startedAt: clock.now() }
      carryOut(workspace, await resources.put(deletionKind, deletionId(workspace.resourceId, name), body, { by }))
    },
    find: (workspace, name) => resources.get(deletionKind, deletionId(workspace.resourceId, name)),
    async resume() {
      for (const workspace of workspaces.list()) {
        const found = await resources.list(deletionKind, workspace.resourceId)
        for (const deletion of found) if (deletion.body.state === 'pending') carryOut(workspace, deletion)
      }
    },
    async stop() {
      stopped = true
      await running
    },
  }
}

/** The SELECT of the _ItemId of the rows; undefined: the table holds none at all. */
function selectOf(
  parts: DeletionParts,
  workspace: Workspace,
  { table, filters }: Pick<DeletionBody, 'table' | 'filters'>,
): string | undefined {
  const definition = parts.tables.definition(workspace, table)
  if (!definition) throw new InvalidResource('deletion', '/table', `there is no table '${table}'`)
  if (definition.restoredLogs)
    throw new InvalidResource('deletion', '/table', `'${table}' shows rows of ${definition.restoredLogs.sourceTable}`)
  if (filters.length === 0) throw new InvalidResource('deletion', '/filters', 'name at least one')
  return selectItems(parts, workspace, table, predicateOf(filters, definition))
}

type StatementParts = Pick<DeletionParts, 'queries' | 'engine' | 'ids'> & { readonly tables: Pick<Tables, 'stored'> }

/** Deletes the rows that a predicate of KQL holds for. */
export async function deleteWhere(
  parts: StatementParts,
  workspace: Workspace,
  table: string,
  predicate: string,
): Promise<void> {
  const select = selectItems(parts, workspace, table, predicate)
  if (select === undefined || (await countRows(parts.engine, select, parts.ids.guid())) === 0) return
  await deleteItems(parts.engine, { database: workspace.database, table }, select)
}

function selectItems(
  { queries, tables }: Pick<StatementParts, 'queries' | 'tables'>,
  workspace: Workspace,
  table: string,
  predicate: string,
): string | undefined {
  const text = `${table} | where ${predicate} | project _ItemId`
  const result = queries.compile({ text, principal: owner, workspaces: [workspace], reach: 'all', ownRows: true })
  if (!result.ok) throw new InvalidResource('deletion', '/filters', result.diagnostics[0]?.message ?? text)
  const [only] = result.compiled.results
  if (!only || result.compiled.stages.length > 0) throw new Error(`no single SELECT: ${text}`)
  return tables.stored(workspace, table) ? only.sql : undefined
}

type Outcome = Pick<DeletionBody, 'state' | 'rows' | 'message'>

async function outcomeOf(parts: DeletionParts, workspace: Workspace, body: DeletionBody): Promise<Outcome | 'later'> {
  const { engine, ids, log } = parts
  try {
    const select = selectOf(parts, workspace, body)
    if (select === undefined) return { state: 'completed', rows: 0 }
    const rows = await countRows(engine, select, ids.guid())
    if (rows > 0) await deleteItems(engine, { database: workspace.database, table: body.table }, select)
    const left = rows > 0 ? await countRows(engine, select, ids.guid()) : 0
    return left === 0
      ? { state: 'completed', rows }
      : { state: 'failed', rows: rows - left, message: `${left} rows arrived while others were deleted` }
  } catch (error) {
    log.error({ err: error, table: body.table }, 'rows could not be deleted')
    if (!(error instanceof Error)) return 'later'
    return 'kind' in error && error.kind === 'closed' ? 'later' : { state: 'failed', message: error.message }
  }
}

/** Who deleted what stays on record. */
async function record({ ingest }: DeletionParts, workspace: Workspace, body: DeletionBody, by: string): Promise<void> {
  const { table, filters, state, rows = 0, message } = body
  const detail = `${rows} rows of ${table} were deleted for ${by}: ${JSON.stringify(filters)}${message ? `; ${message}` : ''}`
  const level = state === 'completed' ? 'Info' : 'Error'
  await ingest.append(workspace, [
    operationRow({ workspace, operation: 'Data purge', category: 'Workspace', level, detail }),
  ])
}
