// row_window_session: where a session starts depends on where the one before it did, so rows are taken one by one.
// https://learn.microsoft.com/kusto/query/row-window-session-function
import type { Cell, Row } from '../model.ts'
import { parseDatetime } from '../values.ts'

const ticksOf = (cell: Cell): bigint | null =>
  typeof cell === 'string' ? parseDatetime(cell) : cell === null ? null : BigInt(cell as number | bigint)

interface Session {
  readonly start: Cell
  readonly first: bigint
  readonly last: bigint
}

/**
 * Each row ends in: partition key text, time, longest session, longest gap, restart. In the place of these five comes the
 * start of the session; null times have none.
 */
export function sessions(rows: readonly Row[]): readonly Row[] {
  const open = new Map<Cell, Session>()
  return rows.map((row) => {
    const [key = null, time = null, longest = null, gap = null, restart = null] = row.slice(-5)
    const kept = row.slice(0, -5)
    const at = ticksOf(time)
    if (at === null) return [...kept, null]
    const session = open.get(key)
    const far = session && longest !== null && at - session.first > BigInt(longest as number)
    const apart = session && gap !== null && at - session.last > BigInt(gap as number)
    const next: Session =
      !session || restart === true || far || apart ? { start: time, first: at, last: at } : { ...session, last: at }
    open.set(key, next)
    return [...kept, next.start]
  })
}
