// A table of the catalog -> the relation of its rows, in all places that hold some, a view's rows included.
import { bind } from '../kusto/bind.ts'
import { visibleColumns } from '../kusto/symbols.ts'
import { elements, is, type Statement } from '../kusto/syntax.ts'
import type { Catalog, TableSchema, TableSource } from '../model.ts'
import type { Lowering } from './context.ts'
import { nullOf } from './literals.ts'
import type { NamedColumn, Rel, Relation, Scan } from './nodes.ts'

/** When a row arrived: what ingestion_time() answers. */
const receivedColumn = '_TimeReceived'

/** The query, and what is to be carried along without being named in it. */
const wordsOf = ({ text, options }: Lowering): string =>
  options.carry ? `${text} ${Object.keys(options.carry).join(' ')}` : text

function scanSource(table: TableSchema, source: TableSource | undefined, ctx: Lowering): Relation {
  const columns: NamedColumn[] = []
  const stored: Scan['columns'][number][] = []
  const missing: NamedColumn[] = []
  for (const c of visibleColumns(table, `${wordsOf(ctx)} ${table.timeColumn}`)) {
    const isTime = c.name === table.timeColumn
    const id = ctx.newColumn(c.name, c.type, c.type !== 'string' && !(isTime && source !== undefined))
    const column: NamedColumn = { name: c.name, id, type: c.type }
    columns.push(column)
    if (!source || source.columns.has(c.name)) stored.push({ id, name: c.name })
    else missing.push(column)
  }
  const received = source?.columns.has(receivedColumn) ? ctx.newColumn(receivedColumn, 'datetime') : undefined
  if (received !== undefined) stored.push({ id: received, name: receivedColumn })
  const scan: Scan = { kind: 'scan', table: table.name, source, columns: stored, timeColumn: table.timeColumn }
  const rel: Rel =
    missing.length === 0
      ? scan
      : { kind: 'extend', input: scan, columns: missing.map((c) => ({ id: c.id, expr: nullOf(c.type) })) }
  return { rel, columns, ...(received === undefined ? {} : { received }) }
}

function viewOf(table: TableSchema, text: string, catalog: Catalog, ctx: Lowering): Relation {
  const { root, diagnostics } = bind(text, catalog)
  const error = diagnostics.find((d) => d.severity === 'error')
  if (error) throw new Error(`view '${table.name}': ${error.message}`)
  const statement = is(root, 'QueryBlock') ? elements<Statement>(root.Statements).at(-1) : undefined
  if (!is(statement, 'ExpressionStatement')) throw new Error(`view '${table.name}' has no query`)
  return ctx.forText(text, catalog).relation(statement.Expression!, undefined)
}

/** All inputs one after another, in the columns of the first schema, matched by name. */
export function unionByName(schema: TableSchema, inputs: readonly Relation[], ctx: Lowering): Relation {
  const columns = visibleColumns(schema, `${wordsOf(ctx)} ${schema.timeColumn}`).map(
    (c): NamedColumn => ({ name: c.name, type: c.type, id: ctx.newColumn(c.name, c.type) }),
  )
  const byName = inputs.map((input) => new Map(input.columns.map((c) => [c.name, c.id])))
  const received = ctx.newColumn(receivedColumn, 'datetime')
  const outputs = columns.map((c) => ({ id: c.id, from: byName.map((names) => names.get(c.name)) }))
  outputs.push({ id: received, from: inputs.map((input) => input.received) })
  return { rel: { kind: 'union', inputs: inputs.map((input) => input.rel), columns: outputs }, columns, received }
}

/** Restricts stored rows to the times and the resources that the request, or the place of the table, asks for. */
function restrict(
  relation: Relation,
  source: TableSource | undefined,
  table: TableSchema,
  catalog: Catalog,
  ctx: Lowering,
): Relation {
  const { timeRange, scopeRange, resourceScope } = ctx.options
  const time = relation.columns.find((c) => c.name === table.timeColumn)
  const scoped = scopeColumn(relation, scopeRange?.column) ?? time
  let rel = within(relation.rel, time, retained(source, ctx))
  rel = within(rel, time, source?.times)
  rel = within(rel, time, timeRange)
  rel = within(rel, scoped, scopeRange)
  for (const scope of [resourceScope, catalog.resourceScope]) if (scope) rel = ofResources(rel, relation, scope)
  return { ...relation, rel }
}

/** What is too old is out of reach at once, whenever it is deleted. */
function retained(source: TableSource | undefined, { options }: Lowering): { start: bigint } | undefined {
  const { reach = 'queried' } = options
  if (!source?.retention || reach === 'all') return undefined
  const start = (options.present ?? options.now) - source.retention[reach]
  const { start: asked } = options.timeRange ?? {}
  return asked !== undefined && asked >= start ? undefined : { start }
}

/** A hidden column is in reach only where the query names it; the time of arrival is always. */
function scopeColumn({ columns, received }: Relation, name: string | undefined): NamedColumn | undefined {
  if (name === receivedColumn && received !== undefined) return { name, id: received, type: 'datetime' }
  return columns.find((c) => c.name === name && c.type === 'datetime')
}

function within(rel: Rel, time: NamedColumn | undefined, range: { start?: bigint; end?: bigint } | undefined): Rel {
  if (!time || !range) return rel
  const bound = (input: Rel, fn: string, ticks: bigint | undefined): Rel => {
    if (ticks === undefined) return input
    const args = [
      { kind: 'col' as const, id: time.id, type: time.type },
      { kind: 'lit' as const, type: 'datetime' as const, value: ticks },
    ]
    return { kind: 'filter', input, predicate: { kind: 'call', fn, args, type: 'bool' } }
  }
  return bound(bound(rel, 'GreaterThanOrEqual', range.start), 'LessThan', range.end)
}

function ofResources(input: Rel, { columns }: Relation, scope: readonly string[]): Rel {
  const resource = columns.find((c) => c.name === '_ResourceId')
  const id = resource ? { kind: 'col' as const, id: resource.id, type: resource.type } : nullOf('string')
  const args = [id, ...scope.map((value) => ({ kind: 'lit' as const, type: 'string' as const, value }))]
  return { kind: 'filter', input, predicate: { kind: 'call', fn: 'resource_in_scope', args, type: 'bool' } }
}

export function scanTable(table: TableSchema, catalog: Catalog, ctx: Lowering): Relation {
  ctx.tables.add(table.name)
  const view = ctx.options.ownRows ? undefined : table.view
  const places = table.sources.length > 0 || view ? table.sources : [undefined]
  const relations = places.map((source) => restrict(scanSource(table, source, ctx), source, table, catalog, ctx))
  if (view) relations.push(viewOf(table, view, catalog, ctx))
  const [only] = relations
  const rows = relations.length === 1 && only && !view ? only : unionByName(table, relations, ctx)
  return { ...rows, columns: namedColumns(rows.columns, table, ctx), name: table.name }
}

/** Those that the query sees; what it is to carry along is remembered. */
function namedColumns(columns: readonly NamedColumn[], table: TableSchema, ctx: Lowering): readonly NamedColumn[] {
  const visible = new Set(visibleColumns(table, ctx.text).map((c) => c.name))
  for (const [name, as] of Object.entries(ctx.options.carry ?? {})) {
    const column = columns.find((c) => c.name === name)
    if (column) ctx.carried.push({ ...column, name: as })
  }
  return columns.filter((c) => visible.has(c.name))
}
