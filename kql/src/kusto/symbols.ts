// Catalog -> Microsoft's symbols. Binds what a query can name, not the thousand tables a workspace could hold.
import type { Catalog, Column, FunctionSchema, ScalarType, TableSchema } from '../model.ts'
import { language } from './load.ts'
import { transformationsOwn } from './subsets.ts'
import { items } from './syntax.ts'

type GlobalState = Kusto.Language.GlobalState
type DatabaseSymbol = Kusto.Language.Symbols.DatabaseSymbol
type MicrosoftSymbol = Kusto.Language.Symbols.Symbol

const symbols = language.Symbols

const scalarSymbols: Readonly<Record<ScalarType, Kusto.Language.Symbols.ScalarSymbol | null>> = {
  bool: symbols.ScalarTypes.Bool,
  int: symbols.ScalarTypes.Int,
  long: symbols.ScalarTypes.Long,
  real: symbols.ScalarTypes.Real,
  decimal: symbols.ScalarTypes.Decimal,
  string: symbols.ScalarTypes.String,
  datetime: symbols.ScalarTypes.DateTime,
  timespan: symbols.ScalarTypes.TimeSpan,
  guid: symbols.ScalarTypes.Guid,
  dynamic: symbols.ScalarTypes.Dynamic,
}

/** By table, then by the hidden columns that a text names. */
const tableSymbols = new WeakMap<TableSchema, Map<string, MicrosoftSymbol>>()

const identifiers = /[A-Za-z_]\w*/g

/** The columns that a query over the table sees: those listed, and hidden ones that its text names. */
export function visibleColumns(table: TableSchema, text: string): readonly Column[] {
  const named = new Set(text.match(identifiers))
  return table.columns.filter((c) => !c.hidden || named.has(c.name))
}

function tableSymbol(table: TableSchema, text: string): MicrosoftSymbol {
  const visible = visibleColumns(table, text)
  const key = visible.flatMap((c) => (c.hidden ? [c.name] : [])).join(' ')
  const cache = tableSymbols.get(table) ?? new Map<string, MicrosoftSymbol>()
  tableSymbols.set(table, cache)
  const known = cache.get(key)
  if (known) return known
  const columns = visible.map((c) => new symbols.ColumnSymbol(c.name, scalarSymbols[c.type], null, null, null, null))
  const made = new symbols.TableSymbol.$ctor4(table.name, columns)
  cache.set(key, made)
  return made
}

const transformationSymbols = new Map(
  transformationsOwn.map((name) => {
    const text = new symbols.Parameter.$ctor2('text', symbols.ScalarTypes.String)
    return [name, new symbols.FunctionSymbol.$ctor6(name, symbols.ScalarTypes.Dynamic, [text] as never, null)]
  }),
)

/** Whether a call is of a function of transformations, and of no stored function of that name. */
export const isTransformationsOwn = (symbol: object): boolean =>
  [...transformationSymbols.values()].some((own) => own === symbol)

/** With the functions of transformations that the text names. */
function withOwnFunctions(state: GlobalState, text: string, catalog: Catalog): GlobalState {
  const named = [...transformationSymbols].filter(([name]) => text.includes(name) && !catalog.function(name))
  if (named.length === 0) return state
  const all = [...items<Kusto.Language.Symbols.FunctionSymbol>(state.Functions), ...named.map(([, symbol]) => symbol)]
  return state.WithFunctions(all as never) ?? state
}

const functionSymbols = new WeakMap<FunctionSchema, MicrosoftSymbol>()

function functionSymbol(schema: FunctionSchema): MicrosoftSymbol {
  const known = functionSymbols.get(schema)
  if (known) return known
  const text = asKusto(schema.body)
  const body = text.trimStart().startsWith('{') ? text : `{ ${text} }`
  const made = new symbols.FunctionSymbol.$ctor16(schema.name, `(${schema.parameters})`, body, null)
  functionSymbols.set(schema, made)
  return made
}

