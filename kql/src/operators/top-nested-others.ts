// top-nested … with others: a row for what did not make it to the top. https://learn.microsoft.com/kusto/query/top-nested-operator
//
// A record that stays on the first d levels and is left out on the next one belongs to the others of the values it has on those d. They
// make one row, if any level from there on asks for others: its values there are the constant and the aggregate over these records;
// levels that do not ask have no value.
import type { Node } from '../kusto/syntax.ts'
import type { Environment, Lowering } from '../plan/context.ts'
import { convert, unsupported } from '../plan/expressions.ts'
import type { ColumnId, Definition, Expr, NamedColumn, Rel, Relation } from '../plan/nodes.ts'
import { columnFor, extended, scopeOf } from './define.ts'
import type { Groups } from './summarize.ts'
import { aggregateOf, type Level, samePairs, valuesOf, within } from './top-nested.ts'

type Clause = Node<'TopNestedClause'>

/** A row for each combination of values on the first `depth` levels that has records left out on the next. */
function leftOut(
  clauses: readonly Clause[],
  depth: number,
  levels: readonly (() => Level)[],
  own: Relation,
  env: Environment | undefined,
  ctx: Lowering,
): { readonly rel: Rel; readonly ids: readonly (ColumnId | undefined)[] } {
  const definitions: Definition[] = []
  const keys = clauses
    .slice(0, depth + 1)
    .map((c) => columnFor('key', ctx.expr(c.OfExpression!, scopeOf(own, env)), definitions, ctx))
  const rows = within(levels[depth - 1]?.(), keys.slice(0, depth), extended(own.rel, definitions))
  const kept = levels[depth]!()
  const on = valuesOf(kept).flatMap((value, i) => samePairs(keys[i]!, value))
  const rest: Rel = { kind: 'join', join: 'leftanti', left: rows.rel, right: kept.rel, on }
  const groups: Groups = { keys: [], aggregates: [], derived: [] }
  const made: Definition[] = []
  const ids = clauses.slice(depth).flatMap((clause): (ColumnId | undefined)[] => {
    const others = clause.WithOthersClause
    if (!others) return [undefined, undefined]
    const type = ctx.expr(clause.OfExpression!, scopeOf(own, env)).type
    const constant = ctx.expr(others.Expression!, { env, columns: [] })
    const exprs: Expr[] = [convert(constant, type), aggregateOf(clause, own, groups, env, ctx)]
    return exprs.map((expr) => {
      const id = ctx.newColumn('others', expr.type)
      made.push({ id, expr })
      return id
    })
  })
  const keyOf = (c: NamedColumn): Definition => ({ id: c.id, expr: { kind: 'col', id: c.id, type: c.type } })
  const count = ctx.newColumn('count', 'long', false)
  const counted: Definition = { id: count, expr: { kind: 'call', fn: 'count', args: [], type: 'long' } }
  const grouped: Rel = {
    kind: 'aggregate',
    input: rest,
    keys: rows.columns.map(keyOf),
    aggregates: [...groups.aggregates, counted],
  }
  const some: Expr = {
    kind: 'call',
    fn: 'GreaterThan',
    type: 'bool',
    args: [
      { kind: 'col', id: count, type: 'long' },
      { kind: 'lit', value: 0n, type: 'long' },
    ],
  }
  const rel = extended({ kind: 'filter', input: grouped, predicate: some }, made)
  return { rel, ids: [...rows.columns.map((c) => c.id), ...ids] }
}

export function withOthers(
  clauses: readonly Clause[],
  levels: readonly (() => Level)[],
  use: () => Relation,
  env: Environment | undefined,
  ctx: Lowering,
): Relation {
  const top = levels.at(-1)?.() ?? unsupported(clauses[0]!, 'top-nested without a level')
  const legs = clauses.flatMap((clause, depth) => {
    const wanted = clause.Expression && clauses.slice(depth).some((c) => c.WithOthersClause)
    return wanted ? [leftOut(clauses, depth, levels, use(), env, ctx)] : []
  })
  const columns = top.columns.map((c): NamedColumn => ({ ...c, id: ctx.newColumn(c.name, c.type) }))
  const outputs = columns.map((c, i) => ({ id: c.id, from: [top.columns[i]!.id, ...legs.map((leg) => leg.ids[i])] }))
  return { rel: { kind: 'union', inputs: [top.rel, ...legs.map((leg) => leg.rel)], columns: outputs }, columns }
}
