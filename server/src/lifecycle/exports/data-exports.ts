// Data export: every five minutes the rows that arrived since go into files. Each row is written at least once: what was
// written when the position was lost is written again.
import { join } from 'node:path'
import type { Column } from '@conshelf/kql'
import { owner } from '../../access/principal.ts'
import type { Tables, Workspace, Workspaces } from '../../catalog/types.ts'
import { type Clock, ticksOf } from '../../core/clock.ts'
import type { Ids } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import { type Schedule, startSchedule } from '../../core/schedule.ts'
import { formatInstant } from '../../core/time-range.ts'
import type { QueryService } from '../../query/types.ts'
import { type DataExportBody, dataExportKind } from '../../resources/kinds/data-export.ts'
import { InvalidResource, type PutOptions, type Resource, type Resources } from '../../resources/resource.ts'
import type { Store } from '../../store/store.ts'
import { appendLines, fileOf, lineOf } from './json-files.ts'

export interface DataExportParts {
  readonly workspaces: Pick<Workspaces, 'list'>
  readonly tables: Pick<Tables, 'definition' | 'stored'>
  readonly resources: Resources
  readonly queries: Pick<QueryService, 'run'>
  readonly store: Pick<Store, 'value' | 'apply'>
  /** Folders by the ids of the resources that they stand for, in lower case. */
  readonly destinations: ReadonlyMap<string, string>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

export interface DataExports extends Schedule {
  /** Rows that arrive from now on are exported. Throws InvalidResource. */
  put(workspace: Workspace, id: string, body: DataExportBody, o: PutOptions): Promise<Resource<DataExportBody>>
}

const space = 'data-exports'
const minute = 60_000
/** Rows are on disk so long after their arrival at the latest. */
const settleMillis = 2 * minute
const mostActive = 10

export function startDataExports(parts: DataExportParts): DataExports {
  const { workspaces, resources, clock, log } = parts
  const work = async (signal: AbortSignal) => {
    for (const workspace of workspaces.list())
      for (const rule of await resources.list(dataExportKind, workspace.resourceId))
        await exportRule(parts, workspace, rule, signal).catch((error: unknown) =>
          log.error({ err: error, rule: rule.id }, 'rows could not be exported; they will be with the next round'),
        )
  }
  const schedule = startSchedule({ name: 'a round of data export', everyMillis: 5 * minute, clock, log, work })
  return { ...schedule, put: (workspace, id, body, options) => put(parts, workspace, id, body, options) }
}

async function put(
  parts: DataExportParts,
  workspace: Workspace,
  id: string,
  body: DataExportBody,
  options: PutOptions,
): Promise<Resource<DataExportBody>> {
  const { resources, clock, ids } = parts
  resources.change(dataExportKind, id, body, options.by)
  const others = (await resources.list(dataExportKind, workspace.resourceId)).filter(
    (rule) => rule.id.toLowerCase() !== id.toLowerCase(),
  )
  check(parts, workspace, body, others)
  const before = await resources.get(dataExportKind, id)
  const now = new Date(clock.now()).toISOString()
  const properties = {
    ...body.properties,
    dataExportId: before?.body.properties.dataExportId ?? ids.guid(),
    enable: body.properties.enable ?? true,
    createdDate: before?.body.properties.createdDate ?? now,
    lastModifiedDate: now,
  }
  const isOn = before?.body.properties.enable !== false
  const going = new Set(isOn ? before?.body.properties.tableNames : [])
  const also = body.properties.tableNames
    .filter((table) => !going.has(table))
    .map((table) => positioned(id, table, clock.now()))
  return resources.put(dataExportKind, id, { ...body, properties }, { ...options, also })
}

function check(
  { tables, destinations }: DataExportParts,
  workspace: Workspace,
  { properties }: DataExportBody,
  others: readonly Resource<DataExportBody>[],
): void {
  const { tableNames, destination } = properties
  const resource = destination.resourceId.toLowerCase()
  if (resource.includes('/microsoft.eventhub/'))
    throw invalid('/destination/resourceId', 'event hubs are no destination here; name a storage account')
  if (!destinations.has(resource))
    throw invalid(
      '/destination/resourceId',
      `the setting 'exports' says no folder for '${destination.resourceId}', which rows could go to`,
    )
  if (properties.enable !== false && others.filter(({ body }) => body.properties.enable !== false).length >= mostActive)
    throw invalid('', `the workspace has ${mostActive} active rules: disable or delete one`)
  for (const [at, name] of tableNames.entries()) {
    const definition = tables.definition(workspace, name)
    if (!definition) throw invalid(`/tableNames/${at}`, `there is no table '${name}'`)
    if (definition.plan === 'auxiliary' || definition.searchResults || definition.restoredLogs)
      throw invalid(`/tableNames/${at}`, `rows of '${name}' are not exported: its plan or kind does not take part`)
  }
  if (others.some(({ body }) => body.properties.destination.resourceId.toLowerCase() === resource))
    throw invalid('/destination/resourceId', 'another rule of the workspace exports to it')
}

const keyOf = (id: string, table: string): string => `${id.toLowerCase()} ${table}`

const positioned = (id: string, table: string, millis: number) =>
  ({ do: 'set', space, key: keyOf(id, table), value: String(millis) }) as const

async function exportRule(
  parts: DataExportParts,
  workspace: Workspace,
  { id, body }: Resource<DataExportBody>,
  signal: AbortSignal,
): Promise<void> {
  const { tableNames, destination, enable } = body.properties
  const folder = parts.destinations.get(destination.resourceId.toLowerCase())
  if (enable === false) return
  if (folder === undefined) throw new Error(`no setting says where '${destination.resourceId}' is`)
  const end = parts.clock.now() - settleMillis
  for (const table of tableNames) {
    let from = Number((await parts.store.value(space, keyOf(id, table), 0)) ?? end)
    while (from < end && !signal.aborted) {
      from = await exportWindow(parts, { workspace, table, folder, from, to: end })
      await parts.store.apply([positioned(id, table, from)])
    }
  }
}

interface Window {
  readonly workspace: Workspace
  readonly table: string
  readonly folder: string
  readonly from: number
  readonly to: number
}

/** Until when rows are written: half of the time, and half of that, when there are too many for one answer. */
async function exportWindow(parts: DataExportParts, window: Window): Promise<number> {
  const { workspace, table, folder, from, to } = window
  if (!parts.tables.stored(workspace, table)) return to
  const files = await linesOf(parts, window)
  if (!files) {
    if (to - from <= 1) throw new Error(`more rows of ${table} arrived within a millisecond than one answer holds`)
    return exportWindow(parts, { ...window, to: from + Math.floor((to - from) / 2) })
  }
  for (const [file, lines] of files) await appendLines(join(folder, file), lines)
  return to
}

/** By file; undefined: there are too many. */
async function linesOf(
  { queries, ids }: DataExportParts,
  { workspace, table, from, to }: Window,
): Promise<ReadonlyMap<string, string[]> | undefined> {
  const time = (millis: number) => `datetime(${formatInstant(ticksOf(millis))})`
  const text = `['${table}'] | where ingestion_time() >= ${time(from)} and ingestion_time() < ${time(to)}`
  const answer = queries.run({
    text,
    workspaces: [workspace],
    principal: owner,
    profile: 'system',
    client: { app: 'Conshelf data export', requestId: ids.guid(), target: '' },
    reach: 'all',
    ownRows: true,
    maxMillis: 10 * minute,
  })
  const files = new Map<string, string[]>()
  let columns: readonly Column[] = []
  for await (const part of answer) {
    if (part.kind === 'table') columns = part.columns
    if (part.kind === 'end' && part.truncated) return undefined
    if (part.kind !== 'rows') continue
    const at = columns.findIndex(({ name }) => name === 'TimeGenerated')
    for (const row of part.rows) {
      const millis = Date.parse(String(row[at] ?? ''))
      const file = fileOf(table, workspace.resourceId, Number.isNaN(millis) ? to : millis)
      const lines = files.get(file)
      if (lines) lines.push(lineOf(columns, row))
      else files.set(file, [lineOf(columns, row)])
    }
  }
  return files
}

const invalid = (path: string, reason: string) => new InvalidResource('data export', `/properties${path}`, reason)
