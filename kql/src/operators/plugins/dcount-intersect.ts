// dcount_intersect: how much the first set, the first two, the first three … have in common.
// https://learn.microsoft.com/kusto/query/dcount-intersect-plugin
import { unsupported } from '../../plan/expressions.ts'
import type { Definition, Expr, NamedColumn } from '../../plan/nodes.ts'
import { extended } from '../define.ts'
import { call, col } from './bins.ts'
import { columnAt, type Plugin } from './define.ts'

export const dcountIntersect: Plugin = (p) => {
  const sets = p.args.map((_a, i) => columnAt(p, i))
  if (sets.length < 2 || sets.length > 16) return unsupported(p.call, 'other than 2 to 16 sets')
  const added = p.bound.slice(-sets.length)
  const definitions = sets.map((_set, i): Definition => {
    const first = sets.slice(0, i + 1).map(col)
    const common: Expr = i === 0 ? first[0]! : call('set_intersect', 'dynamic', ...first)
    return { id: p.ctx.newColumn(added[i]?.name ?? '', 'long'), expr: call('dcount_hll', 'long', common) }
  })
  const columns = definitions.map((d, i): NamedColumn => ({ name: added[i]?.name ?? '', id: d.id, type: 'long' }))
  return { rel: extended(p.input.rel, definitions), columns: [...p.input.columns, ...columns] }
}
