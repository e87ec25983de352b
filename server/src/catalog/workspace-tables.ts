// The tables of one workspace: what is declared, what is stored, and how a table comes to be. Used by tables.ts.
import type { Column, PromotedPath, ScalarType } from '@conshelf/kql'
import { addColumns, createDatabase, createTable, dropTable, wideName } from '../engine/ddl.ts'
import type { Engine } from '../engine/engine.ts'
import type { SavedSearchBody } from '../resources/kinds/saved-search.ts'
import type { WatchlistBody } from '../resources/kinds/sentinel/watchlist.ts'
import { type RestoredLogs, type TableBody, tableId, tableKind } from '../resources/kinds/table.ts'
import { InvalidResource, type Resource, type Resources } from '../resources/resource.ts'
import { changedBody, isCustomLogName } from './declared.ts'
import { WorkspaceFunctions } from './functions.ts'
import { columnsByName, columnsToAdd, firstColumns } from './growth.ts'
import { type PhysicalColumns, readTable, scalarTypeOf } from './physical.ts'
import { retentionOf } from './retention.ts'
import {
  type StoredTable,
  standardColumns,
  type TableChange,
  type TableContent,
  type TableDefinition,
  UndeclaredTable,
  type Workspace,
} from './types.ts'
import { WorkspaceWatchlists } from './watchlists.ts'

export interface CatalogParts {
  readonly resources: Resources
  readonly engine: Engine
  readonly content: TableContent
  /** What the workspace says of tables that say nothing of their own. */
  readonly defaultDays: (workspace: Workspace) => number | undefined
}

/** What is there when the server starts. */
export interface WorkspaceState {
  readonly bodies: readonly TableBody[]
  readonly searches: readonly Resource<SavedSearchBody>[]
  readonly watchlists: readonly Resource<WatchlistBody>[]
  readonly physical: ReadonlyMap<string, PhysicalColumns>
}

/** A stored table with the columns of the engine's own making that exist. */
export interface PlacedTable extends StoredTable {
  readonly promoted: readonly PromotedPath[]
  readonly wide: ReadonlyMap<string, string>
  /** The table that holds the rows, where it is another. */
  readonly in?: string
}

const standard = columnsByName(standardColumns)

export class WorkspaceTables {
  readonly workspace: Workspace
  readonly functions: WorkspaceFunctions
  readonly watchlists: WorkspaceWatchlists
  /** Counts what changes an answer of this object. */
  revision = 0
  readonly #parts: CatalogParts
  readonly #bodies: Map<string, TableBody>
  readonly #physical: Map<string, PhysicalColumns>
  readonly #bases = new Map<string, TableDefinition>()
  readonly #definitions = new Map<string, TableDefinition>()
  readonly #placed = new Map<string, PlacedTable>()
  readonly #preparing = new Map<string, Promise<unknown>>()

  constructor(parts: CatalogParts, workspace: Workspace, { bodies, searches, watchlists, physical }: WorkspaceState) {
    this.#parts = parts
    this.workspace = workspace
    this.#bodies = new Map(bodies.map((body) => [body.name, body]))
    this.#physical = new Map(physical)
    const changed = () => {
      this.revision += 1
    }
    this.functions = new WorkspaceFunctions(parts.resources, workspace, searches, changed)
    this.watchlists = new WorkspaceWatchlists(parts.resources, workspace, watchlists, changed)
  }

  storedNames(): Iterable<string> {
    return this.#physical.keys()
  }

