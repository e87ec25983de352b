// sort, order, top, take, limit. https://learn.microsoft.com/kusto/query/sort-operator
import { type Expression, elements, is, text } from '../kusto/syntax.ts'
import type { Environment, Lowering } from '../plan/context.ts'
import { unsupported } from '../plan/expressions.ts'
import type { Definition, Relation, SortKey } from '../plan/nodes.ts'
import { extended, operator, scopeOf } from './define.ts'
import { thinned } from './partition.ts'

/** Descending unless said otherwise; nulls come first in ascending order, last in descending. */
function sortKey(
  node: Expression,
  input: Relation,
  env: Environment | undefined,
  definitions: Definition[],
  ctx: Lowering,
): SortKey {
  const ordering = is(node, 'OrderedExpression') ? node.Ordering : undefined
  const source = is(node, 'OrderedExpression') ? node.Expression! : node
  const desc = ordering?.AscOrDescKeyword?.Text?.toLowerCase() !== 'asc'
  const nulls = ordering?.NullsClause
    ? text(ordering.NullsClause.FirstOrLastKeyword!).toLowerCase()
    : desc
      ? 'last'
      : 'first'
  const expr = ctx.expr(source, scopeOf(input, env))
  if (expr.kind === 'col') return { id: expr.id, desc, nullsFirst: nulls === 'first' }
  const id = ctx.newColumn('sort_key', expr.type)
  definitions.push({ id, expr })
  return { id, desc, nullsFirst: nulls === 'first' }
}

export function sorted(
  keys: readonly Expression[],
  input: Relation,
  env: Environment | undefined,
  ctx: Lowering,
): Relation {
  const definitions: Definition[] = []
  const sortKeys = keys.map((k) => sortKey(k, input, env, definitions, ctx))
  return { ...input, rel: { kind: 'sort', input: extended(input.rel, definitions), keys: sortKeys } }
}

/** A row count: a literal, or a constant that a name stands for. */
export function countOf(node: Expression, env: Environment | undefined, ctx: Lowering): bigint {
  const expr = ctx.expr(node, { env, columns: [] })
  if (expr.kind === 'lit' && typeof expr.value === 'bigint' && expr.value >= 0n) return expr.value
  return unsupported(node, 'a row count that is not a constant')
}

export const sort = operator('SortOperator', (node, input, env, ctx) =>
  sorted(elements(node.Expressions), input, env, ctx),
)

/** The first rows; inside partition and mv-apply those of each group. */
function first(node: Expression, input: Relation, env: Environment | undefined, ctx: Lowering): Relation {
  const by = input.partition ? { by: input.partition.keys } : {}
  return thinned({ ...input, rel: { kind: 'limit', input: input.rel, count: countOf(node, env, ctx), ...by } })
}

export const top = operator('TopOperator', (node, input, env, ctx) =>
  first(node.Expression!, sorted([node.ByExpression!], input, env, ctx), env, ctx),
)

export const take = operator('TakeOperator', (node, input, env, ctx) => first(node.Expression!, input, env, ctx))
