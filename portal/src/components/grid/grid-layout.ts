// Sizes and places in the grid as pure functions: column widths, and the rows that an open detail pushes down.
import type { ResultColumn, Row } from '../../api/types.ts'
import { isNumeric, shownText } from './cell-text.ts'

export const rowHeight = 28
export const headerHeight = 32
/** The column of arrows that open a row. */
export const arrowWidth = 30
export const narrowest = 48

const widest = 420
const charWidth = 7
const padding = 22
/** Room for the sort arrow in a header. */
const headerExtra = 18
const sample = 60

/** Wide enough for the header and most of the first rows. */
export function initialWidth(column: ResultColumn, index: number, rows: readonly Row[]): number {
  if (column.type === 'datetime') return 186
  if (column.type === 'guid') return 264
  const lengths = rows.slice(0, sample).map((row) => shownText(row[index] ?? null, column.type, 'utc', 100).length)
  const content = percentile(lengths, 0.9) * charWidth + padding
  const header = column.name.length * charWidth + padding + headerExtra
  return Math.round(Math.min(widest, Math.max(isNumeric(column.type) ? 72 : 88, header, content)))
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0
}

/** A line of the scrolled list: a row, or the detail below an open row. `position` counts rows as ordered. */
export interface Item {
  readonly kind: 'row' | 'detail'
  readonly position: number
}

/** `open`: positions of open rows, ascending. */
export function itemAt(index: number, open: readonly number[]): Item {
  let details = 0
  for (const position of open) {
    const row = position + details
    if (index <= row) break
    if (index === row + 1) return { kind: 'detail', position }
    details += 1
  }
  return { kind: 'row', position: index - details }
}

/** The line on which a row stands. */
export function indexOf(position: number, open: readonly number[]): number {
  return position + open.filter((one) => one < position).length
}

export function detailHeight(properties: number): number {
  return Math.min(400, 52 + Math.max(1, properties) * 26)
}