  /** Tables that this workspace knows and content may not. */
  ownNames(): Iterable<string> {
    return new Set([...this.#bodies.keys(), ...this.#physical.keys()])
  }

  definition(table: string): TableDefinition | undefined {
    const known = this.#definitions.get(table)
    if (known) return known
    const made = this.#define(table)
    if (made) this.#definitions.set(table, made)
    return made
  }

  stored(table: string): PlacedTable | undefined {
    const known = this.#placed.get(table)
    const source = this.#bodies.get(table)?.restoredLogs?.sourceTable
    const physical = this.#physical.get(source ?? table)
    if (known || !physical) return known
    const definition = this.definition(table)
    if (!definition) return undefined
    const made = { ...placedTable(definition, physical), ...(source === undefined ? {} : { in: source }) }
    this.#placed.set(table, made)
    return made
  }

  /** See Tables.prepare. */
  async prepare(table: string, columns: readonly Column[]): Promise<PlacedTable> {
    const body = this.#bodies.get(table)
    if (body?.searchResults || body?.restoredLogs)
      throw new UndeclaredTable(table, `'${table}' shows rows of another table and takes none itself`)
    return this.#prepareInTurn(table, columns)
  }

  async #prepareInTurn(table: string, columns: readonly Column[]): Promise<PlacedTable> {
    const stored = this.stored(table)
    if (stored && this.#missing(stored.definition, stored.columns, columns).length === 0) return stored
    const before = this.#preparing.get(table) ?? Promise.resolve()
    const prepared = before.then(() => this.#prepare(table, columns))
    const settled = prepared.catch(() => undefined)
    this.#preparing.set(table, settled)
    try {
      return await prepared
    } finally {
      if (this.#preparing.get(table) === settled) this.#preparing.delete(table)
    }
  }

  /** See Tables.declare. */
  async declare(change: TableChange): Promise<TableDefinition> {
    const { name, by } = change
    const next = changedBody(change, this.#bodies.get(name), this.definition(name))
    await this.#parts.resources.put(tableKind, tableId(this.workspace.resourceId, name), next, { by })
    this.#bodies.set(name, next)
    this.#bases.delete(name)
    this.#changed(name)
    const definition = this.definition(name)
    if (!definition) throw new UndeclaredTable(name)
    if (!next.restoredLogs && (next.searchResults || this.stored(name))) await this.#prepareInTurn(name, [])
    return this.definition(name) ?? definition
  }

  /** The workspace's own retention is another now. */
  retentionChanged(): void {
    this.#definitions.clear()
    this.#placed.clear()
    this.revision += 1
  }

  /** See Tables.drop. Rows that are on their way make the table anew. */
  async drop(table: string): Promise<boolean> {
    if (this.#parts.content.table(table))
      throw new InvalidResource('table', '/name', `'${table}' is a table of Azure Monitor, which cannot be deleted`)
    if (!this.definition(table)) return false
    const before = this.#preparing.get(table) ?? Promise.resolve()
    const dropped = before.then(() => this.#drop(table))
    const settled = dropped.catch(() => undefined)
    this.#preparing.set(table, settled)
    await dropped
    if (this.#preparing.get(table) === settled) this.#preparing.delete(table)
    return true
  }

  /** First the engine: what is left behind by a death in between is an empty table. */
  async #drop(table: string): Promise<void> {
    const { engine, resources } = this.#parts
    if (this.#physical.has(table)) await engine.command(dropTable({ database: this.workspace.database, table }))
    this.#physical.delete(table)
    await resources.delete(tableId(this.workspace.resourceId, table))
    this.#bodies.delete(table)
    this.#bases.delete(table)
    this.#changed(table)
  }

  async #prepare(table: string, columns: readonly Column[]): Promise<PlacedTable> {
    const stored = this.stored(table)
    const definition = this.definition(table) ?? this.#base(table)
    const added = this.#missing(definition, stored?.columns ?? new Map(), columns)
    if (stored && added.length === 0) return stored
    await this.#remember(definition, added)
    await this.#build(table, stored === undefined, added)
    const made = this.stored(table)
    if (!made) throw new Error(`the engine has no table ${this.workspace.database}.${table} after making it`)
    return made
  }

  /** First the resource, so that no type is lost when the process dies in between; then the engine. */
  async #remember(definition: TableDefinition, added: readonly Column[]): Promise<void> {
    const { name } = definition
    const body = this.#bodies.get(name)
    const declared = columnsByName([...definition.columns, ...standardColumns])
    const extra = added.filter((column) => !declared.has(column.name)).map(({ name, type }) => ({ name, type }))
    const custom = !body && !this.#parts.content.table(name)
    if (extra.length === 0 && !custom) return
    const next: TableBody = { ...body, name, columns: [...(body?.columns ?? []), ...extra] }
    await this.#parts.resources.put(tableKind, tableId(this.workspace.resourceId, name), next, { by: 'ingestion' })
    this.#bodies.set(name, next)
    this.#changed(name)
  }

  async #build(table: string, create: boolean, added: readonly Column[]): Promise<void> {
    const { engine } = this.#parts
    const { database } = this.workspace
    const definition = this.definition(table)
    if (!definition) throw new UndeclaredTable(table)
    if (create) {
      await engine.command(createDatabase(database))
      await engine.command(createTable({ database, table }, definition, added))
    } else {
      await engine.command(addColumns({ database, table }, definition, added))
    }
    const physical = await readTable(engine, database, table)
    if (physical) this.#physical.set(table, physical)
    this.#changed(table)
  }

  #define(table: string): TableDefinition | undefined {
    const declared = this.#parts.content.table(table)
    const body = this.#bodies.get(table)
    const physical = this.#physical.get(table)
    if (!declared && !body && !physical) return undefined
    if (body?.restoredLogs) return this.#defineRestored(table, body.restoredLogs)
    const extra = body?.columns ?? []
    const known = columnsByName([...(declared?.columns ?? []), ...standardColumns, ...extra])
    const columns = [...extra, ...unknownColumns(physical, known)]
    const base = declared ? withColumns(declared, columns) : this.#parts.content.customLog(table, columns)
    const days = this.#parts.defaultDays(this.workspace)
    const plan = body?.plan ?? base.plan
    if (!body && days === undefined && plan === 'analytics') return base
    const { queried, kept } = retentionOf(body, plan, days ?? base.layout.retentionDays)
    return {
      ...base,
      plan,
      grows: declared ? base.grows : (body?.grows ?? true),
      ...(body?.searchResults ? { searchResults: body.searchResults } : {}),
      queryDays: queried,
      layout: { ...base.layout, retentionDays: kept },
    }
  }

  /** All that its source keeps is in reach of queries. https://learn.microsoft.com/azure/azure-monitor/logs/restore */
  #defineRestored(name: string, restoredLogs: RestoredLogs): TableDefinition | undefined {
    const source = this.definition(restoredLogs.sourceTable)
    if (!source) return undefined
    const { view: _view, queryDays: _queryDays, ...same } = source
    return { ...same, name, plan: 'analytics', grows: false, restoredLogs }
  }

  #missing(definition: TableDefinition, existing: ReadonlyMap<string, unknown>, asked: readonly Column[]) {
    return columnsToAdd(definition, firstColumns(this.#base(definition.name)), existing, asked)
  }

  /** What content says of the table; of a custom log that it is empty. */
  #base(table: string): TableDefinition {
    const known = this.#bases.get(table) ?? this.#parts.content.table(table)
    if (known) return known
    const declared = this.#bodies.get(table)?.grows === false ? this.definition(table) : undefined
    if (declared) return declared
    if (!isCustomLogName(table)) throw new UndeclaredTable(table)
    const made = this.#parts.content.customLog(table, [])
    this.#bases.set(table, made)
    return made
  }

  #changed(table: string): void {
    const restored = [...this.#bodies.values()].filter(({ restoredLogs }) => restoredLogs?.sourceTable === table)
    for (const name of [table, ...restored.map((body) => body.name)]) {
      this.#definitions.delete(name)
      this.#placed.delete(name)
    }
    this.revision += 1
  }
}

function withColumns(declared: TableDefinition, columns: readonly Column[]): TableDefinition {
  const names = columnsByName(declared.columns)
  const extra = columns.filter((column) => !names.has(column.name))
  return extra.length === 0 ? declared : { ...declared, columns: [...declared.columns, ...extra] }
}

/** Columns of the engine that neither content nor resource knows: what rows brought before the store was lost. */
function unknownColumns(physical: PhysicalColumns | undefined, known: ReadonlyMap<string, Column>): readonly Column[] {
  return [...(physical ?? [])].flatMap(([name, stored]) => {
    const type = known.has(name) || name.includes('/') ? undefined : scalarTypeOf(stored, undefined)
    return type === undefined ? [] : [{ name, type }]
  })
}

function placedTable(definition: TableDefinition, physical: PhysicalColumns): PlacedTable {
  const declared = columnsByName([...definition.columns, ...standard.values()])
  const columns = new Map<string, ScalarType>()
  for (const [name, stored] of physical) {
    const wanted = declared.get(name)
    const type = wanted && scalarTypeOf(stored, wanted.type)
    if (type !== undefined) columns.set(name, type)
  }
  const promoted = definition.layout.promoted.filter((path) => physical.has(path.stored))
  const searched = definition.layout.searched.filter((name) => physical.has(wideName(name)))
  return { definition, columns, promoted, wide: new Map(searched.map((name) => [name, wideName(name)])) }
}
