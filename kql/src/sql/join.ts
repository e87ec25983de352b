// JOIN clauses.
import type { ColumnId, JoinKind } from '../plan/nodes.ts'
import { columnsIn } from '../plan/walk.ts'
import type { Block, From } from './blocks.ts'
import { writeExpr } from './expr.ts'
import { subquery } from './from.ts'
import { quoteName } from './quote.ts'
import { exprContext, freshName, isNullable, nameOf, type Writer } from './write.ts'

const keywords: Readonly<Record<JoinKind, string>> = {
  inner: 'INNER JOIN',
  left: 'LEFT JOIN',
  right: 'RIGHT JOIN',
  full: 'FULL JOIN',
  leftsemi: 'LEFT SEMI JOIN',
  leftanti: 'LEFT ANTI JOIN',
}

/** Every id that a block can give. */
function gives(block: Block, id: ColumnId): boolean {
  if (block.group) {
    const own = [...block.group.keys, ...block.group.aggregates, ...block.definitions].some((d) => d.id === id)
    return own || block.windows?.ordinal === id
  }
  if (block.definitions.some((d) => d.id === id) || block.windows?.columns.some((d) => d.id === id)) return true
  return block.windows?.ordinal === id || fromGives(block.from, id)
}

function fromGives(from: From, id: ColumnId): boolean {
  switch (from.kind) {
    case 'scan':
      return from.scan.columns.some((c) => c.id === id)
    case 'values':
      return from.values.columns.includes(id) || from.values.ordinal === id
    case 'range':
      return from.range.id === id
    case 'shared':
      return from.shared.columns.some((c) => c.id === id) || from.shared.ordinal === id
    case 'local':
      return from.local.columns.includes(id) || from.local.ordinal === id
    case 'block':
      return gives(from.block, id)
    case 'join':
      return gives(from.left, id) || gives(from.right, id)
    case 'union':
      return from.union.columns.some((c) => c.id === id)
    case 'unnest':
      return from.unnest.columns.some((c) => c.id === id) || from.unnest.index === id || gives(from.input, id)
    default:
      return from satisfies never
  }
}

/**
 * The side of an outer join that may have no partner. There the engine fills in defaults: right for strings, which are empty
 * then, and for what can be null; other columns are made so first, or a missing number would read as 0.
 */
function optionalSide(block: Block, ids: readonly ColumnId[], w: Writer): string {
  const sql = subquery(block, ids, w)
  const changed = new Set(ids.filter((id) => w.columns[id]?.type !== 'string' && !isNullable(id, w)))
  if (changed.size === 0) return sql
  const columns = ids.map((id) => {
    const name = quoteName(nameOf(id, w))
    if (!changed.has(id)) return name
    const fresh = freshName(w.columns[id]?.name || 'column', w)
    w.ownNames.set(id, fresh)
    w.names.set(id, fresh)
    w.nullable.set(id, true)
    return `toNullable(${name}) AS ${quoteName(fresh)}`
  })
  return `(SELECT ${columns.join(', ')} FROM ${sql})`
}

export function joinText(from: Extract<From, { kind: 'join' }>, needed: ReadonlySet<ColumnId>, w: Writer): string {
  const { join, left, right } = from
  const leftIds = new Set([...needed].filter((id) => gives(left, id)))
  const rightIds = new Set([...needed].filter((id) => !leftIds.has(id)))
  for (const pair of join.on) {
    for (const id of columnsIn(pair.left)) leftIds.add(id)
    for (const id of columnsIn(pair.right)) rightIds.add(id)
  }
  const side = (block: Block, ids: ReadonlySet<ColumnId>, optional: boolean): string =>
    optional ? optionalSide(block, [...ids], w) : subquery(block, [...ids], w)
  const l = side(left, leftIds, join.join === 'right' || join.join === 'full')
  const r = side(right, rightIds, join.join === 'left' || join.join === 'full')
  const ctx = exprContext(w)
  const on = join.on.map((pair) => `${writeExpr(pair.left, ctx).sql} = ${writeExpr(pair.right, ctx).sql}`)
  return `FROM ${l} AS ${quoteName(freshName('l', w))}\n${keywords[join.join]} ${r} AS ${quoteName(freshName('r', w))} ON ${on.join(' AND ')}`
}
