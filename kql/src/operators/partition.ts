// partition, and what mv-apply shares with it: operators of a subquery work on each group of rows by itself.
// https://learn.microsoft.com/kusto/query/partition-operator
import { type Expression, is, isTable, nodeName, parametersOf, type SyntaxElement, word } from '../kusto/syntax.ts'
import type { Lowering } from '../plan/context.ts'
import { unsupported } from '../plan/expressions.ts'
import { lit } from '../plan/literals.ts'
import type { ColumnId, Definition, Expr, NamedColumn, Partition, Rel, Relation } from '../plan/nodes.ts'
import { shareRelation } from '../plan/shared.ts'
import { extended, operator, scopeOf } from './define.ts'
import { partitionQuery } from './partition-query.ts'

/** Says of a relation inside partition or mv-apply that a group may have lost all its rows. */
export function thinned(relation: Relation): Relation {
  return relation.partition ? { ...relation, partition: { ...relation.partition, thinned: true } } : relation
}

/** Operators that know what to do inside partition and mv-apply. */
const groupwise: ReadonlySet<string> = new Set([
  'AsOperator',
  'CountOperator',
  'DistinctOperator',
  'ExtendOperator',
  'FilterOperator',
  'JoinOperator',
  'LookupOperator',
  'MakeSeriesOperator',
  'MvApplyOperator',
  'MvExpandOperator',
  'ParseKvOperator',
  'ParseOperator',
  'ParseWhereOperator',
  'ProjectAwayOperator',
  'ProjectByNamesOperator',
  'ProjectKeepOperator',
  'ProjectOperator',
  'ProjectRenameOperator',
  'ProjectReorderOperator',
  'SampleDistinctOperator',
  'SampleOperator',
  'ScanOperator',
  'SerializeOperator',
  'SortOperator',
  'SummarizeOperator',
  'TakeOperator',
  'TopHittersOperator',
  'TopOperator',
])

/** Refuses an operator that would mix the groups. */
export function checkGroupwise(node: SyntaxElement, input: Relation | undefined): void {
  if (input?.partition && !groupwise.has(nodeName(node)))
    unsupported(node, 'this operator inside partition or mv-apply')
}

function contains(node: SyntaxElement, test: (node: SyntaxElement) => boolean): boolean {
  if (test(node)) return true
  for (let i = 0; i < node.ChildCount; i++) {
    const child = node.GetChild(i)
    if (child && child.ChildCount > 0 && contains(child, test)) return true
  }
  return false
}

/** Whether a group without rows has a result all the same: `where … | summarize count()`, which is 0 there. */
export function answersEmptyGroups(subquery: Expression): boolean {
  const keyless = (n: SyntaxElement): boolean =>
    is(n, 'CountOperator') || (is(n, 'SummarizeOperator') && n.ByClause == null)
  const drops = (n: SyntaxElement): boolean =>
    is(n, 'FilterOperator') || is(n, 'ParseWhereOperator') || is(n, 'JoinOperator') || is(n, 'TakeOperator')
  return contains(subquery, keyless) && contains(subquery, drops)
}

/** Whether the order of the rows shows in the result of a subquery. */
export function readsOrder(subquery: Expression): boolean {
  return contains(
    subquery,
    (n) =>
      is(n, 'SummarizeOperator') ||
      is(n, 'TakeOperator') ||
      is(n, 'SerializeOperator') ||
      is(n, 'ScanOperator') ||
      is(n, 'FunctionCallExpression'),
  )
}

/** The groups of a shared input, read again: distinct keys with the carried columns. */
function groupsOf(
  use: () => Relation,
  keys: readonly number[],
  carried: readonly number[],
  ctx: Lowering,
): NonNullable<Partition['groups']> {
  return () => {
    const { rel, columns } = use()
    const at = (i: number): NamedColumn => columns[i]!
    const aggregates = carried.map((i): Definition => {
      const { name, type, id } = at(i)
      return {
        id: ctx.newColumn(name, type),
        expr: { kind: 'call', fn: 'take_any', type, args: [{ kind: 'col', id, type }] },
      }
    })
    const groups: Rel = {
      kind: 'aggregate',
      input: rel,
      keys: keys.map((i) => ({ id: at(i).id, expr: { kind: 'col', id: at(i).id, type: at(i).type } })),
      aggregates,
    }
    return { rel: groups, keys: keys.map((i) => at(i).id), carried: aggregates.map((d) => d.id) }
  }
}