const words = /[A-Za-z_][\w-]*/g
/** `search`, `find` and wildcards range over every table that holds rows. */
const rangesOverTables = /\b(search|find)\b|\bunion\b[^|;]*\*|\btable\s*\(/
const maxGlobals = 200

/** Whether a query looks into tables that it does not name. */
export const rangesFreely = (text: string): boolean => rangesOverTables.test(text)

/** The tables that a wildcard may match, in the order of their symbols: those that the query mentions, then those with rows. */
export function tablesInReach(text: string, catalog: Catalog): readonly string[] {
  const found = new Map<string, MicrosoftSymbol>()
  mentions(text, catalog, found)
  return [...found.keys()].filter((name) => catalog.table(name) && !catalog.function(name))
}

/** The names a query mentions, those inside the functions it mentions included. */
function mentions(text: string, catalog: Catalog, found: Map<string, MicrosoftSymbol>): void {
  for (const name of new Set(text.match(words) ?? [])) {
    if (found.has(name)) continue
    const table = catalog.table(name)
    if (table) found.set(name, tableSymbol(table, text))
    const called = catalog.function(name)
    if (!called) continue
    found.set(name, functionSymbol(called))
    mentions(called.body, catalog, found)
  }
  if (!rangesOverTables.test(text)) return
  for (const name of catalog.tableNames()) {
    const table = catalog.table(name)
    if (table && !found.has(name)) found.set(name, tableSymbol(table, text))
  }
}

function databaseSymbol(name: string, text: string, catalog: Catalog): DatabaseSymbol {
  const found = new Map<string, MicrosoftSymbol>()
  mentions(text, catalog, found)
  return new symbols.DatabaseSymbol.ctor(name, [...found.values()])
}

const workspaceCall = /\b(workspace|resource)(\s*\(\s*(?:"([^"]*)"|'([^']*)')\s*\))/g

/** What `workspace("x")` and `resource("x")` calls mention. */
function workspacesIn(text: string): string[] {
  return [...new Set([...text.matchAll(workspaceCall)].map((m) => m[3] ?? m[4] ?? ''))]
}

/** The text, and the bodies of the functions that it mentions. */
function withBodies(text: string, catalog: Catalog, known = new Set<string>()): string {
  const bodies = [...new Set(text.match(words) ?? [])].flatMap((name) => {
    const called = known.has(name) ? undefined : catalog.function(name)
    if (!called) return []
    known.add(name)
    return [withBodies(called.body, catalog, known)]
  })
  return [text, ...bodies].join('\n')
}

/**
 * Azure's `workspace("x").T` and `resource("x").T` are Kusto's `database("x").T`, which is what the binder knows. A blank
 * keeps every position.
 */
export function asKusto(text: string): string {
  return text.replace(workspaceCall, (_call, name: string, rest: string) => 'database'.padEnd(name.length) + rest)
}

/** Changes whenever a name of the text could mean something else: with the catalog, and with the workspaces that the text names. */
export function versionFor(text: string, catalog: Catalog): string {
  const others = workspacesIn(withBodies(text, catalog)).map((name) => `${name}@${catalog.workspace(name)?.version}`)
  return [catalog.version, ...others].join('\n')
}

const caches = new Map<string, GlobalState>()

/** The binder's view of the catalog for this text. Cached: equal sets of names share one state and what it has bound. */
export function globalsFor(text: string, catalog: Catalog): GlobalState {
  const key = `${versionFor(text, catalog)}\n${[...new Set(text.match(words) ?? [])].sort().join(' ')}`
  const cached = caches.get(key)
  if (cached) return cached
  const home = databaseSymbol('workspace', text, catalog)
  const databases = [home]
  const whole = withBodies(text, catalog)
  for (const name of workspacesIn(whole)) {
    const other = catalog.workspace(name)
    if (other) databases.push(databaseSymbol(name, whole, other))
  }
  const cluster = new symbols.ClusterSymbol.ctor('conshelf', databases)
  const state = language.GlobalState.Default?.WithCluster(cluster)?.WithDatabase(home)
  if (!state) throw new Error('the language service has no default state')
  if (caches.size >= maxGlobals) caches.delete(caches.keys().next().value as string)
  const made = withOwnFunctions(state, text, catalog)
  caches.set(key, made)
  return made
}
