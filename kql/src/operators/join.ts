// join and lookup. https://learn.microsoft.com/kusto/query/join-operator
import { CompileError, codes } from '../diagnostics.ts'
import {
  columnsOf,
  type Expression,
  elements,
  is,
  parametersOf,
  type SyntaxElement,
  span,
  text,
  word,
} from '../kusto/syntax.ts'
import type { Environment, Lowering } from '../plan/context.ts'
import { convert, unsupported } from '../plan/expressions.ts'
import type { ColumnId, Expr, Join, JoinKind, NamedColumn, Rel, Relation } from '../plan/nodes.ts'
import { columnNamed, operator } from './define.ts'

type Pair = Join['on'][number]

const kinds: Readonly<Record<string, { readonly join: JoinKind; readonly swap?: true; readonly unique?: true }>> = {
  innerunique: { join: 'inner', unique: true },
  inner: { join: 'inner' },
  leftouter: { join: 'left' },
  rightouter: { join: 'right' },
  fullouter: { join: 'full' },
  leftsemi: { join: 'leftsemi' },
  rightsemi: { join: 'leftsemi', swap: true },
  anti: { join: 'leftanti' },
  leftanti: { join: 'leftanti' },
  leftantisemi: { join: 'leftanti' },
  rightanti: { join: 'leftanti', swap: true },
  rightantisemi: { join: 'leftanti', swap: true },
}

function pairOf(
  node: Expression,
  left: Relation,
  right: Relation,
  env: Environment | undefined,
  ctx: Lowering,
): Pair[] {
  if (is(node, 'ParenthesizedExpression')) return pairOf(node.Expression!, left, right, env, ctx)
  if (is(node, 'NameReference')) {
    const name = node.SimpleName ?? ''
    const l = columnNamed(left, name)
    const r = columnNamed(right, name)
    if (!l || !r) return unsupported(node, `the join column '${name}'`)
    return [matched({ kind: 'col', id: l.id, type: l.type }, { kind: 'col', id: r.id, type: r.type }, node)]
  }
  if (is(node, 'BinaryExpression')) {
    const symbol = node.ReferencedSymbol?.Name
    if (text(node.Operator!).toLowerCase() === 'and')
      return [...pairOf(node.Left!, left, right, env, ctx), ...pairOf(node.Right!, left, right, env, ctx)]
    if (symbol === 'Equal') {
      const scope = { env, columns: left.columns, right: right.columns }
      const a = ctx.expr(node.Left!, scope)
      const b = ctx.expr(node.Right!, scope)
      const flipped = text(node.Left!).includes('$right')
      return [flipped ? matched(b, a, node) : matched(a, b, node)]
    }
  }
  throw new CompileError(
    codes.unsupportedSyntax,
    'only equality can join: a column of both sides, or $left.a == $right.b',
    span(node),
  )
}

/** Both sides of a pair in one type. */
function matched(left: Expr, right: Expr, node: SyntaxElement): Pair {
  if (left.type === right.type) return { left, right }
  const numeric = new Set(['int', 'long', 'real', 'decimal'])
  if (numeric.has(left.type) && numeric.has(right.type)) return { left, right }
  if (left.type === 'dynamic') return { left: convert(left, right.type), right }
  if (right.type === 'dynamic') return { left, right: convert(right, left.type) }
  return unsupported(node, `joining ${left.type} with ${right.type}`)
}

/** One row of each key: what innerunique does to its left side. Rows that are unique already stay. */
function deduplicated(rel: Rel, on: readonly Pair[], ctx: Lowering): { rel: Rel; on: readonly Pair[] } {
  const definitions: { id: ColumnId; expr: Expr }[] = []
  const keys = on.map((pair) => {
    if (pair.left.kind === 'col') return pair.left.id
    const id = ctx.newColumn('join_key', pair.left.type)
    definitions.push({ id, expr: pair.left })
    return id
  })
  const input: Rel = definitions.length === 0 ? rel : { kind: 'extend', input: rel, columns: definitions }
  const pairs = on.map(
    (pair, i): Pair => ({ left: { kind: 'col', id: keys[i] as number, type: pair.left.type }, right: pair.right }),
  )
  if (rel.kind === 'aggregate' && rel.keys.every((k) => keys.includes(k.id))) return { rel: input, on: pairs }
  return { rel: { kind: 'limit', input, count: 1n, by: keys }, on: pairs }
}

function joined(
  kind: string,
  left: Relation,
  right: Relation,
  on: readonly Pair[],
  names: readonly string[],
  node: SyntaxElement,
  ctx: Lowering,
): Relation {
  const spec = kinds[kind]
  if (!spec) return unsupported(node, `join kind '${kind}'`)
  if (spec.swap) {
    const swapped = on.map((pair): Pair => ({ left: pair.right, right: pair.left }))
    const rel: Rel = { kind: 'join', join: spec.join, left: right.rel, right: left.rel, on: swapped }
    return { rel, columns: right.columns.map((c, i) => ({ ...c, name: names[i] ?? c.name })) }
  }
  const side = spec.unique ? deduplicated(left.rel, on, ctx) : { rel: left.rel, on }
  const rel: Rel = { kind: 'join', join: spec.join, left: side.rel, right: right.rel, on: side.on }
  const oneSided = spec.join === 'leftsemi' || spec.join === 'leftanti'
  const columns: NamedColumn[] = oneSided ? [...left.columns] : [...left.columns, ...right.columns]
  return { rel, columns: columns.map((c, i) => ({ ...c, name: names[i] ?? c.name })) }
}

export const join = operator('JoinOperator', (node, input, env, ctx) => {
  const right = ctx.relation(node.Expression!, env)
  const clause = node.ConditionClause
  if (!is(clause, 'JoinOnClause')) return unsupported(node, 'a join without an on clause')
  const on = elements(clause.Expressions).flatMap((e) => pairOf(e, input, right, env, ctx))
  const kind = word(parametersOf(node).get('kind')) || 'innerunique'
  return joined(
    kind,
    input,
    right,
    on,
    columnsOf(node.ResultType).map((c) => c.name),
    node,
    ctx,
  )
})

export const lookup = operator('LookupOperator', (node, input, env, ctx) => {
  const right = ctx.relation(node.Expression!, env)
  const clause = node.LookupClause
  if (!is(clause, 'JoinOnClause')) return unsupported(node, 'a lookup without an on clause')
  const on = elements(clause.Expressions).flatMap((e) => pairOf(e, input, right, env, ctx))
  const kind = word(parametersOf(node).get('kind')) || 'leftouter'
  const keys = new Set(on.flatMap((pair) => (pair.right.kind === 'col' ? [pair.right.id] : [])))
  const names = [...input.columns, ...right.columns].map((c) => c.name)
  const both = joined(kind, input, right, on, names, node, ctx)
  const columns = both.columns.filter((c) => !keys.has(c.id))
  const bound = columnsOf(node.ResultType)
  return { rel: both.rel, columns: columns.map((c, i) => ({ ...c, name: bound[i]?.name ?? c.name })) }
})
