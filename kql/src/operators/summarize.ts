// summarize, distinct, count. https://learn.microsoft.com/kusto/query/summarize-operator
import { columnsOf, type Expression, elements, is, type Node, scalarType, span } from '../kusto/syntax.ts'
import type { Environment, Lowering, Scope } from '../plan/context.ts'
import { unsupported } from '../plan/expressions.ts'
import { longLit } from '../plan/literals.ts'
import type { Definition, Expr, NamedColumn, Rel, Relation } from '../plan/nodes.ts'
import { tupleColumns } from '../plan/tuples.ts'
import { extended, type Operator, operator, scopeOf } from './define.ts'
import { completed, noRows, thinned } from './partition.ts'

export interface Groups {
  readonly keys: Definition[]
  readonly aggregates: Definition[]
  /** Expressions over finished aggregates: `sum(a) / count()`. */
  readonly derived: Definition[]
}

const texts = new WeakMap<Expr, string>()

/** An expression as text; equal texts mean equal expressions. */
function textOf(expr: Expr): string {
  const known = texts.get(expr)
  if (known !== undefined) return known
  const made = JSON.stringify(expr, (_k, v) => (typeof v === 'bigint' ? `${v}n` : v))
  texts.set(expr, made)
  return made
}

/** Registers an aggregate call; equal calls share one column. */
export function aggregateColumn(call: Expr, groups: Groups, ctx: Lowering): Expr {
  const same = groups.aggregates.find((d) => textOf(d.expr) === textOf(call))
  if (same) return { kind: 'col', id: same.id, type: call.type }
  const id = ctx.newColumn(call.kind === 'call' ? call.fn : 'aggregate', call.type)
  groups.aggregates.push({ id, expr: call })
  return { kind: 'col', id, type: call.type }
}

/** Name of the column that an expression hands on: itself, or converted to the type that it has. */
function columnHandedOn(node: Expression): string | undefined {
  const inner = bare(node)
  if (is(inner, 'NameReference')) return inner.SimpleName ?? undefined
  if (!is(inner, 'FunctionCallExpression') || !/^to[a-z]+$/.test(inner.ReferencedSymbol?.Name ?? '')) return undefined
  const [only, second] = elements(inner.ArgumentList?.Expressions)
  const same = is(only, 'NameReference') && !second && scalarType(only.ResultType) === scalarType(inner.ResultType)
  return same ? (only.SimpleName ?? undefined) : undefined
}

const handedOn = (list: readonly Expression[]): string[] => list.flatMap((e) => columnHandedOn(e) ?? [])

/**
 * The expressions of arg_max(by, …) and take_any(…). A star is every column but those of the keys, `by` and what is asked for beside
 * it; with a star, no column comes twice.
 */
function picks(
  list: readonly Expression[],
  taken: readonly string[],
  input: Relation,
  scope: Scope,
  ctx: Lowering,
): Expr[] {
  if (!list.some((e) => is(e, 'StarExpression'))) return list.map((e) => ctx.expr(e, scope))
  const done = new Set(taken)
  const first = (name: string | undefined): boolean => {
    if (name === undefined) return true
    if (done.has(name)) return false
    done.add(name)
    return true
  }
  return list.flatMap((e): Expr[] => {
    if (!is(e, 'StarExpression')) return first(columnHandedOn(e)) ? [ctx.expr(e, scope)] : []
    return input.columns.filter((c) => first(c.name)).map((c) => ({ kind: 'col', id: c.id, type: c.type }))
  })
}

/** arg_max(by, a, b): one aggregate for each column, all of the same row. */
function extremes(
  node: Node<'FunctionCallExpression'>,
  scope: Scope,
  groups: Groups,
  input: Relation,
  keyNames: readonly string[],
  ctx: Lowering,
): Expr[] {
  const fn =
    node.ReferencedSymbol?.Name === 'arg_min' || node.ReferencedSymbol?.Name === 'argmin' ? 'arg_min' : 'arg_max'
  const [first, ...rest] = elements(node.ArgumentList?.Expressions)
  const by = ctx.expr(first!, scope)
  const picked = picks(rest, [...keyNames, ...handedOn([first!])], input, scope, ctx)
  const best = aggregateColumn(
    { kind: 'call', fn: fn === 'arg_max' ? 'max' : 'min', args: [by], type: by.type },
    groups,
    ctx,
  )
  return [best, ...picked.map((e) => aggregateColumn({ kind: 'call', fn, args: [by, e], type: e.type }, groups, ctx))]
}

