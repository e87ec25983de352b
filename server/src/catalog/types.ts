// What the rest of the server may ask of the catalog: which workspaces and tables there are, and where rows go.
import type { Catalog, Column, ColumnPlace, FunctionSchema, PromotedPath, ScalarType } from '@conshelf/kql'
import type { SavedSearchBody } from '../resources/kinds/saved-search.ts'
import type { RestoredLogs, SearchResults } from '../resources/kinds/table.ts'
import type { WorkspaceBody } from '../resources/kinds/workspace.ts'
import type { PutOptions, Resource } from '../resources/resource.ts'

export interface Workspace {
  /** The customer id, a lower-case GUID. */
  readonly id: string
  readonly name: string
  /** ARM id. */
  readonly resourceId: string
  /** Database of its tables in the engine: `ws_` and the GUID's hex digits. */
  readonly database: string
}

export interface Workspaces {
  list(): readonly Workspace[]
  /** By name, GUID or ARM id, in any case. */
  find(name: string): Workspace | undefined
  /** Idempotent for equal arguments. */
  create(workspace: Omit<Workspace, 'database'>): Promise<Workspace>
  /** Whether readers of a resource may read its rows here without any right to the workspace. */
  takesResourceRights(workspace: Workspace): boolean
  /** What it was given beside its names; `changed`: when its settings were last. */
  settings(workspace: Workspace): WorkspaceSettings & { readonly changed?: number }
  /** Settings that are not named stay; undefined takes one away. */
  change(workspace: Workspace, settings: WorkspaceSettings, by: string): Promise<void>
  /** Deletes it with its tables and everything below its ARM id. */
  remove(workspace: Workspace): Promise<void>
}

/** https://learn.microsoft.com/rest/api/loganalytics/workspaces/create-or-update */
export type WorkspaceSettings = {
  readonly [K in keyof Omit<WorkspaceBody, 'name' | 'customerId'>]?: WorkspaceBody[K] | undefined
}

/** How the engine lays a table out. Reasons and measurements: docs/decisions/0002-physical-layout.md. */
export interface TableLayout {
  /** Leading sort column that nearly every query filters (Category), before time; absent: time alone. */
  readonly discriminator?: string
  /** Columns with few distinct values. */
  readonly lowCardinality: readonly string[]
  /** Texts that people search; each gets a token index on its lower-case form. */
  readonly searched: readonly string[]
  readonly promoted: readonly PromotedPath[]
  /** After so many days rows are deleted. */
  readonly retentionDays: number
}

/** https://learn.microsoft.com/azure/azure-monitor/logs/data-platform-logs#table-plans */
export type TablePlanName = 'analytics' | 'basic' | 'auxiliary'

/** A table as content or a table resource declares it. */
export interface TableDefinition {
  readonly name: string
  /** In the order a workspace shows them; standard columns that are missing here can be named in queries all the same. */
  readonly columns: readonly Column[]
  readonly timeColumn: string
  readonly plan: TablePlanName
  /** New properties become columns (AzureDiagnostics, custom logs); otherwise unknown fields are refused per record. */
  readonly grows: boolean
  readonly view?: string
  /** Days that queries reach back, where they are fewer than rows are kept. */
  readonly queryDays?: number
  /** Where the table comes from, if nobody sends rows to it. */
  readonly searchResults?: SearchResults
  readonly restoredLogs?: RestoredLogs
  readonly layout: TableLayout
}

export interface StoredTable {
  readonly definition: TableDefinition
  /** Columns that exist in the engine now. */
  readonly columns: ReadonlyMap<string, ScalarType>
}

/** What a caller may read; access/reading.ts makes it of roles. */
export interface ReadRights {
  /** Rights with equal keys permit the same. */
  readonly key: string
  /** Whether it may be queried at all. */
  workspace(workspace: Workspace): boolean
  table(workspace: Workspace, table: string): boolean
  /** Rows of a table that belong to these resources (ARM ids), in whatever workspace that leaves it to them. */
  resources(ids: readonly string[], table: string): boolean
}

const yes = () => true
/** For what the server does on its own account. */
export const readsAll: ReadRights = { key: '', workspace: yes, table: yes, resources: yes }

