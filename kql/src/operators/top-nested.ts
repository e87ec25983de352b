// top-nested, top-hitters. https://learn.microsoft.com/kusto/query/top-nested-operator
import { columnsOf, elements, is, type Node, type SyntaxElement, text } from '../kusto/syntax.ts'
import type { Environment, Lowering, Scope } from '../plan/context.ts'
import { unsupported } from '../plan/expressions.ts'
import type { Definition, Expr, Join, NamedColumn, Rel, Relation } from '../plan/nodes.ts'
import { reused } from '../plan/reuse.ts'
import { columnFor, extended, operator, scopeOf } from './define.ts'
import { thinned } from './partition.ts'
import { countOf } from './sort.ts'
import { aggregateColumn, aggregated, type Groups } from './summarize.ts'
import { withOthers } from './top-nested-others.ts'

const col = (c: { readonly id: number; readonly type: Expr['type'] }): Expr => ({ kind: 'col', id: c.id, type: c.type })
const call = (fn: string, type: Expr['type'], ...args: Expr[]): Expr => ({ kind: 'call', fn, args, type })

/** Equality that also holds between nulls, as pairs of a join. */
export function samePairs(left: NamedColumn, right: NamedColumn): Join['on'] {
  const pair = { left: call('tostring', 'string', col(left)), right: call('tostring', 'string', col(right)) }
  if (left.type === 'string') return [{ left: col(left), right: col(right) }]
  return [pair, { left: call('isnull', 'bool', col(left)), right: call('isnull', 'bool', col(right)) }]
}

export interface Level {
  /** Values of the levels so far, each followed by its aggregate. */
  readonly columns: readonly NamedColumn[]
  readonly rel: Rel
}

/** The values among the columns of a level. */
export const valuesOf = (level: Level): NamedColumn[] => level.columns.filter((_c, i) => i % 2 === 0)

/** Rows of the input whose values on the levels above were kept, with the columns of those levels. */
export function within(
  above: Level | undefined,
  keys: readonly NamedColumn[],
  source: Rel,
): { rel: Rel; columns: readonly NamedColumn[] } {
  if (!above) return { rel: source, columns: [] }
  const on = valuesOf(above).flatMap((v, i) => samePairs(v, keys[i]!))
  return { rel: { kind: 'join', join: 'inner', left: above.rel, right: source, on }, columns: above.columns }
}

/** An expression whose name says whether it was ordered: `by sum(x) asc`. */
const isAscending = (node: Node<'TopNestedClause'>): boolean => {
  const by = node.ByExpression
  return is(by, 'OrderedExpression') && by.Ordering?.AscOrDescKeyword?.Text?.toLowerCase() === 'asc'
}

/** arg_max and arg_min make several columns; the documentation does not list them among the aggregates of top-nested. */
function holdsArgument(node: SyntaxElement): boolean {
  if (is(node, 'FunctionCallExpression') && /^arg_?(max|min)$/.test(node.ReferencedSymbol?.Name ?? '')) return true
  return Array.from({ length: node.ChildCount }, (_, i) => node.GetChild(i)).some((c) => c != null && holdsArgument(c))
}

/** What a level is ordered by. */
export function aggregateOf(
  clause: Node<'TopNestedClause'>,
  own: Relation,
  groups: Groups,
  env: Environment | undefined,
  ctx: Lowering,
): Expr {
  const scope: Scope = { ...scopeOf(own, env), aggregate: (c) => aggregateColumn(c, groups, ctx) }
  const by = clause.ByExpression!
  const value = is(by, 'OrderedExpression') ? by.Expression! : by
  if (holdsArgument(value)) return unsupported(value, 'an aggregate of several columns in top-nested')
  return ctx.expr(value, scope)
}

