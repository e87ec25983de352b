// Opens the catalog: workspaces and tables out of store, engine and content. Called by main.ts.
import { createHash } from 'node:crypto'
import type { Catalog, Column } from '@conshelf/kql'
import type { Clock } from '../core/clock.ts'
import { dropDatabase } from '../engine/ddl.ts'
import type { Engine } from '../engine/engine.ts'
import { savedSearchKind } from '../resources/kinds/saved-search.ts'
import { watchlistKind } from '../resources/kinds/sentinel/watchlist.ts'
import { tableKind } from '../resources/kinds/table.ts'
import { openResources, type Resources } from '../resources/resource.ts'
import type { Store } from '../store/store.ts'
import { readDatabases } from './physical.ts'
import { memberView, queryCatalog, type Visibility, versionOf } from './query-catalog.ts'
import type {
  Functions,
  ReadRights,
  StoredTable,
  TableChange,
  TableContent,
  TableDefinition,
  Tables,
  Workspace,
  Workspaces,
} from './types.ts'
import { watchlistPlaceOf, watchlistTable } from './watchlists.ts'
import { type CatalogParts, WorkspaceTables } from './workspace-tables.ts'
import { openWorkspaces, workspaceIdOf } from './workspaces.ts'

export interface CatalogOptions {
  readonly store: Store
  readonly engine: Engine
  readonly content: TableContent
  readonly clock: Clock
}

export interface OpenCatalog {
  readonly resources: Resources
  readonly workspaces: Workspaces
  readonly tables: Tables
}

/** Reads what exists from the engine and what was made from the store: nothing else is remembered. */
export async function openCatalog({ store, engine, content, clock }: CatalogOptions): Promise<OpenCatalog> {
  const resources = openResources(store, clock)
  const workspaces = await openWorkspaces(resources, clock)
  const defaultDays = (workspace: Workspace) => workspaces.settings(workspace).retentionInDays
  const parts: CatalogParts = { resources, engine, content, defaultDays }
  const databases = await readDatabases(engine)
  const found = workspaces.list().map(async (workspace) => {
    const bodies = (await resources.list(tableKind, workspace.resourceId)).map((resource) => resource.body)
    const searches = await resources.list(savedSearchKind, workspace.resourceId)
    const watchlists = await resources.list(watchlistKind, workspace.resourceId)
    const physical = databases.get(workspace.database) ?? new Map()
    return new WorkspaceTables(parts, workspace, { bodies, searches, watchlists, physical })
  })
  const tables = new AllTables(parts, workspaces, await Promise.all(found))
  workspaces.onRetention = (workspace) => tables.retentionChanged(workspace)
  workspaces.onRemoval = (workspace) => tables.remove(workspace)
  return { resources, workspaces, tables }
}

const maxCatalogs = 100

/** What tells callers apart; whoever may read everything sees the same, whatever a query is bound to. */
function seenBy({ key }: ReadRights, resourceScope: readonly string[] | undefined): string {
  if (key === '') return ''
  const text = JSON.stringify([key, resourceScope ?? []])
  return `~${createHash('sha256').update(text).digest('base64url')}`
}

class AllTables implements Tables {
  readonly #parts: CatalogParts
  readonly #workspaces: Workspaces
  readonly #members: Map<string, WorkspaceTables>
  /** Ids of workspaces that were deleted since the start. */
  readonly #removed = new Set<string>()
  /** By the ids of the workspaces: schemas stay the same objects for as long as nothing changes. */
  readonly #catalogs = new Map<string, Catalog>()

  constructor(parts: CatalogParts, workspaces: Workspaces, members: readonly WorkspaceTables[]) {
    this.#parts = parts
    this.#workspaces = workspaces
    this.#members = new Map(members.map((member) => [member.workspace.id, member]))
  }