/** percentiles(x, 5, 50), take_any(a, b): an aggregate for each result column. */
function spread(
  node: Node<'FunctionCallExpression'>,
  scope: Scope,
  groups: Groups,
  input: Relation,
  keyNames: readonly string[],
  ctx: Lowering,
): Expr[] {
  const name = node.ReferencedSymbol?.Name ?? ''
  const given = elements(node.ArgumentList?.Expressions)
  const columns = tupleColumns(node.ResultType) ?? []
  const args = picks(given, keyNames, input, scope, ctx)
  const type = (i: number): Expr['type'] => columns[i]?.type ?? args[0]?.type ?? 'real'
  if (name === 'any' || name === 'take_any') {
    return args.map((arg, i) =>
      aggregateColumn({ kind: 'call', fn: 'take_any_item', args: [longLit(i), ...args], type: arg.type }, groups, ctx),
    )
  }
  if (name !== 'percentiles' && name !== 'percentilesw') return unsupported(node, `the aggregate '${name}'`)
  const fixed = name === 'percentiles' ? 1 : 2
  return args.slice(fixed).map((_, i) =>
    aggregateColumn(
      {
        kind: 'call',
        fn: `${name.replace('iles', 'ile')}_item`,
        args: [longLit(i), ...args],
        type: type(i),
        at: span(node),
      },
      groups,
      ctx,
    ),
  )
}

function bare(node: Expression): Expression {
  if (is(node, 'SimpleNamedExpression') || is(node, 'CompoundNamedExpression') || is(node, 'ParenthesizedExpression'))
    return bare(node.Expression!)
  return node
}

/** arg_max(t, *) alone, by keys: the row itself. */
function bestRow(
  node: Node<'SummarizeOperator'>,
  input: Relation,
  groups: Groups,
  keys: readonly NamedColumn[],
  env: Environment | undefined,
  ctx: Lowering,
): Relation | undefined {
  const list = elements(node.Aggregates)
  const only = list.length === 1 ? bare(list[0]!) : undefined
  if (!is(only, 'FunctionCallExpression') || keys.length === 0) return undefined
  const fn = only.ReferencedSymbol?.Name ?? ''
  if (!/^arg_?(max|min)$/.test(fn)) return undefined
  const [first, ...rest] = elements(only.ArgumentList?.Expressions)
  if (!rest.some((e) => is(e, 'StarExpression')) || rest.length !== 1) return undefined
  const definitions = groups.keys.filter((k) => !(k.expr.kind === 'col' && k.expr.id === k.id))
  const byExpr = ctx.expr(first!, scopeOf(input, env))
  let by: number
  if (byExpr.kind === 'col') by = byExpr.id
  else {
    by = ctx.newColumn('by', byExpr.type)
    definitions.push({ id: by, expr: byExpr })
  }
  const source = new Set([...handedOn(elements(node.ByClause?.Expressions)), ...handedOn([first!])])
  const others = input.columns.filter((c) => !source.has(c.name))
  const names = columnsOf(node.ResultType)
  const values = [{ id: by, type: byExpr.type }, ...others]
  const partition = input.partition
  const rel: Rel = {
    kind: 'best',
    input: extended(input.rel, definitions),
    keys: [...keys.map((k) => k.id), ...(partition?.keys ?? [])],
    by,
    desc: fn.endsWith('max'),
  }
  return {
    rel,
    ...(partition ? { partition } : {}),
    columns: [...keys, ...values.map((c, i) => ({ name: names[keys.length + i]?.name ?? '', id: c.id, type: c.type }))],
  }
}