function level(
  clause: Node<'TopNestedClause'>,
  names: readonly string[],
  above: Level | undefined,
  outer: readonly Node<'TopNestedClause'>[],
  use: () => Relation,
  env: Environment | undefined,
  ctx: Lowering,
): Level {
  const own = use()
  const definitions: Definition[] = []
  const column = (node: Node<'TopNestedClause'>, name: string): NamedColumn =>
    columnFor(name, ctx.expr(node.OfExpression!, scopeOf(own, env)), definitions, ctx)
  const keys = outer.map((node) => column(node, 'key'))
  const value = column(clause, names[0] ?? '')
  const rows = within(above, keys, extended(own.rel, definitions))
  const groups: Groups = { keys: [], aggregates: [], derived: [] }
  const expr = aggregateOf(clause, own, groups, env, ctx)
  const result: NamedColumn = { name: names[1] ?? '', id: ctx.newColumn(names[1] ?? '', expr.type), type: expr.type }
  const grouped: Rel = {
    kind: 'aggregate',
    input: rows.rel,
    keys: [...rows.columns, value].map((c) => ({ id: c.id, expr: col(c) })),
    aggregates: groups.aggregates,
  }
  const computed: Rel = { kind: 'extend', input: grouped, columns: [{ id: result.id, expr }] }
  const columns = [...rows.columns, value, result]
  if (!clause.Expression) return { rel: computed, columns }
  const desc = !isAscending(clause)
  const ordered: Rel = { kind: 'sort', input: computed, keys: [{ id: result.id, desc, nullsFirst: !desc }] }
  const limit: Rel = {
    kind: 'limit',
    input: ordered,
    count: countOf(clause.Expression, env, ctx),
    by: rows.columns.map((c) => c.id),
  }
  return {
    rel:
      rows.columns.length > 0 ? limit : { kind: 'limit', input: ordered, count: countOf(clause.Expression, env, ctx) },
    columns,
  }
}

export const topNested = operator('TopNestedOperator', (node, input, env, ctx) => {
  const clauses = elements<Node<'TopNestedClause'>>(node.Clauses)
  const names = columnsOf(node.ResultType).map((c) => c.name)
  const others = clauses.some((clause) => clause.WithOthersClause)
  const use = clauses.length > 1 || others ? reused('top-nested', input, ctx) : () => input
  const levels: (() => Level)[] = []
  clauses.forEach((clause, i) => {
    const made = level(clause, names.slice(2 * i, 2 * i + 2), levels.at(-1)?.(), clauses.slice(0, i), use, env, ctx)
    levels.push(others ? reused('top-nested', made, ctx) : () => made)
  })
  const last = levels.at(-1) ?? unsupported(node, `'${text(node)}'`)
  return others ? withOthers(clauses, levels, use, env, ctx) : last()
})

/** The values met most often, counted exactly. https://learn.microsoft.com/kusto/query/top-hitters-operator */
export const topHitters = operator('TopHittersOperator', (node, input, env, ctx) => {
  const [valueName = '', sumName = ''] = columnsOf(node.ResultType).map((c) => c.name)
  const expr = ctx.expr(node.OfExpression!, scopeOf(input, env))
  const weight = node.ByClause?.Expression ? ctx.expr(node.ByClause.Expression, scopeOf(input, env)) : undefined
  const type = columnsOf(node.ResultType)[1]?.type ?? 'long'
  const value: NamedColumn = {
    name: valueName,
    id: expr.kind === 'col' ? expr.id : ctx.newColumn(valueName, expr.type),
    type: expr.type,
  }
  const total: NamedColumn = { name: sumName, id: ctx.newColumn(sumName, type), type }
  const aggregate = weight ? call('sum', type, weight) : call('count', 'long')
  const grouped = aggregated(input, [{ id: value.id, expr }], [{ id: total.id, expr: aggregate }], ctx)
  const ordered: Rel = { kind: 'sort', input: grouped.rel, keys: [{ id: total.id, desc: true, nullsFirst: false }] }
  const by = grouped.partition ? { by: grouped.partition.keys } : {}
  const rel: Rel = { kind: 'limit', input: ordered, count: countOf(node.Expression!, env, ctx), ...by }
  return thinned({ ...grouped, rel, columns: [value, total] })
})
