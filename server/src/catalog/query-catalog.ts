// The KQL catalog of a set of workspaces: their schemas merged, and where the engine keeps each one's rows.
import type { Catalog, Column, FunctionSchema, TableSchema, TableSource } from '@conshelf/kql'
import { parseInstant } from '../core/time-range.ts'
import type { RestoredLogs } from '../resources/kinds/table.ts'
import { columnsByName } from './growth.ts'
import { standardColumns, type TableContent, type TableDefinition, type Workspace } from './types.ts'
import { watchlistTable } from './watchlists.ts'
import type { PlacedTable, WorkspaceTables } from './workspace-tables.ts'

/** What of a workspace is there for somebody. */
export interface Visibility {
  readonly functions: boolean
  readonly table: (name: string) => boolean
}

/** A workspace as somebody sees it. */
interface Member extends Pick<WorkspaceTables, 'workspace' | 'revision' | 'definition' | 'stored'> {
  ownNames(): Iterable<string>
  storedNames(): Iterable<string>
  readonly sees: (name: string) => boolean
  readonly functions: readonly FunctionSchema[]
}

export function memberView(tables: WorkspaceTables, { functions, table }: Visibility): Member {
  const definition = (name: string) => (table(name) ? tables.definition(name) : undefined)
  // A view shows rows of its base.
  const sees = (name: string): boolean => {
    const view = table(name) ? tables.definition(name)?.view : undefined
    return view === undefined ? table(name) : table(baseOf(view))
  }
  return {
    workspace: tables.workspace,
    revision: tables.revision,
    definition: (name) => (sees(name) ? definition(name) : undefined),
    stored: (name) => (sees(name) ? tables.stored(name) : undefined),
    ownNames: () => [...tables.ownNames()].filter(sees),
    storedNames: () => [...tables.storedNames()].filter(sees),
    sees,
    // Names of watchlists are rows of their table.
    functions: functions
      ? [...(sees(watchlistTable) ? tables.watchlists.functions() : []), ...tables.functions.list()]
      : [],
  }
}

export interface CatalogContext {
  readonly version: string
  readonly workspace: (name: string) => Catalog | undefined
}

/** A catalog that answers for one state of its members; `versionOf` tells whether that state still holds. */
export function queryCatalog(
  members: readonly Member[],
  content: TableContent,
  { version, workspace }: CatalogContext,
): Catalog {
  const tables = new Map<string, TableSchema | undefined>()
  const functions = functionsOf(members)
  const names = once(() => storedAndViews(members, content))
  const seen = (name: string): boolean => members.some((member) => member.sees(name))
  const all = once(() => [
    ...new Set([...content.tableNames().filter(seen), ...members.flatMap((m) => [...m.ownNames()])]),
  ])
  return {
    version,
    table(name) {
      if (!tables.has(name)) tables.set(name, tableSchema(name, members))
      return tables.get(name)
    },
    function: (name) => functions.get(name),
    tableNames: names,
    allNames: () => [...all(), ...functions.keys()],
    tablesWith: (column) => content.tablesWith(column).filter(({ table }) => seen(table)),
    workspace,
  }
}

/** Where workspaces have a function of the same name, the first one's is called. */
function functionsOf(members: readonly Member[]): ReadonlyMap<string, FunctionSchema> {
  const all = members.toReversed().flatMap((member) => member.functions)
  return new Map(all.map((each) => [each.name, each]))
}

export function versionOf(
  members: readonly Pick<WorkspaceTables, 'workspace' | 'revision'>[],
  takesResourceRights: (workspace: Workspace) => boolean,
): string {
  return members
    .map(({ workspace, revision }) => `${workspace.id}@${revision}${takesResourceRights(workspace) ? '' : '!'}`)
    .join('+')
}

function tableSchema(name: string, members: readonly Member[]): TableSchema | undefined {
  const definitions = members.flatMap((member) => member.definition(name) ?? [])
  const [first] = definitions
  if (!first) return undefined
  const stored = members.flatMap((member) => member.stored(name) ?? [])
  const columns = mergedColumns(definitions, first.grows && stored.length > 0 ? stored : undefined)
  const byName = columnsByName(columns)
  const sources = members.flatMap((member) => {
    const stored = member.stored(name)
    return stored ? [sourceOf(member.workspace.database, name, stored, byName)] : []
  })
  return {
    name,
    columns,
    timeColumn: first.timeColumn,
    plan: first.plan,
    sources,
    ...(first.view === undefined ? {} : { view: first.view }),
  }
}

/**
 * Listed columns in their order, what other workspaces have beside, and the standard ones that nobody lists. Of a table that
 * grows, only what rows have brought shows; the rest of its documented columns bind when named.
 */
function mergedColumns(
  definitions: readonly TableDefinition[],
  grown: readonly PlacedTable[] | undefined,
): readonly Column[] {
  const listed = columnsByName(definitions.flatMap((d) => d.columns))
  const others = standardColumns.filter((c) => !listed.has(c.name)).map((c): Column => ({ ...c, hidden: true }))
  const shows = (c: Column): boolean => !grown || grown.some((table) => table.columns.has(c.name))
  return [...[...listed.values()].map((c): Column => (shows(c) ? c : { ...c, hidden: true })), ...others]
}

/** A column that another workspace has with another type reads as null from this one. */
function sourceOf(
  database: string,
  table: string,
  stored: PlacedTable,
  columns: ReadonlyMap<string, Column>,
): TableSource {
  const same = [...stored.columns].filter(([name, type]) => columns.get(name)?.type === type).map(([name]) => name)
  const { definition, promoted, wide } = stored
  const { queryDays, layout, restoredLogs } = definition
  const days = (count: number) => BigInt(count) * ticksInDay
  return {
    database,
    table: stored.in ?? table,
    columns: new Set(same),
    promoted,
    wide,
    retention: { queried: days(queryDays ?? layout.retentionDays), kept: days(layout.retentionDays) },
    ...(restoredLogs ? { times: timesOf(restoredLogs) } : {}),
  }
}

const ticksInDay = 864_000_000_000n

function timesOf({ startRestoreTime, endRestoreTime }: RestoredLogs): { start: bigint; end: bigint } {
  const [start, end] = [startRestoreTime, endRestoreTime].map((text) => parseInstant(text))
  if (start === undefined || end === undefined) throw new Error(`no times: ${startRestoreTime}, ${endRestoreTime}`)
  return { start, end }
}

function storedAndViews(members: readonly Member[], content: TableContent): readonly string[] {
  const stored = new Set(members.flatMap((member) => [...member.storedNames()]))
  const isSeen = (name: string): boolean => members.some((member) => member.sees(name))
  const views = content
    .viewNames()
    .filter((name) => !stored.has(name) && stored.has(baseOf(content.table(name)?.view ?? '')) && isSeen(name))
  return [...stored, ...views].sort()
}

/** The table that a view starts with. */
export function baseOf(view: string): string {
  return /^\s*([A-Za-z_]\w*)/.exec(view)?.[1] ?? ''
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
