// Which relations cannot have rows, whatever the engine would say.
import type { Plan, Rel } from './nodes.ts'

/** Without rows for sure: all that could bring some are tables that hold none. */
export function hasNoRows(rel: Rel, shared: Plan['shared']): boolean {
  const none = (input: Rel): boolean => hasNoRows(input, shared)
  switch (rel.kind) {
    case 'scan':
      return rel.source === undefined
    case 'values':
      return rel.rows.length === 0
    case 'range':
    case 'local':
      return false
    case 'shared': {
      const relation = shared[rel.index]
      return relation !== undefined && none(relation.rel)
    }
    case 'aggregate':
      return rel.keys.length > 0 && none(rel.input)
    case 'limit':
      return rel.count === 0n || none(rel.input)
    case 'union':
      return rel.inputs.every(none)
    case 'join':
      return rel.join === 'full'
        ? none(rel.left) && none(rel.right)
        : rel.join === 'right'
          ? none(rel.right)
          : none(rel.left) || ((rel.join === 'inner' || rel.join === 'leftsemi') && none(rel.right))
    case 'filter':
    case 'extend':
    case 'best':
    case 'sort':
    case 'unnest':
    case 'window':
      return none(rel.input)
    default:
      return rel satisfies never
  }
}