export const summarize: Operator = operator('SummarizeOperator', (node, input, env, ctx) => {
  const scope = scopeOf(input, env)
  const groups: Groups = { keys: [], aggregates: [], derived: [] }
  const names = columnsOf(node.ResultType)
  if (node.ByClause?.BinClause) unsupported(node.ByClause.BinClause, 'bin= in summarize')
  const keys = elements(node.ByClause?.Expressions).map((e, i): NamedColumn => {
    const expr = ctx.expr(e, scope)
    const name = names[i]?.name ?? ''
    const id = expr.kind === 'col' ? expr.id : ctx.newColumn(name, expr.type)
    groups.keys.push({ id, expr })
    return { name, id, type: expr.type }
  })
  const best = bestRow(node, input, groups, keys, env, ctx)
  if (best) return best
  const keyNames = handedOn(elements(node.ByClause?.Expressions))
  const inner: Scope = { ...scope, aggregate: (call) => aggregateColumn(call, groups, ctx) }
  const values = elements(node.Aggregates).flatMap((e): Expr[] => {
    const call = bare(e)
    if (is(call, 'FunctionCallExpression') && /^arg_?(max|min)$/.test(call.ReferencedSymbol?.Name ?? '')) {
      return extremes(call, scope, groups, input, keyNames, ctx)
    }
    if (is(call, 'FunctionCallExpression') && tupleColumns(call.ResultType))
      return spread(call, scope, groups, input, keyNames, ctx)
    return [ctx.expr(e, inner)]
  })
  if (keys.length + values.length !== names.length) unsupported(node, 'this list of aggregates')
  const columns = values.map((expr, i): NamedColumn => {
    const name = names[keys.length + i]?.name ?? `Column${i + 1}`
    if (expr.kind === 'col') return { name, id: expr.id, type: expr.type }
    const id = ctx.newColumn(name, expr.type)
    groups.derived.push({ id, expr })
    return { name, id, type: expr.type }
  })
  const result = aggregated(input, groups.keys, groups.aggregates, ctx)
  const relation = { ...result, rel: extended(result.rel, groups.derived), columns: [...keys, ...columns] }
  const incomplete = keys.length === 0 && input.partition?.thinned && input.partition.groups
  return incomplete ? completed(relation, summarize(node, noRows(input, ctx), env, ctx), ctx) : relation
})

/** Groups rows by keys; inside partition and mv-apply within each group there, whose carried columns stay. */
export function aggregated(
  input: Relation,
  keys: readonly Definition[],
  aggregates: readonly Definition[],
  ctx: Lowering,
): Pick<Relation, 'rel' | 'partition'> {
  const partition = input.partition
  if (!partition) return { rel: { kind: 'aggregate', input: input.rel, keys, aggregates } }
  const has = new Set(keys.flatMap((k) => (k.expr.kind === 'col' && k.expr.id === k.id ? [k.id] : [])))
  const column = (id: number): Expr => ({ kind: 'col', id, type: ctx.columns[id]?.type ?? 'dynamic' })
  const outer = partition.keys.filter((id) => !has.has(id)).map((id): Definition => ({ id, expr: column(id) }))
  const carried = partition.carried.map((c) => (has.has(c.id) ? c : { ...c, id: ctx.newColumn(c.name, c.type) }))
  const kept = carried.flatMap((c, i): Definition[] => {
    const source = partition.carried[i]!
    return c === source
      ? []
      : [{ id: c.id, expr: { kind: 'call', fn: 'take_any', args: [column(source.id)], type: c.type } }]
  })
  const rel: Rel = {
    kind: 'aggregate',
    input: input.rel,
    keys: [...outer, ...keys],
    aggregates: [...aggregates, ...kept],
  }
  return { rel, partition: { ...partition, carried, thinned: partition.thinned && keys.length === 0 } }
}

export const distinct = operator('DistinctOperator', (node, input, env, ctx) => {
  const list = elements(node.Expressions)
  const wanted: Expr[] = list.flatMap((e): Expr[] =>
    is(e, 'StarExpression')
      ? input.columns.map((c) => ({ kind: 'col', id: c.id, type: c.type }))
      : [ctx.expr(e, scopeOf(input, env))],
  )
  const names = columnsOf(node.ResultType)
  const columns: NamedColumn[] = []
  const keys = wanted.map((expr, i): Definition => {
    const name = names[i]?.name ?? ''
    const id = expr.kind === 'col' ? expr.id : ctx.newColumn(name, expr.type)
    columns.push({ name, id, type: expr.type })
    return { id, expr }
  })
  return thinned({ ...aggregated(input, keys, [], ctx), columns })
})

export const count: Operator = operator('CountOperator', (node, input, env, ctx) => {
  const name = columnsOf(node.ResultType)[0]?.name ?? 'Count'
  const id = ctx.newColumn(name, 'long', false)
  const call: Expr = { kind: 'call', fn: 'count', args: [], type: 'long' }
  const relation: Relation = {
    ...aggregated(input, [], [{ id, expr: call }], ctx),
    columns: [{ name, id, type: 'long' }],
  }
  return input.partition?.thinned && input.partition.groups
    ? completed(relation, count(node, noRows(input, ctx), env, ctx), ctx)
    : relation
})
