// make-series. https://learn.microsoft.com/kusto/query/make-series-operator
import { columnsOf, type Expression, elements, is, type Node, parametersOf, word } from '../kusto/syntax.ts'
import type { ScalarType } from '../model.ts'
import type { Environment, Lowering, Scope } from '../plan/context.ts'
import { convert, unsupported } from '../plan/expressions.ts'
import { lit, nullOf } from '../plan/literals.ts'
import type { Definition, Expr, NamedColumn, Rel, Relation } from '../plan/nodes.ts'
import { operator, scopeOf } from './define.ts'
import { thinned } from './partition.ts'
import { aggregateColumn, type Groups } from './summarize.ts'

interface Bounds {
  readonly axis: Expr
  readonly from: Expr | undefined
  readonly to: Expr | undefined
  readonly step: Expr
  /** `in range(a, b, s)` reaches `b`, `to b` does not. */
  readonly inclusive: boolean
}

const call = (fn: string, type: ScalarType, ...args: Expr[]): Expr => ({ kind: 'call', fn, args, type })
const col = (id: number, type: ScalarType): Expr => ({ kind: 'col', id, type })

function bounds(
  node: Node<'MakeSeriesOperator'>,
  input: Relation,
  env: Environment | undefined,
  ctx: Lowering,
): Bounds {
  const axis = ctx.expr(node.OnClause!.Expression!, scopeOf(input, env))
  const scope = { env, columns: [] }
  const bound = (e: Expression | null | undefined): Expr | undefined =>
    e ? convert(ctx.expr(e, scope), axis.type) : undefined
  const step = (e: Expression): Expr => {
    const made = ctx.expr(e, scope)
    return axis.type === 'datetime' ? made : convert(made, axis.type)
  }
  const clause = node.RangeClause
  if (is(clause, 'MakeSeriesInRangeClause')) {
    const [from, to, by] = elements(clause.Arguments?.Expressions)
    if (!by) return unsupported(clause, 'this range')
    return { axis, from: bound(from), to: bound(to), step: step(by), inclusive: true }
  }
  if (!is(clause, 'MakeSeriesFromToStepClause')) return unsupported(node, 'a make-series without a step')
  const [from, to] = [clause.MakeSeriesFromClause?.Expression, clause.MakeSeriesToClause?.Expression]
  return {
    axis,
    from: bound(from),
    to: bound(to),
    step: step(clause.MakeSeriesStepClause!.Expression!),
    inclusive: false,
  }
}

/** Rows of the axis' range with the number of their bin. */
function binned(input: Relation, b: Bounds, bin: number): Rel {
  const conditions = [call('isnotnull', 'bool', b.axis)]
  if (b.from) conditions.push(call('GreaterThanOrEqual', 'bool', b.axis, b.from))
  if (b.to) conditions.push(call(b.inclusive ? 'LessThanOrEqual' : 'LessThan', 'bool', b.axis, b.to))
  const filtered: Rel = { kind: 'filter', input: input.rel, predicate: call('And', 'bool', ...conditions) }
  const number = call('series_bin', 'long', b.axis, b.from ?? nullOf(b.axis.type), b.step)
  return { kind: 'extend', input: filtered, columns: [{ id: bin, expr: number }] }
}

interface Value {
  readonly expr: Expr
  readonly absent: Expr
}

/** Each aggregate with what stands in bins without rows: the default, 0 if none is given. */
function valuesOf(
  node: Node<'MakeSeriesOperator'>,
  scope: Scope,
  groups: Groups,
  env: Environment | undefined,
  ctx: Lowering,
): Value[] {
  const inner: Scope = { ...scope, aggregate: (c) => aggregateColumn(c, groups, ctx) }
  return elements<Node<'MakeSeriesExpression'>>(node.Aggregates).map((e) => {
    const expr = ctx.expr(e.Expression!, inner)
    const given = e.DefaultExpression?.Expression
    const zero =
      expr.type === 'string' ||
      expr.type === 'dynamic' ||
      expr.type === 'datetime' ||
      expr.type === 'bool' ||
      expr.type === 'guid'
        ? nullOf(expr.type)
        : convert(lit('long', 0n), expr.type)
    return { expr, absent: given ? convert(ctx.expr(given, { env, columns: [] }), expr.type) : zero }
  })
}

