// A second use of a relation: the same rows under column ids of their own, so that no two uses share ids.
import type { Lowering } from './context.ts'
import type { ColumnId, Definition, Expr, Rel, Relation, SortKey } from './nodes.ts'
import { mapRel } from './walk.ts'

/** Copies a relation. The engine computes both copies; `shared.ts` is for what must be computed once. */
export function fresh(relation: Relation, ctx: Lowering): Relation {
  const ids = new Map<ColumnId, ColumnId>()
  const id = (old: ColumnId): ColumnId => {
    const known = ids.get(old)
    if (known !== undefined) return known
    const info = ctx.columns[old]
    const made = ctx.newColumn(info?.name ?? '', info?.type ?? 'dynamic', info?.nullable ?? true)
    ids.set(old, made)
    return made
  }
  const expr = (e: Expr): Expr =>
    e.kind === 'col' ? { ...e, id: id(e.id) } : e.kind === 'subquery' ? { ...e, column: id(e.column) } : e
  const rel = mapRel(relation.rel, { expr, rel: (r) => renumbered(r, id) })
  const { partition: _partition, ...plain } = relation
  return {
    ...plain,
    rel,
    columns: relation.columns.map((c) => ({ ...c, id: id(c.id) })),
    ...(relation.received === undefined ? {} : { received: id(relation.received) }),
  }
}

function renumbered(rel: Rel, id: (old: ColumnId) => ColumnId): Rel {
  const defined = (list: readonly Definition[]): readonly Definition[] => list.map((d) => ({ ...d, id: id(d.id) }))
  const keys = (list: readonly SortKey[]): readonly SortKey[] => list.map((k) => ({ ...k, id: id(k.id) }))
  const all = (list: readonly ColumnId[]): readonly ColumnId[] => list.map(id)
  switch (rel.kind) {
    case 'scan':
      return { ...rel, columns: rel.columns.map((c) => ({ ...c, id: id(c.id) })) }
    case 'values':
      return { ...rel, columns: all(rel.columns), ordinal: id(rel.ordinal) }
    case 'range':
      return { ...rel, id: id(rel.id) }
    case 'filter':
    case 'join':
      return rel
    case 'extend':
      return { ...rel, columns: defined(rel.columns) }
    case 'aggregate':
      return { ...rel, keys: defined(rel.keys), aggregates: defined(rel.aggregates) }
    case 'best':
      return { ...rel, keys: all(rel.keys), by: id(rel.by) }
    case 'sort':
      return { ...rel, keys: keys(rel.keys) }
    case 'limit':
      return rel.by ? { ...rel, by: all(rel.by) } : rel
    case 'union':
      return {
        ...rel,
        columns: rel.columns.map((c) => ({ id: id(c.id), from: c.from.map((f) => (f === undefined ? f : id(f))) })),
      }
    case 'unnest':
      return { ...rel, columns: defined(rel.columns), index: id(rel.index) }
    case 'window':
      return { ...rel, columns: defined(rel.columns), by: all(rel.by), ordinal: id(rel.ordinal) }
    case 'local':
      return {
        ...rel,
        inputs: all(rel.inputs),
        columns: all(rel.columns),
        passes: all(rel.passes ?? []),
        ordinal: id(rel.ordinal),
      }
    case 'shared':
      return { ...rel, columns: rel.columns.map((c) => ({ ...c, id: id(c.id) })), ordinal: id(rel.ordinal) }
    default:
      return rel satisfies never
  }
}
