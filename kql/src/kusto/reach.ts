// What wildcards, `search` and `find` range over: the tables that hold rows. In Azure they also see the columns of every table
// that a solution declared. Binding a thousand tables takes seconds, so here those join that a query needs to bind.
import type { Diagnostic } from '../diagnostics.ts'
import type { Catalog, ColumnPlace, ScalarType } from '../model.ts'
import { wildcardPattern } from '../regex.ts'
import { type Bound, bind } from './bind.ts'
import { rangesFreely, tablesInReach, versionFor } from './symbols.ts'

/** Beyond this many matches of a wildcard, only tables whose columns the query names join. */
const maxMatches = 64
/** So many candidates are looked at closely for each missing name. */
const maxCandidates = 40

const unresolved: ReadonlySet<string> = new Set(['KS142', 'KS204', 'KS208'])

/** A column that is called like a table is taken for the table as long as no table has the column. */
const tableAsValue = 'KS108'

function unresolvedNames(diagnostics: readonly Diagnostic[], text: string): string[] {
  const names = diagnostics.flatMap((d) => {
    if (d.code === tableAsValue) return [text.slice(d.start, d.start + d.length)]
    return unresolved.has(d.code) ? (/'([^']+)'/.exec(d.message)?.[1] ?? []) : []
  })
  return [...new Set(names)]
}

/** A column that must come from somewhere. */
interface Want {
  readonly column: string
  readonly type: ScalarType
}

