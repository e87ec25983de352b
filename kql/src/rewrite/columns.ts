// Which columns a relation hands on, and which of a whole plan are read at all.
import type { ColumnId, Rel } from '../plan/nodes.ts'
import { inputsOf, mapRel } from '../plan/walk.ts'

const ids = (list: readonly { readonly id: ColumnId }[]): ColumnId[] => list.map((d) => d.id)

/** Every id that a relation defines or passes on. */
export function idsOf(rel: Rel): readonly ColumnId[] {
  switch (rel.kind) {
    case 'scan':
      return ids(rel.columns)
    case 'values':
      return [...rel.columns, rel.ordinal]
    case 'range':
      return [rel.id]
    case 'shared':
      return [...ids(rel.columns), rel.ordinal]
    case 'filter':
    case 'best':
    case 'sort':
    case 'limit':
      return idsOf(rel.input)
    case 'extend':
      return [...idsOf(rel.input), ...ids(rel.columns)]
    case 'aggregate':
      return [...ids(rel.keys), ...ids(rel.aggregates)]
    case 'join':
      return rel.join === 'leftsemi' || rel.join === 'leftanti' ? idsOf(rel.left) : inputsOf(rel).flatMap(idsOf)
    case 'union':
      return ids(rel.columns)
    case 'unnest':
      return [...idsOf(rel.input), ...ids(rel.columns), rel.index]
    case 'window':
      return [...idsOf(rel.input), ...ids(rel.columns), rel.ordinal]
    case 'local':
      return [...rel.columns, rel.ordinal]
    default:
      return rel satisfies never
  }
}

/** Ids that a node reads beside its expressions. */
function readBy(rel: Rel): readonly ColumnId[] {
  switch (rel.kind) {
    case 'best':
      return [...rel.keys, rel.by]
    case 'sort':
      return ids(rel.keys)
    case 'limit':
      return rel.by ?? []
    case 'union':
      return rel.columns.flatMap((c) => c.from).filter((id) => id !== undefined)
    case 'window':
      return rel.by
    case 'local':
      return rel.inputs
    default:
      return []
  }
}

/** Every id that something in a relation reads; what only an outer relation reads is not among them. */
export function readIn(rel: Rel): Set<ColumnId> {
  const read = new Set<ColumnId>()
  mapRel(rel, {
    expr: (e) => {
      if (e.kind === 'col') read.add(e.id)
      if (e.kind === 'subquery') read.add(e.column)
      return e
    },
    rel: (r) => {
      for (const id of readBy(r)) read.add(id)
      return r
    },
  })
  return read
}