/** Splits a relation by columns of it (which may be hidden ones). `again`: its groups are needed a second time. */
export function partitioned(
  input: Relation,
  keys: readonly ColumnId[],
  carried: readonly NamedColumn[],
  again: boolean,
  ctx: Lowering,
): Relation {
  if (!again) return { ...input, partition: { keys, carried, thinned: false } }
  const hidden = keys.map((id): NamedColumn => ({ name: `key_${id}`, id, type: ctx.columns[id]?.type ?? 'long' }))
  const all = [...input.columns, ...hidden, ...carried]
  const use = shareRelation('partition', { ...input, columns: all }, ctx)
  const { relation, ordinal: _ordinal } = use()
  const n = input.columns.length
  const keyAt = keys.map((_k, i) => n + i)
  const carriedAt = carried.map((_c, i) => n + keys.length + i)
  const groups = groupsOf(() => use().relation, keyAt, carriedAt, ctx)
  return {
    rel: relation.rel,
    columns: relation.columns.slice(0, n),
    partition: {
      keys: keyAt.map((i) => relation.columns[i]!.id),
      carried: carriedAt.map((i, k) => ({ ...relation.columns[i]!, name: carried[k]!.name })),
      thinned: false,
      groups,
    },
  }
}

export const partition = operator('PartitionOperator', (node, input, env, ctx) => {
  const operand = node.Operand
  if (!is(operand, 'PartitionQuery') && !is(operand, 'PartitionSubquery')) return unsupported(node, 'this partition')
  if (node.Scope) return unsupported(node.Scope, 'partition … in')
  if (input.partition) return unsupported(node, 'partition inside partition or mv-apply')
  const strategy = word(parametersOf(node).get('hint.strategy')) || 'legacy'
  if (!/^(legacy|shuffle|native)$/.test(strategy)) return unsupported(node, `partition strategy '${strategy}'`)
  const definitions: Definition[] = []
  const expr = ctx.expr(node.ByExpression!, scopeOf(input, env))
  if (is(operand, 'PartitionQuery')) {
    const name = is(node.ByExpression, 'NameReference') ? (node.ByExpression.SimpleName ?? '') : ''
    return partitionQuery(node, operand.Query!, { name, expr, input: input.rel }, env, ctx)
  }
  let key: ColumnId
  if (expr.kind === 'col') key = expr.id
  else {
    key = ctx.newColumn('partition_key', expr.type)
    definitions.push({ id: key, expr })
  }
  const subquery = operand.Subquery!
  if (!isTable(subquery.ResultType)) return unsupported(subquery, 'a partition without a table')
  const groups = partitioned(
    { ...input, rel: extended(input.rel, definitions) },
    [key],
    [],
    answersEmptyGroups(subquery),
    ctx,
  )
  const { partition: _done, ...result } = ctx.relation(subquery, env, groups)
  return result
})

/**
 * The result of an aggregate without keys, one row for each group, with a row for the groups that lost all their rows before:
 * theirs is what the aggregate makes of nothing.
 */
export function completed(result: Relation, ofNothing: Relation, ctx: Lowering): Relation {
  const partition = result.partition
  if (!partition?.groups) return result
  const groups = partition.groups()
  const there = ctx.newColumn('there', 'bool', false)
  const col = (id: ColumnId): Expr => ({ kind: 'col', id, type: ctx.columns[id]?.type ?? 'dynamic' })
  const call = (fn: string, type: Expr['type'], ...args: Expr[]): Expr => ({ kind: 'call', fn, args, type })
  const on = groups.keys.flatMap((id, i) => {
    const own = partition.keys[i]!
    return [
      { left: call('tostring', 'string', col(id)), right: call('tostring', 'string', col(own)) },
      { left: call('isnull', 'bool', col(id)), right: call('isnull', 'bool', col(own)) },
    ]
  })
  const right: Rel = { kind: 'extend', input: result.rel, columns: [{ id: there, expr: lit('bool', true) }] }
  const joined: Rel = { kind: 'join', join: 'left', left: groups.rel, right, on }
  const columns = result.columns.map((c) => ({ ...c, id: ctx.newColumn(c.name, c.type) }))
  const definitions = columns.map((c, i): Definition => {
    const empty: Expr = {
      kind: 'subquery',
      rel: ofNothing.rel,
      column: ofNothing.columns[i]!.id,
      type: c.type,
      set: false,
    }
    return {
      id: c.id,
      expr: call('iff', c.type, call('isnull', 'bool', col(there)), empty, col(result.columns[i]!.id)),
    }
  })
  const carried = partition.carried.map((c, i) => ({ ...c, id: groups.carried[i]! }))
  return {
    rel: extended(joined, definitions),
    columns,
    partition: { keys: groups.keys, carried, thinned: false, groups: partition.groups },
  }
}

/** No rows, with the columns of a relation under new ids. */
export function noRows(relation: Relation, ctx: Lowering): Relation {
  const columns = relation.columns.map((c) => ({ ...c, id: ctx.newColumn(c.name, c.type) }))
  return {
    rel: {
      kind: 'values',
      columns: columns.map((c) => c.id),
      rows: [],
      ordinal: ctx.newColumn('ordinal', 'long', false),
    },
    columns,
  }
}