  catalog(workspaces: readonly Workspace[], reads: ReadRights, resourceScope?: readonly string[]): Catalog {
    const members = [...new Set(workspaces.map((workspace) => this.#member(workspace)))]
    const seen = seenBy(reads, resourceScope)
    const key = `${members.map((member) => member.workspace.id).join('+')}${seen}`
    const known = this.#catalogs.get(key)
    const state = versionOf(members, (workspace) => this.#workspaces.takesResourceRights(workspace))
    // Symbols are kept by it: those of one caller must never serve another.
    const version = `${state}${seen}`
    if (known?.version === version) return known
    const views = members.map((member) => memberView(member, this.#sees(member.workspace, reads, resourceScope)))
    const made = queryCatalog(views, this.#parts.content, {
      version,
      workspace: (name) => this.#elsewhere(name, reads),
    })
    if (this.#catalogs.size >= maxCatalogs) this.#catalogs.clear()
    this.#catalogs.set(key, made)
    return made
  }

  /** Behind `workspace("…")` and `resource("…")`: a workspace, or the rows of any other resource wherever they are. */
  #elsewhere(name: string, reads: ReadRights): Catalog | undefined {
    const workspace = this.#workspaces.find(name) ?? this.#workspaces.find(workspaceIdOf(name))
    if (workspace) return reads.workspace(workspace) ? this.catalog([workspace], reads) : undefined
    const owner = this.#workspaces.find(watchlistPlaceOf(name) ?? '')
    if (owner) return this.#watchlists(owner, reads)
    if (!/^\/subscriptions\/[^/]+/i.test(name)) return undefined
    const scope = name.toLowerCase().replace(/\/+$/, '')
    const all = this.catalog(this.#workspaces.list(), reads, [scope])
    return { ...all, version: `${all.version} of ${scope}`, resourceScope: [scope] }
  }

  #watchlists(workspace: Workspace, reads: ReadRights): Catalog | undefined {
    if (!reads.workspace(workspace) || !reads.table(workspace, watchlistTable)) return undefined
    const { version, table } = this.catalog([workspace], reads)
    return this.#member(workspace).watchlists.catalog(version, table(watchlistTable))
  }

  watchlistsChanged(workspace: Workspace): Promise<void> {
    return this.#member(workspace).watchlists.reload()
  }

  /** What of a workspace a query may name, by rights to the workspace or to the resources that it is bound to. */
  #sees(workspace: Workspace, reads: ReadRights, resourceScope: readonly string[] = []): Visibility {
    const opened = resourceScope.length > 0 && this.#workspaces.takesResourceRights(workspace)
    return {
      functions: reads.workspace(workspace),
      table: (name) => reads.table(workspace, name) || (opened && reads.resources(resourceScope, name)),
    }
  }

  definition(workspace: Workspace, table: string): TableDefinition | undefined {
    return this.#member(workspace).definition(table)
  }

  stored(workspace: Workspace, table: string): StoredTable | undefined {
    return this.#member(workspace).stored(table)
  }

  prepare(workspace: Workspace, table: string, columns: readonly Column[]): Promise<StoredTable> {
    return this.#member(workspace).prepare(table, columns)
  }

  names(workspace: Workspace): readonly string[] {
    return [...new Set([...this.#parts.content.tableNames(), ...this.#member(workspace).ownNames()])].sort()
  }

  declare(workspace: Workspace, change: TableChange): Promise<TableDefinition> {
    return this.#member(workspace).declare(change)
  }

  drop(workspace: Workspace, table: string): Promise<boolean> {
    return this.#member(workspace).drop(table)
  }

  storedNames(workspace: Workspace): readonly string[] {
    return [...this.#member(workspace).storedNames()]
  }

  /** Rows that are on their way to it are refused from now on. */
  async remove(workspace: Workspace): Promise<void> {
    this.#removed.add(workspace.id)
    this.#members.delete(workspace.id)
    this.#catalogs.clear()
    await this.#parts.engine.command(dropDatabase(workspace.database))
  }

  retentionChanged(workspace: Workspace): void {
    this.#member(workspace).retentionChanged()
  }

  functions(workspace: Workspace): Functions {
    return this.#member(workspace).functions
  }

  /** A workspace made since the start has nothing in the engine yet. */
  #member(workspace: Workspace): WorkspaceTables {
    const known = this.#members.get(workspace.id)
    if (known) return known
    if (this.#removed.has(workspace.id)) throw new Error(`the workspace ${workspace.name} was deleted`)
    const made = new WorkspaceTables(this.#parts, workspace, {
      bodies: [],
      searches: [],
      watchlists: [],
      physical: new Map(),
    })
    this.#members.set(workspace.id, made)
    return made
  }
}