export interface Tables {
  /**
   * The KQL catalog of a query addressed to these workspaces; the first is the addressed one, the others join every table.
   * What the rights do not permit is not there: a table, another workspace. `resourceScope`: the rows that the query is bound to.
   */
  catalog(workspaces: readonly Workspace[], reads: ReadRights, resourceScope?: readonly string[]): Catalog
  /** Undefined: no content declares it and no row ever made it. */
  definition(workspace: Workspace, table: string): TableDefinition | undefined
  /** Undefined until the first row. */
  stored(workspace: Workspace, table: string): StoredTable | undefined
  /**
   * Makes the table exist in the engine with these columns. Serialized per table; cheap when nothing changes. A column that
   * is missing in the answer has no place: the table does not grow, or it has `grownColumnLimit` grown columns already and
   * the value belongs into the dynamic column AdditionalFields, which then exists. One that exists keeps its type.
   * Throws UndeclaredTable for a name that no content declares and that is no custom log's.
   */
  prepare(workspace: Workspace, table: string, columns: readonly Column[]): Promise<StoredTable>
  /** The tables that exist in the engine. */
  storedNames(workspace: Workspace): readonly string[]
  /** Every table that the workspace can name. */
  names(workspace: Workspace): readonly string[]
  /**
   * Declares a custom table, or changes one that there is: columns are added, plan and retention are changed. It can be
   * queried at once. Throws InvalidResource.
   */
  declare(workspace: Workspace, change: TableChange): Promise<TableDefinition>
  /** Deletes a custom table with all its rows. False: there is none of that name. Throws InvalidResource for a table of content. */
  drop(workspace: Workspace, table: string): Promise<boolean>
  /** After watchlists of the workspace, or their columns, were changed. */
  watchlistsChanged(workspace: Workspace): Promise<void>
  /** The functions that queries of the workspace can call, and their changes. */
  functions(workspace: Workspace): Functions
}

/** A function with the saved search that holds it. */
export interface StoredFunction extends FunctionSchema {
  /** ARM id. */
  readonly id: string
  readonly folder: string
  readonly docString: string
}

export interface FunctionChange extends FunctionSchema {
  readonly folder?: string
  readonly docString?: string
  readonly by: string
}

export interface Functions {
  get(name: string): StoredFunction | undefined
  list(): readonly StoredFunction[]
  /** Makes or replaces it; whether its body binds is the caller's to see to. Throws InvalidResource. */
  save(change: FunctionChange): Promise<StoredFunction>
  /** A saved search as Azure Resource Manager sends it, whose alias may be new, or gone. Throws InvalidResource, StoreConflict. */
  put(id: string, body: SavedSearchBody, options: PutOptions): Promise<Resource<SavedSearchBody>>
  /** False: there is none. */
  remove(name: string): Promise<boolean>
  /** After saved searches were changed elsewhere. */
  reload(): Promise<void>
}

export interface TableChange {
  readonly name: string
  /** Those it shall have, among them any that it has. */
  readonly columns?: readonly Column[]
  readonly plan?: TablePlanName
  /** Null: as the workspace has it. */
  readonly retentionDays?: number | null
  /** Days after which rows are deleted. Null: when queries do not reach them any more. */
  readonly totalRetentionDays?: number | null
  readonly searchResults?: SearchResults
  readonly restoredLogs?: RestoredLogs
  /** Columns may have names that are the server's own. */
  readonly isOwn?: true
  /** Who changes it. */
  readonly by: string
}

/** Columns that rows may bring to a growing table. https://learn.microsoft.com/azure/azure-monitor/reference/tables/azurediagnostics#additionalfields-column */
export const grownColumnLimit = 500

/** Where properties go that have no column of their own. */
export const additionalFields: Column = { name: 'AdditionalFields', type: 'dynamic' }

/** A table that may not be made: nothing declares it and its name does not end in `_CL`. */
export class UndeclaredTable extends Error {
  readonly table: string
  constructor(table: string, reason = `no content declares a table '${table}', and a custom log's name ends in _CL`) {
    super(reason)
    this.name = 'UndeclaredTable'
    this.table = table
  }
}

/** Columns that every stored row has beside its table's own. https://learn.microsoft.com/azure/azure-monitor/logs/log-standard-columns */
export const standardColumns: readonly Column[] = [
  { name: 'TenantId', type: 'string' },
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'Type', type: 'string' },
  { name: '_ResourceId', type: 'string' },
  { name: '_SubscriptionId', type: 'string' },
  { name: '_ItemId', type: 'string' },
  { name: '_TimeReceived', type: 'datetime' },
  { name: '_BilledSize', type: 'real' },
  { name: '_IsBillable', type: 'string' },
  // The time of a record whose TimeGenerated was too far off and became the time of arrival; null for all others.
  { name: '_OriginalTimeGenerated', type: 'datetime' },
]

/** The tables that content declares. Definitions are read when first asked for; equal names answer the same object. */
export interface TableContent {
  tableNames(): readonly string[]
  /** The shipped tables that have a column of this name. */
  tablesWith(column: string): readonly ColumnPlace[]
  /** Names of the tables with a view. */
  viewNames(): readonly string[]
  table(name: string): TableDefinition | undefined
  /** A custom log that nobody declared, with the columns that arrived. */
  customLog(name: string, columns: readonly Column[]): TableDefinition
}
