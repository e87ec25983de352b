// Conditions, sorts and limits that do not need what a row-wise `local` node computes move below it, so that fewer rows go through
// the process.
import type { ColumnId, Filter, Limit, Rel, Sort } from '../plan/nodes.ts'
import { columnsIn } from '../plan/walk.ts'

type Sinking = Filter | Sort | Limit

function readBy(node: Sinking): readonly ColumnId[] {
  switch (node.kind) {
    case 'filter':
      return [...columnsIn(node.predicate)]
    case 'sort':
      return node.keys.map((k) => k.id)
    case 'limit':
      return node.by ?? []
    default:
      return node satisfies never
  }
}

/** The ids that a node adds to those of its input, if another node can as well stand below it. */
function addedBy(rel: Rel, node: Sinking): readonly ColumnId[] | undefined {
  if (rel.kind === 'extend') return rel.columns.map((d) => d.id)
  if (rel.kind === 'filter' && node.kind === 'filter') return []
  if (rel.kind !== 'local' || !rel.rowwise) return undefined
  return [...rel.columns.filter((id) => !rel.inputs.includes(id)), rel.ordinal]
}

function isAboveLocal(rel: Rel): boolean {
  if (rel.kind === 'local') return rel.rowwise === true
  return (rel.kind === 'extend' || rel.kind === 'filter') && isAboveLocal(rel.input)
}

/** The node as deep as it can stand; where no row-wise node is below, or its results are needed, where it is. */
export function sunk(node: Sinking): Rel {
  const { input } = node
  const added = addedBy(input, node)
  if (!added || !('input' in input) || !isAboveLocal(input)) return node
  const reads = new Set(readBy(node))
  if (added.some((id) => reads.has(id))) return node
  return { ...input, input: sunk({ ...node, input: input.input }) } as Rel
}
