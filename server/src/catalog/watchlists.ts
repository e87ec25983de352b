// What queries see of a workspace's watchlists: _GetWatchlist('alias') and _GetWatchlistAlias. Behind the former each watchlist is
// a table of a catalog of its own, which time ranges do not touch, as the page has it.
// https://learn.microsoft.com/azure/sentinel/watchlists-queries
import type { Catalog, Column, FunctionSchema, TableSchema } from '@conshelf/kql'
import { type WatchlistBody, watchlistKind } from '../resources/kinds/sentinel/watchlist.ts'
import type { Resource, Resources } from '../resources/resource.ts'
import type { Workspace } from './types.ts'

export const watchlistTable = 'Watchlist'
/** What `workspace(…)` is given in the body of _GetWatchlist. */
export const watchlistPlace = (workspace: Pick<Workspace, 'id'>): string => `watchlists of ${workspace.id}`
const placeShape = /^watchlists of ([0-9a-f-]{36})$/

/** The id of the workspace whose watchlists are meant. */
export const watchlistPlaceOf = (name: string): string | undefined => placeShape.exec(name)?.[1]

/** The stored rows, as the views name them. */
const rowsName = '_Watchlist_rows_'

export class WorkspaceWatchlists {
  readonly #resources: Resources
  readonly #workspace: Workspace
  readonly #onChange: () => void
  #found: readonly Resource<WatchlistBody>[]
  #functions: readonly FunctionSchema[]

  constructor(
    resources: Resources,
    workspace: Workspace,
    found: readonly Resource<WatchlistBody>[],
    onChange: () => void,
  ) {
    this.#resources = resources
    this.#workspace = workspace
    this.#onChange = onChange
    this.#found = found
    this.#functions = functionsOf(workspace, found)
  }

  functions(): readonly FunctionSchema[] {
    return this.#functions
  }

  /** After a change of the resources. */
  async reload(): Promise<void> {
    this.#found = await this.#resources.list(watchlistKind, this.#workspace.resourceId)
    this.#functions = functionsOf(this.#workspace, this.#found)
    this.#onChange()
  }

  /** `rows`: the table Watchlist as the caller sees it. */
  catalog(version: string, rows: TableSchema | undefined): Catalog {
    const byAlias = new Map(this.#found.map((each) => [aliasOf(each).toLowerCase(), each]))
    const tables = new Map<string, TableSchema | undefined>()
    const names = () => this.#found.map(aliasOf)
    const table = (name: string): TableSchema | undefined => {
      if (name === rowsName) return rows && { ...rows, name: rowsName, timeColumn: '' }
      const found = byAlias.get(name.toLowerCase())
      return found && viewOf(name, found.body)
    }
    return {
      version: `${version} ${watchlistPlace(this.#workspace)}`,
      table(name) {
        if (!tables.has(name)) tables.set(name, table(name))
        return tables.get(name)
      },
      function: () => undefined,
      tableNames: names,
      allNames: names,
      workspace: () => undefined,
    }
  }
}

const aliasOf = ({ id }: Resource<WatchlistBody>): string => id.slice(id.lastIndexOf('/') + 1)

function functionsOf(workspace: Workspace, found: readonly Resource<WatchlistBody>[]): readonly FunctionSchema[] {
  const aliases = found.map((each) => JSON.stringify(aliasOf(each))).join(', ')
  return [
    {
      name: '_GetWatchlist',
      parameters: 'watchlistAlias:string',
      body: `workspace("${watchlistPlace(workspace)}").table(watchlistAlias)`,
    },
    { name: '_GetWatchlistAlias', parameters: '', body: `datatable(WatchlistAlias:string) [${aliases}]` },
  ]
}

/** The latest state of every item that has not been deleted. */
function viewOf(name: string, { record }: WatchlistBody): TableSchema {
  const own: readonly Column[] = record.columns.map((column) => ({ name: column, type: 'string' }))
  const cells = record.columns.map((column) => {
    const text = JSON.stringify(column)
    return `[${text}] = tostring(WatchlistItem[${text}])`
  })
  const view = `${rowsName}
| where WatchlistId == ${JSON.stringify(record.watchlistId)} and _DTItemType == 'watchlist-item'
| summarize arg_max(_DTTimestamp, _DTItemStatus, LastUpdatedTimeUTC, SearchKey, WatchlistItem) by _DTItemId
| where _DTItemStatus != 'Delete'
| project ${['_DTItemId', 'LastUpdatedTimeUTC', 'SearchKey', ...cells].join(', ')}`
  return {
    name,
    columns: [
      { name: '_DTItemId', type: 'string' },
      { name: 'LastUpdatedTimeUTC', type: 'datetime' },
      { name: 'SearchKey', type: 'string' },
      ...own,
    ],
    timeColumn: '',
    plan: 'analytics',
    sources: [],
    view,
  }
}
