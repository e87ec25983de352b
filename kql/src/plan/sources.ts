// Tabular expressions that start a pipe without reading a table: datatable, print, range, externaldata.
import {
  columnsOf,
  type Expression,
  elements,
  is,
  type Node,
  type NodeName,
  type SyntaxElement,
} from '../kusto/syntax.ts'
import type { Environment, Lowering } from './context.ts'
import { convert, unsupported } from './expressions.ts'
import { externalData } from './externaldata.ts'
import { parseLiteral } from './literals.ts'
import type { Definition, Lit, NamedColumn, Rel, Relation } from './nodes.ts'
import { columnExprs, givenNames } from './tuples.ts'

type Source = (node: SyntaxElement, env: Environment | undefined, ctx: Lowering) => Relation

const source =
  <K extends NodeName>(
    name: K,
    lower: (node: Node<K>, env: Environment | undefined, ctx: Lowering) => Relation,
  ): Source =>
  (node, env, ctx) =>
    is(node, name) ? lower(node, env, ctx) : unsupported(node, 'this expression')

function constantOf(node: Expression, column: NamedColumn, env: Environment | undefined, ctx: Lowering): Lit {
  const expr = convert(ctx.expr(node, { env, columns: [] }), column.type)
  if (expr.kind === 'lit') return expr
  if (expr.kind === 'call' && expr.fn === 'UnaryMinus' && expr.args[0]?.kind === 'lit') {
    const value = expr.args[0].value
    if (typeof value === 'number' || typeof value === 'bigint') return { kind: 'lit', type: column.type, value: -value }
  }
  if (expr.kind === 'call' && expr.args[0]?.kind === 'lit' && expr.fn.startsWith('to')) {
    return { kind: 'lit', type: column.type, value: cellOf(expr.args[0].value, column) }
  }
  return unsupported(node, 'a value that is not a literal in datatable')
}

/** A text becomes what it says in the column's type, null where it says nothing of it; whole columns take the whole part. */
function cellOf(value: Lit['value'], { type }: NamedColumn): Lit['value'] {
  if (typeof value === 'string' && type !== 'string' && type !== 'dynamic') return parseLiteral(type, value)
  const isWhole = type === 'int' || type === 'long'
  return isWhole && typeof value === 'number' ? (Number.isFinite(value) ? BigInt(Math.trunc(value)) : null) : value
}

function datatable(node: Node<'DataTableExpression'>, env: Environment | undefined, ctx: Lowering): Relation {
  const columns: NamedColumn[] = columnsOf(node.ResultType).map((c) => ({ ...c, id: ctx.newColumn(c.name, c.type) }))
  const cells = elements(node.Values)
  const width = Math.max(1, columns.length)
  const rows: (readonly Lit['value'][])[] = []
  for (let at = 0; at + width <= cells.length; at += width) {
    rows.push(columns.map((c, i) => constantOf(cells[at + i] as Expression, c, env, ctx).value))
  }
  const ordinal = ctx.newColumn('ordinal', 'long', false)
  return { rel: { kind: 'values', columns: columns.map((c) => c.id), rows, ordinal }, columns }
}

export function oneRow(ctx: Lowering): Rel {
  return { kind: 'values', columns: [], rows: [[]], ordinal: ctx.newColumn('ordinal', 'long', false) }
}

function print(node: Node<'PrintOperator'>, env: Environment | undefined, ctx: Lowering): Relation {
  const names = columnsOf(node.ResultType)
  const definitions: Definition[] = []
  const columns: NamedColumn[] = []
  const values = elements(node.Expressions).flatMap((e) => {
    const all = columnExprs(e, ctx.expr(e, { env, columns: [] }))
    return all.slice(0, givenNames(e).length || all.length)
  })
  values.forEach((expr, i) => {
    const name = names[i]?.name ?? `print_${i}`
    const id = ctx.newColumn(name, expr.type)
    definitions.push({ id, expr })
    columns.push({ name, id, type: expr.type })
  })
  return { rel: { kind: 'extend', input: oneRow(ctx), columns: definitions }, columns }
}

function range(node: Node<'RangeOperator'>, env: Environment | undefined, ctx: Lowering): Relation {
  const [column] = columnsOf(node.ResultType)
  if (!column) return unsupported(node, 'this range')
  const scope = { env, columns: [] }
  const id = ctx.newColumn(column.name, column.type)
  const bound = (e: Expression): ReturnType<typeof convert> => convert(ctx.expr(e, scope), column.type)
  const step = ctx.expr(node.Step!, scope)
  const rel: Rel = {
    kind: 'range',
    id,
    from: bound(node.From!),
    to: bound(node.To!),
    step: column.type === 'datetime' ? step : convert(step, column.type),
  }
  return { rel, columns: [{ ...column, id }] }
}

export const sources: Readonly<Record<string, Source>> = {
  DataTableExpression: source('DataTableExpression', datatable),
  ExternalDataExpression: source('ExternalDataExpression', externalData),
  PrintOperator: source('PrintOperator', print),
  RangeOperator: source('RangeOperator', range),
}
