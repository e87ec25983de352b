// One row of the grid. Rendered again for every line that scrolls into view, so it does as little as it can.
// biome-ignore-all lint/a11y/useFocusableInteractive: focus stays on the grid, which names the active cell
// biome-ignore-all lint/a11y/useSemanticElements: a table whose rows come and go cannot be a <table>
import type { VirtualItem } from '@tanstack/react-virtual'
import { memo } from 'react'
import type { ResultColumn, Row, ScalarType } from '../../api/types.ts'
import { isNumeric, shownText, type TimeZone } from './cell-text.ts'

/** What all rows share about one column on the screen. */
export interface CellSlot {
  /** Among the shown columns. */
  readonly place: number
  /** In the table. */
  readonly column: number
  readonly type: ScalarType
  readonly className: string
  readonly style: { readonly left: number; readonly width: number }
  /** More characters than can be seen. */
  readonly longest: number
}

const thinnestChar = 3

export function cellSlots(
  items: readonly VirtualItem[],
  columns: readonly number[],
  schema: readonly ResultColumn[],
): readonly CellSlot[] {
  return items.map(({ index: place, start, size }) => {
    const column = columns[place] ?? 0
    const type = schema[column]?.type ?? 'string'
    const style = { left: start, width: size }
    return { place, column, type, className: `grid-cell${look(type)}`, style, longest: Math.ceil(size / thinnestChar) }
  })
}

function look(type: ScalarType): string {
  if (isNumeric(type)) return ' is-number'
  return type === 'dynamic' || type === 'guid' ? ' is-code' : ''
}

interface GridRowProps {
  readonly row: Row
  readonly position: number
  readonly top: number
  readonly width: number
  readonly cells: readonly CellSlot[]
  readonly zone: TimeZone
  readonly open: boolean
  /** Column of the active cell when it is in this row, else -1. */
  readonly active: number
  /** The element id that the grid names its active cell by. */
  readonly activeId: string
}

export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { row, position, top, width, cells, zone, open, active, activeId } = props
  return (
    <div
      role="row"
      aria-rowindex={position + 2}
      data-row={position}
      className={open ? 'grid-row is-open' : 'grid-row'}
      style={{ width, transform: `translateY(${top}px)` }}
    >
      <span role="gridcell" aria-colindex={1} className="grid-arrow">
        <button type="button" tabIndex={-1} data-toggle aria-expanded={open} aria-label="Details" />
      </span>
      {cells.map(({ place, column, type, className, style, longest }) => (
        <span
          key={place}
          id={active === place ? activeId : undefined}
          role="gridcell"
          aria-colindex={place + 2}
          data-column={place}
          className={active === place ? `${className} is-active` : className}
          style={style}
        >
          {shownText(row[column] ?? null, type, zone, longest)}
        </span>
      ))}
    </div>
  )
})
