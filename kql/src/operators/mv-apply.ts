// mv-apply: a subquery over the elements of each row's arrays. https://learn.microsoft.com/kusto/query/mv-apply-operator
import { columnsOf } from '../kusto/syntax.ts'
import { unsupported } from '../plan/expressions.ts'
import type { NamedColumn, Rel, Relation } from '../plan/nodes.ts'
import { operator } from './define.ts'
import { expand } from './mv-expand.ts'
import { answersEmptyGroups, partitioned, readsOrder } from './partition.ts'
import { replaceColumns } from './project.ts'

export const mvApply = operator('MvApplyOperator', (node, input, env, ctx) => {
  if (node.ContextIdClause) return unsupported(node.ContextIdClause, 'mv-apply … id')
  const subquery = node.Subquery?.Expression
  if (!subquery) return unsupported(node, 'this mv-apply')
  const row = ctx.newColumn('row', 'long', false)
  const numbered: Rel = { kind: 'window', input: input.rel, columns: [], by: [], ordinal: row }
  const again = answersEmptyGroups(subquery)
  const outside = input.partition
  const hidden = (outside?.keys ?? []).map(
    (id): NamedColumn => ({ name: `key_${id}`, id, type: ctx.columns[id]?.type ?? 'long' }),
  )
  const source = partitioned(
    { ...input, rel: numbered },
    [row],
    [...input.columns, ...hidden, ...(outside?.carried ?? [])],
    again,
    ctx,
  )
  const bound = columnsOf(node.ResultType).map((c) => c.name)
  const { rel, added, index } = expand(node, bound, source, env, ctx)
  const key = source.partition!.keys[0]!
  const ascending = (id: number): { id: number; desc: boolean; nullsFirst: boolean } => ({
    id,
    desc: false,
    nullsFirst: true,
  })
  const ordered: Rel = readsOrder(subquery)
    ? { kind: 'sort', input: rel, keys: [ascending(key), ascending(index)] }
    : rel
  const inner: Relation = { ...source, rel: ordered, columns: replaceColumns(source.columns, added) }
  const result = ctx.relation(subquery, env, inner)
  const all = result.partition?.carried ?? []
  const carried = all.slice(0, input.columns.length)
  const names = new Set(added.map((c) => c.name))
  const outer = carried.filter((c) => !names.has(c.name))
  const kept = new Set([...outer, ...source.columns].map((c) => c.id))
  const own = result.columns.filter((c) => !kept.has(c.id))
  const columns: NamedColumn[] = [...outer, ...own]
  const named = columns.length === bound.length ? columns.map((c, i) => ({ ...c, name: bound[i]! })) : columns
  if (!outside) return { rel: result.rel, columns: named }
  const keys = all.slice(carried.length, carried.length + hidden.length).map((c) => c.id)
  return {
    rel: result.rel,
    columns: named,
    partition: { ...outside, keys, carried: all.slice(carried.length + hidden.length), thinned: true },
  }
})