function mostFrequent(places: readonly ColumnPlace[]): ScalarType | undefined {
  const counts = new Map<ScalarType, number>()
  for (const { type } of places) counts.set(type, (counts.get(type) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
}

const typed = /^(.+)_(bool|int|long|real|decimal|string|datetime|timespan|guid|dynamic)$/

/** `x`, or `x_string` where tables differ in the type of `x`: then one table for each of two types. */
function wantsFor(name: string, tablesWith: NonNullable<Catalog['tablesWith']>): Want[] {
  const type = mostFrequent(tablesWith(name))
  if (type) return [{ column: name, type }]
  const [, column = '', suffix] = typed.exec(name) ?? []
  const places = column === '' ? [] : tablesWith(column)
  const other = mostFrequent(places.filter((p) => p.type !== suffix))
  if (!other || !places.some((p) => p.type === suffix)) return []
  return [
    { column, type: suffix as ScalarType },
    { column, type: other },
  ]
}

/** Types of all columns within reach. */
function typesOf(tables: readonly string[], catalog: Catalog): Map<string, Set<ScalarType>> {
  const types = new Map<string, Set<ScalarType>>()
  for (const table of tables)
    for (const { name, type } of catalog.table(table)?.columns ?? [])
      types.set(name, (types.get(name) ?? new Set()).add(type))
  return types
}

/** Columns of a table that would give a name a second type, and so new names to columns that were there before. */
function conflicts(table: string, types: ReadonlyMap<string, ReadonlySet<ScalarType>>, catalog: Catalog): number {
  const columns = catalog.table(table)?.columns ?? []
  return columns.filter((c) => types.has(c.name) && !types.get(c.name)?.has(c.type)).length
}

/** Few tables that bring what is wanted; those that agree with the others on types first. */
function chosen(wants: readonly Want[], reach: readonly string[], pattern: RegExp, catalog: Catalog): string[] {
  const tablesWith = (column: string): readonly ColumnPlace[] => catalog.tablesWith?.(column) ?? []
  const types = typesOf(reach, catalog)
  const found: string[] = []
  let open = wants.filter((w) => !types.get(w.column)?.has(w.type))
  while (open.length > 0) {
    const brings = new Map<string, number>()
    for (const want of open)
      for (const { table, type } of tablesWith(want.column))
        if (type === want.type && pattern.test(table)) brings.set(table, (brings.get(table) ?? 0) + 1)
    const candidates = [...brings]
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, maxCandidates)
      .map(([table, count]) => ({ table, count, conflicts: conflicts(table, types, catalog) }))
    const [best] = candidates.toSorted((a, b) => a.conflicts - b.conflicts || b.count - a.count)
    if (!best) return found
    found.push(best.table)
    for (const { name, type } of catalog.table(best.table)?.columns ?? [])
      types.set(name, (types.get(name) ?? new Set()).add(type))
    open = open.filter((w) => !types.get(w.column)?.has(w.type))
  }
  return found
}

/** Tables that a wildcard should match which so far matches none: all, or if they are many those that the query needs. */
function matched(wildcard: string, text: string, reach: readonly string[], catalog: Catalog): string[] {
  const pattern = wildcardPattern(wildcard)
  const names = catalog.allNames().filter((name) => pattern.test(name) && catalog.table(name))
  if (names.length <= maxMatches) return names
  const words = [...new Set(text.match(/[A-Za-z_]\w*/g) ?? [])]
  const tablesWith = (column: string): readonly ColumnPlace[] => catalog.tablesWith?.(column) ?? []
  const wants = words.flatMap((word) => (tablesWith(word).length > 0 ? wantsFor(word, tablesWith) : []))
  const some = chosen(wants, reach, pattern, catalog)
  return some.length > 0 ? some : names.slice(0, 1)
}

function widened(catalog: Catalog, more: readonly string[]): Catalog {
  return {
    version: `${catalog.version}+${more.join(',')}`,
    table: (name) => catalog.table(name),
    function: (name) => catalog.function(name),
    tableNames: () => [...catalog.tableNames(), ...more],
    allNames: () => catalog.allNames(),
    tablesWith: (column) => catalog.tablesWith?.(column) ?? [],
    workspace: (name) => catalog.workspace(name),
  }
}

/** Tables without rows that would let names bind which do not so far. */
function missing(bound: Bound, text: string, catalog: Catalog): string[] {
  const names = unresolvedNames(bound.diagnostics, text)
  const reach = tablesInReach(text, catalog)
  const wildcards = names.filter((name) => name.includes('*'))
  if (wildcards.length > 0) return [...new Set(wildcards.flatMap((w) => matched(w, text, reach, catalog)))]
  const tablesWith = (column: string): readonly ColumnPlace[] => catalog.tablesWith?.(column) ?? []
  return chosen(
    names.flatMap((name) => wantsFor(name, tablesWith)),
    reach,
    /^/,
    catalog,
  )
}

/** One round for wildcards that match nothing, and two for names: those of a step may hide behind errors of the one before. */
const maxRounds = 3

export type BoundInReach = Bound & { readonly catalog: Catalog }

/** Rules, workbooks and dashboards ask the same again and again; a catalog is another object once anything in it has changed. */
const kept = new WeakMap<Catalog, Map<string, BoundInReach>>()
const maxKept = 100
const maxKeptLength = 10_000

/** Binds a query; where it ranges over tables, with as many declared ones as it needs. Wildcards range over the catalog returned. */
export function bindInReach(text: string, catalog: Catalog): BoundInReach {
  if (text.length > maxKeptLength) return bindAnew(text, catalog)
  const own = kept.get(catalog) ?? new Map<string, BoundInReach>()
  kept.set(catalog, own)
  const key = `${versionFor(text, catalog)}\n${text}`
  const bound = own.get(key) ?? bindAnew(text, catalog)
  // The one used last stands last; the first goes when there are too many.
  own.delete(key)
  own.set(key, bound)
  if (own.size > maxKept) own.delete(own.keys().next().value as string)
  return bound
}

function bindAnew(text: string, catalog: Catalog): BoundInReach {
  let reach = catalog
  let bound = bind(text, reach)
  if (!catalog.tablesWith || !rangesFreely(text)) return { ...bound, catalog }
  for (let round = 0; round < maxRounds; round++) {
    const more = missing(bound, text, reach).filter((name) => !reach.tableNames().includes(name))
    if (more.length === 0) break
    reach = widened(reach, more)
    bound = bind(text, reach)
  }
  return { ...bound, catalog: reach }
}
