// Relations that are computed once and read by several uses: materialize(), and operators that read their input twice.
import type { Lowering } from './context.ts'
import type { ColumnId, NamedColumn, Relation } from './nodes.ts'

export interface SharedUse {
  readonly relation: Relation
  /** Number of the row, the same for every use. */
  readonly ordinal: ColumnId
}

/** Has the relation computed once; each call of the result is a use of it, with column ids of its own. */
export function shareRelation(name: string, relation: Relation, ctx: Lowering): () => SharedUse {
  const { received } = relation
  const all: readonly NamedColumn[] =
    received === undefined
      ? relation.columns
      : [...relation.columns, { name: ctx.columns[received]?.name ?? '', id: received, type: 'datetime' }]
  ctx.shared.push({ ...relation, columns: all, name })
  const index = ctx.shared.length - 1
  return () => {
    const columns = all.map((c): NamedColumn & { from: ColumnId } => ({
      ...c,
      from: c.id,
      id: ctx.newColumn(c.name, c.type, ctx.columns[c.id]?.nullable ?? true),
    }))
    const ordinal = ctx.newColumn('ordinal', 'long', false)
    const rel = { kind: 'shared' as const, index, columns: columns.map(({ id, from }) => ({ id, from })), ordinal }
    const named = columns.slice(0, relation.columns.length).map(({ name: n, id, type }) => ({ name: n, id, type }))
    const arrived = received === undefined ? undefined : columns.at(-1)?.id
    return { relation: { rel, columns: named, ...(arrived === undefined ? {} : { received: arrived }) }, ordinal }
  }
}