/** One row for each group: its bins and values collected, then laid out from the first bin to the last. */
function laidOut(
  perBin: Rel,
  keys: readonly NamedColumn[],
  b: Bounds,
  bin: number,
  values: readonly { text: number; absent: Expr }[],
  names: readonly string[],
  ctx: Lowering,
): Relation {
  const collected = (source: Expr): Definition => ({
    id: ctx.newColumn('collected', 'dynamic', false),
    expr: call('collect', 'dynamic', source),
  })
  const bins = collected(col(bin, 'long'))
  const lists = values.map((v) => collected(col(v.text, 'string')))
  const extreme = (fn: string): Definition => ({
    id: ctx.newColumn(fn, 'long'),
    expr: call(fn, 'long', col(bin, 'long')),
  })
  const [least, greatest] = [extreme('min'), extreme('max')]
  const rows: Definition = { id: ctx.newColumn('bins', 'long', false), expr: call('count', 'long') }
  const perGroup: Rel = {
    kind: 'aggregate',
    input: perBin,
    keys: keys.map((k) => ({ id: k.id, expr: col(k.id, k.type) })),
    aggregates: [bins, ...lists, least, greatest, rows],
  }
  const from = b.from ?? nullOf(b.axis.type)
  const first = b.from ? lit('long', 0n) : col(least.id, 'long')
  const last = b.to
    ? call('series_last', 'long', b.to, from, b.step, lit('bool', b.inclusive))
    : col(greatest.id, 'long')
  const series = values.map((v, i): Definition => {
    const absent = call('json_of', 'string', v.absent)
    return {
      id: ctx.newColumn(names[i] ?? '', 'dynamic'),
      expr: call(
        'series_of_bins',
        'dynamic',
        col(bins.id, 'dynamic'),
        col(lists[i]!.id, 'dynamic'),
        absent,
        first,
        last,
      ),
    }
  })
  const axis: Definition = {
    id: ctx.newColumn(names.at(-1) ?? '', 'dynamic'),
    expr: call('series_axis', 'dynamic', first, last, from, b.step, nullOf(b.axis.type)),
  }
  const columns = [...series, axis].map((d, i): NamedColumn => ({ name: names[i] ?? '', id: d.id, type: 'dynamic' }))
  const present: Rel = {
    kind: 'filter',
    input: perGroup,
    predicate: call('GreaterThan', 'bool', col(rows.id, 'long'), lit('long', 0n)),
  }
  return { rel: { kind: 'extend', input: present, columns: [...series, axis] }, columns: [...keys, ...columns] }
}

export const makeSeries = operator('MakeSeriesOperator', (node, input, env, ctx) => {
  const kind = word(parametersOf(node).get('kind'))
  if (kind !== '' && kind !== 'nonempty') return unsupported(node, `make-series kind '${kind}'`)
  const scope = scopeOf(input, env)
  const names = columnsOf(node.ResultType).map((c) => c.name)
  const b = bounds(node, input, env, ctx)
  const groups: Groups = { keys: [], aggregates: [], derived: [] }
  const keys = elements(node.ByClause?.Expressions).map((e, i): NamedColumn => {
    const expr = ctx.expr(e, scope)
    const id = expr.kind === 'col' ? expr.id : ctx.newColumn(names[i] ?? '', expr.type)
    groups.keys.push({ id, expr })
    return { name: names[i] ?? '', id, type: expr.type }
  })
  const partition = input.partition
  if (partition && partition.carried.length > 0) return unsupported(node, 'make-series inside mv-apply')
  const hidden = (partition?.keys ?? [])
    .filter((id) => !keys.some((k) => k.id === id))
    .map((id): NamedColumn => ({ name: '', id, type: ctx.columns[id]?.type ?? 'dynamic' }))
  groups.keys.push(...hidden.map((k) => ({ id: k.id, expr: col(k.id, k.type) })))
  const bin = ctx.newColumn('bin', 'long')
  const values = valuesOf(node, scope, groups, env, ctx)
  const perBin: Rel = {
    kind: 'aggregate',
    input: binned(input, b, bin),
    keys: [...groups.keys, { id: bin, expr: col(bin, 'long') }],
    aggregates: groups.aggregates,
  }
  const texts = values.map((v) => ({ text: ctx.newColumn('text', 'string'), absent: v.absent }))
  const derived: Rel = {
    kind: 'extend',
    input: perBin,
    columns: texts.map((t, i) => ({ id: t.text, expr: call('json_of', 'string', values[i]!.expr) })),
  }
  const laid = laidOut(derived, [...keys, ...hidden], b, bin, texts, names.slice(keys.length), ctx)
  const result = thinned({
    ...laid,
    columns: laid.columns.filter((c) => !hidden.includes(c)),
    ...(partition ? { partition } : {}),
  })
  if (kind !== 'nonempty' || keys.length > 0 || hidden.length > 0) return result
  if (!b.from || !b.to) return unsupported(node, 'kind=nonempty without from and to')
  const { rel } = result
  const whole: Rel = rel.kind === 'extend' && rel.input.kind === 'filter' ? { ...rel, input: rel.input.input } : rel
  return { ...result, rel: whole }
})
