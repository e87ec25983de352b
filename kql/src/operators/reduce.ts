// reduce. https://learn.microsoft.com/kusto/query/reduce-operator
import { elements, type Node, parametersOf, word } from '../kusto/syntax.ts'
import { patternsOfTexts, reduceTexts } from '../local/reduce.ts'
import type { Row } from '../model.ts'
import type { Environment, Lowering } from '../plan/context.ts'
import { convert, unsupported } from '../plan/expressions.ts'
import type { Expr, NamedColumn, Rel, Relation } from '../plan/nodes.ts'
import { reused } from '../plan/reuse.ts'
import { operator, scopeOf } from './define.ts'

type Reduce = Node<'ReduceByOperator'>

interface Options {
  readonly threshold: number
  readonly characters: string
}

function optionsOf(node: Reduce): Options {
  const given = new Map(
    elements<Node<'NamedParameter'>>(node.With?.Parameters).map((p) => [
      (p.Name?.SimpleName ?? '').toLowerCase(),
      word(p.Expression),
    ]),
  )
  const threshold = given.has('threshold') ? Number(given.get('threshold')) : 0.1
  return { threshold, characters: given.get('characters') ?? '' }
}

/** What `run` makes of the texts that occur and how often, in the order of the texts. */
function overTexts(
  input: Rel,
  source: Expr,
  columns: readonly NamedColumn[],
  run: (rows: readonly Row[]) => readonly Row[],
  ctx: Lowering,
): Rel {
  const text = ctx.newColumn('text', 'string')
  const count = ctx.newColumn('count', 'long', false)
  const counted: Expr = { kind: 'call', fn: 'count', args: [], type: 'long' }
  const grouped: Rel = {
    kind: 'aggregate',
    input,
    keys: [{ id: text, expr: source }],
    aggregates: [{ id: count, expr: counted }],
  }
  return {
    kind: 'local',
    operator: 'reduce',
    input: { kind: 'sort', input: grouped, keys: [{ id: text, desc: false, nullsFirst: true }] },
    inputs: [text, count],
    columns: columns.map((c) => c.id),
    ordinal: ctx.newColumn('ordinal', 'long', false),
    run,
  }
}

const made = (name: string, type: NamedColumn['type'], ctx: Lowering): NamedColumn => ({
  name,
  type,
  id: ctx.newColumn(name, type),
})

/** `kind=source`: every row with the pattern of its text. */
function withPatterns(node: Reduce, input: Relation, env: Environment | undefined, ctx: Lowering): Relation {
  const { threshold, characters } = optionsOf(node)
  const use = reused('reduce', input, ctx)
  const textIn = (relation: Relation): Expr => convert(ctx.expr(node.Expression!, scopeOf(relation, env)), 'string')
  const [rows, again] = [use(), use()]
  const [text, pattern] = [made('text', 'string', ctx), made('Pattern', 'string', ctx)]
  const patterns = overTexts(again.rel, textIn(again), [text, pattern], patternsOfTexts(threshold, characters), ctx)
  const on = [{ left: textIn(rows), right: { kind: 'col' as const, id: text.id, type: text.type } }]
  return {
    rel: { kind: 'join', join: 'inner', left: rows.rel, right: patterns, on },
    columns: [...rows.columns, pattern],
  }
}

export const reduce = operator('ReduceByOperator', (node, input, env, ctx) => {
  const kind = word(parametersOf(node).get('kind'))
  if (kind === 'source') return withPatterns(node, input, env, ctx)
  if (kind !== '') return unsupported(node, `reduce kind '${kind}'`)
  const { threshold, characters } = optionsOf(node)
  const source = convert(ctx.expr(node.Expression!, scopeOf(input, env)), 'string')
  const columns = [made('Pattern', 'string', ctx), made('Count', 'long', ctx), made('Representative', 'string', ctx)]
  return { rel: overTexts(input.rel, source, columns, reduceTexts(threshold, characters), ctx), columns }
})
