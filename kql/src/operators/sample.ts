// sample, sample-distinct. https://learn.microsoft.com/kusto/query/sample-operator
import { columnsOf } from '../kusto/syntax.ts'
import type { NamedColumn, Rel } from '../plan/nodes.ts'
import { extended, operator, scopeOf } from './define.ts'
import { thinned } from './partition.ts'
import { countOf } from './sort.ts'
import { aggregated } from './summarize.ts'

/** Rows in random order, of which the first stay: every row is as likely as any other. */
export const sample = operator('SampleOperator', (node, input, env, ctx) => {
  const random = ctx.newColumn('random', 'long', false)
  const drawn: Rel = extended(input.rel, [
    { id: random, expr: { kind: 'call', fn: 'random_number', args: [], type: 'long' } },
  ])
  const by = input.partition ? { by: input.partition.keys } : {}
  const mixed: Rel = { kind: 'sort', input: drawn, keys: [{ id: random, desc: false, nullsFirst: true }] }
  return { ...input, rel: { kind: 'limit', input: mixed, count: countOf(node.Expression!, env, ctx), ...by } }
})

export const sampleDistinct = operator('SampleDistinctOperator', (node, input, env, ctx) => {
  const name = columnsOf(node.ResultType)[0]?.name ?? ''
  const expr = ctx.expr(node.OfExpression!, scopeOf(input, env))
  const column: NamedColumn = {
    name,
    id: expr.kind === 'col' ? expr.id : ctx.newColumn(name, expr.type),
    type: expr.type,
  }
  const distinct = aggregated(input, [{ id: column.id, expr }], [], ctx)
  const by = distinct.partition ? { by: distinct.partition.keys } : {}
  const rel: Rel = { kind: 'limit', input: distinct.rel, count: countOf(node.Expression!, env, ctx), ...by }
  return thinned({ ...distinct, rel, columns: [column] })
})
