// The content of all packs as the server asks for it. Start lists file names; an item is parsed when first named.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ColumnPlace } from '@conshelf/kql'
import type { TableContent, TableDefinition } from '../catalog/types.ts'
import { columnIndex } from './column-index.ts'
import { ContentError, parseItem, problemError, readItem } from './document.ts'
import {
  type DiagnosticCategories,
  diagnosticCategories,
  diagnosticCategoriesKind,
} from './kinds/diagnostic-categories.ts'
import { type QueryItem, readQuery } from './kinds/query.ts'
import { type ResourceTypes, resourceTypes, resourceTypesKind } from './kinds/resource-types.ts'
import { type RoleItem, roleKind } from './kinds/role.ts'
import { type RouteItem, routeKind } from './kinds/route.ts'
import { type TableItem, tableKind } from './kinds/table.ts'
import { bundledContent, findPacks, itemFiles, type Pack } from './packs.ts'
import { customLogDefinition, tableDefinition } from './table-definition.ts'

export interface Content extends TableContent {
  readonly packs: readonly Pack[]
  diagnosticCategories(): DiagnosticCategories
  /** Queries of all packs, in their packs' order. */
  queries(): readonly QueryItem[]
  /** Routes from table to table of all packs. */
  routes(): readonly RouteItem[]
  /** Types of resources without behaviour of their own. */
  resourceTypes(): ResourceTypes
  /** Roles of all packs. */
  roles(): readonly RoleItem[]
}

/** Throws ContentError for a pack that is wrong; a wrong item throws when it is first named. */
export function openContent(directory: string = bundledContent): Content {
  const packs = findPacks(directory)
  const files = tableFiles(packs)
  const names = [...files.keys()].sort()
  const definitions = new Map<string, TableDefinition>()
  let categories: DiagnosticCategories | undefined
  let views: readonly string[] | undefined
  let columns: ReadonlyMap<string, readonly ColumnPlace[]> | undefined
  let queries: readonly QueryItem[] | undefined
  let routes: readonly RouteItem[] | undefined
  let types: ResourceTypes | undefined
  return {
    packs,
    tableNames: () => names,
    tablesWith: (column) => {
      columns ??= columnIndex(files)
      return columns.get(column) ?? []
    },
    viewNames: () => {
      views ??= names.filter((name) => hasView(files.get(name) ?? []))
      return views
    },
    table(name) {
      const known = definitions.get(name)
      const paths = files.get(name)
      if (known || !paths) return known
      const made = readTable(name, paths)
      definitions.set(name, made)
      return made
    },
    customLog: customLogDefinition,
    diagnosticCategories: () => {
      categories ??= readCategories(packs)
      return categories
    },
    queries: () => {
      queries ??= packs.flatMap(readQueries)
      return queries
    },
    routes: () => {
      routes ??= packs.flatMap((pack) =>
        itemFiles(pack, join('mappings', 'routes'), '.yaml').map(([, path]) => readItem(routeKind, path)),
      )
      return routes
    },
    resourceTypes: () => {
      types ??= resourceTypes(
        packs.flatMap((pack) =>
          itemFiles(pack, 'resource-types', '.yaml').map(([, path]) => readItem(resourceTypesKind, path)),
        ),
      )
      return types
    },
    roles: () => packs.flatMap((pack) => itemFiles(pack, 'roles', '.yaml').map(([, path]) => readItem(roleKind, path))),
  }
}

function readQueries(pack: Pack): readonly QueryItem[] {
  const read = itemFiles(pack, 'queries', '.kql').map(([id, path]) => readQuery(pack.id, id, path))
  return read.toSorted((a, b) => a.order - b.order).map(({ item }) => item)
}

/** Where diagnostic categories go, for those who need nothing else of the content. */
export function loadMappings(directory: string = bundledContent): DiagnosticCategories {
  return readCategories(findPacks(directory))
}

function readCategories(packs: readonly Pack[]): DiagnosticCategories {
  const files = packs.flatMap((pack) => itemFiles(pack, 'mappings', '.yaml'))
  const paths = files.filter(([name]) => name === 'diagnostic-categories').map(([, path]) => path)
  return diagnosticCategories(paths.map((path) => readItem(diagnosticCategoriesKind, path)))
}

/** Table name -> its files, the declaring pack's first. */
function tableFiles(packs: readonly Pack[]): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, string[]>()
  for (const pack of packs) {
    for (const [name, path] of itemFiles(pack, 'tables', '.yaml')) {
      const known = files.get(name)
      if (known) known.push(path)
      else files.set(name, [path])
    }
  }
  return files
}

/** Looks at the text, as parsing a thousand files would take ten times longer. */
function hasView(paths: readonly string[]): boolean {
  return paths.some((path) => /^view:/m.test(readFileSync(path, 'utf8')))
}

function readTable(name: string, paths: readonly string[]): TableDefinition {
  const items = paths.map((path, i) => readTableItem(name, path, i > 0))
  const [own, ...extensions] = items
  if (!own) throw new ContentError(name, 1, 1, 'no file')
  return tableDefinition(own, extensions)
}

function readTableItem(name: string, path: string, extends_: boolean): TableItem {
  const text = readFileSync(path, 'utf8')
  const item = parseItem(tableKind, path, text)
  if (item.name !== name) throw problemError(path, text, { path: ['name'], reason: `the file is named '${name}'` })
  if ((item.extends ?? false) === extends_) return item
  const reason = extends_
    ? `'${name}' is declared by an earlier pack; say 'extends: true'`
    : `no earlier pack declares '${name}'`
  throw problemError(path, text, { path: ['extends'], reason })
}
