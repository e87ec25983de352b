// biome-ignore-all lint/a11y/useFocusableInteractive: focus stays on the grid, which names the active cell
// biome-ignore-all lint/a11y/useSemanticElements: a table whose rows come and go cannot be a <table>
// The header row: names, sort arrows, handles that resize.
import { ArrowSortDownRegular, ArrowSortUpRegular } from '@fluentui/react-icons'
import type { VirtualItem } from '@tanstack/react-virtual'
import type { PointerEvent } from 'react'
import type { ResultColumn } from '../../api/types.ts'
import { isNumeric } from './cell-text.ts'
import type { Sort } from './row-order.ts'

interface GridHeaderProps {
  /** The element id that the grid names its active cell by. */
  readonly activeId: string
  readonly width: number
  readonly items: readonly VirtualItem[]
  readonly columns: readonly number[]
  readonly schema: readonly ResultColumn[]
  readonly sort: Sort | undefined
  /** The active cell's column when the header is active, else -1. */
  readonly active: number
  readonly onResize: (column: number, width: number) => void
  readonly onFit: (column: number) => void
}

export function GridHeader(props: GridHeaderProps) {
  const { width, items, columns, schema, sort } = props
  return (
    <div className="grid-header" style={{ width }} role="row" aria-rowindex={1} data-row={-1}>
      <span className="grid-corner" role="columnheader" aria-colindex={1} aria-label="Details" />
      {items.map((item) => {
        const index = columns[item.index] ?? 0
        const column = schema[index]
        const direction = sort?.column === index ? (sort.descending ? 'descending' : 'ascending') : 'none'
        return column && <HeaderCell key={item.key} {...props} item={item} column={column} direction={direction} />
      })}
    </div>
  )
}

interface HeaderCellProps extends GridHeaderProps {
  readonly item: VirtualItem
  readonly column: ResultColumn
  readonly direction: 'ascending' | 'descending' | 'none'
}

function HeaderCell({ activeId, item, column, direction, active, onResize, onFit }: HeaderCellProps) {
  return (
    <div
      role="columnheader"
      id={active === item.index ? activeId : undefined}
      aria-colindex={item.index + 2}
      aria-sort={direction}
      title={`${column.name}: ${column.type}`}
      data-column={item.index}
      className={`grid-header-cell${isNumeric(column.type) ? ' is-number' : ''}${active === item.index ? ' is-active' : ''}`}
      style={{ left: item.start, width: item.size }}
    >
      <span className="grid-header-name">{column.name}</span>
      {direction === 'ascending' && <ArrowSortUpRegular />}
      {direction === 'descending' && <ArrowSortDownRegular />}
      <Resizer width={item.size} onWidth={(width) => onResize(item.index, width)} onFit={() => onFit(item.index)} />
    </div>
  )
}

interface ResizerProps {
  readonly width: number
  readonly onWidth: (width: number) => void
  readonly onFit: () => void
}

function Resizer({ width, onWidth, onFit }: ResizerProps) {
  const begin = (event: PointerEvent<HTMLSpanElement>) => {
    event.preventDefault()
    const from = event.clientX
    const handle = event.currentTarget
    handle.setPointerCapture(event.pointerId)
    const move = (moved: globalThis.PointerEvent) => onWidth(width + moved.clientX - from)
    const end = () => handle.removeEventListener('pointermove', move)
    handle.addEventListener('pointermove', move)
    handle.addEventListener('pointerup', end, { once: true })
    handle.addEventListener('pointercancel', end, { once: true })
  }
  return (
    // The keyboard resizes with Shift and the arrow keys on the header cell.
    <span
      className="grid-resizer"
      aria-hidden
      data-resizer
      onPointerDown={begin}
      onDoubleClick={(event) => {
        event.stopPropagation()
        onFit()
      }}
    />
  )
}
