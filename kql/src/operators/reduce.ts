// reduce. https://learn.microsoft.com/kusto/query/reduce-operator
import { elements, type Node, parametersOf, word } from '../kusto/syntax.ts'
import { reduceTexts } from '../local/reduce.ts'
import { convert, unsupported } from '../plan/expressions.ts'
import type { Expr, NamedColumn, Rel } from '../plan/nodes.ts'
import { operator, scopeOf } from './define.ts'

export const reduce = operator('ReduceByOperator', (node, input, env, ctx) => {
  const kind = word(parametersOf(node).get('kind'))
  if (kind !== '') return unsupported(node, `reduce kind '${kind}'`)
  const given = new Map(
    elements<Node<'NamedParameter'>>(node.With?.Parameters).map((p) => [
      (p.Name?.SimpleName ?? '').toLowerCase(),
      word(p.Expression),
    ]),
  )
  const threshold = given.has('threshold') ? Number(given.get('threshold')) : 0.1
  const source = convert(ctx.expr(node.Expression!, scopeOf(input, env)), 'string')
  const text = ctx.newColumn('text', 'string')
  const count = ctx.newColumn('count', 'long', false)
  const counted: Expr = { kind: 'call', fn: 'count', args: [], type: 'long' }
  const grouped: Rel = {
    kind: 'aggregate',
    input: input.rel,
    keys: [{ id: text, expr: source }],
    aggregates: [{ id: count, expr: counted }],
  }
  const sorted: Rel = { kind: 'sort', input: grouped, keys: [{ id: text, desc: false, nullsFirst: true }] }
  const columns: NamedColumn[] = [
    { name: 'Pattern', type: 'string', id: ctx.newColumn('Pattern', 'string') },
    { name: 'Count', type: 'long', id: ctx.newColumn('Count', 'long') },
    { name: 'Representative', type: 'string', id: ctx.newColumn('Representative', 'string') },
  ]
  const ordinal = ctx.newColumn('ordinal', 'long', false)
  const run = reduceTexts(threshold, given.get('characters') ?? '')
  return {
    rel: {
      kind: 'local',
      operator: 'reduce',
      input: sorted,
      inputs: [text, count],
      columns: columns.map((c) => c.id),
      ordinal,
      run,
    },
    columns,
  }
})
