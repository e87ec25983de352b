// biome-ignore-all lint/a11y/useFocusableInteractive: focus stays on the grid, which names the active cell
// biome-ignore-all lint/a11y/useSemanticElements: a table whose rows come and go cannot be a <table>
// A virtual table for tens of thousands of rows: sorting, resizing, opening rows, keyboard and screen reader.
// Focus stays on the grid; aria-activedescendant names the active cell, because cells come and go while scrolling.
import type { VirtualItem } from '@tanstack/react-virtual'
import { type CSSProperties, type KeyboardEvent, type MouseEvent, useId, useMemo, useState } from 'react'
import type { Cell, ResultColumn, Row } from '../../api/types.ts'
import { copyText } from '../copy.ts'
import { rowToJson, toTabbed } from '../table-text/table-text.ts'
import { CellMenu, type MenuPlace } from './cell-menu.tsx'
import { plainText, type TimeZone } from './cell-text.ts'
import { GridHeader } from './grid-header.tsx'
import { moved, type Place } from './grid-keys.ts'
import { arrowWidth, headerHeight, itemAt, rowHeight } from './grid-layout.ts'
import { cellSlots, GridRow } from './grid-row.tsx'
import { RowDetail } from './row-detail.tsx'
import type { Sort } from './row-order.ts'
import { type GridShape, type GridState, useGrid } from './use-grid.ts'
import './grid.css'

export interface DataGridProps extends GridShape {
  readonly label: string
  readonly sort: Sort | undefined
  /** A column of the table was clicked. */
  readonly onSort: (column: number) => void
  readonly zone: TimeZone
  readonly onFilter?: (column: ResultColumn, value: Cell, negated: boolean) => void
}

const sizes = {
  '--grid-row-height': `${rowHeight}px`,
  '--grid-header-height': `${headerHeight}px`,
  '--grid-arrow-width': `${arrowWidth}px`,
} as CSSProperties

export function DataGrid(props: DataGridProps) {
  const { label, table, order, columns, sort, onSort } = props
  const activeId = useId()
  const grid = useGrid(props)
  const actions = cellActions(props, grid)
  const [menu, setMenu] = useState<(MenuPlace & { readonly place: Place }) | undefined>()
  const width = grid.columns.getTotalSize()
  const { active } = grid
  return (
    <div
      ref={grid.scroller}
      className="grid-scroller"
      style={sizes}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={order.length + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={order.length > 0 ? activeId : undefined}
      onKeyDown={(event) => keyDown(event, grid, actions, { rows: order.length, columns: columns.length })}
      onClick={(event) => click(event, grid, (place) => onSort(columns[place.column] ?? 0))}
      onDoubleClick={(event) => doubleClick(event, grid)}
      onContextMenu={(event) => {
        const place = placeOf(event.target) ?? (event.target === event.currentTarget ? active : undefined)
        if (!place || place.row < 0) return
        event.preventDefault()
        grid.goTo(place)
        const cell = document.getElementById(activeId)?.getBoundingClientRect()
        const mouse = event.button === 2 || !cell
        setMenu({ place, x: mouse ? event.clientX : cell.left + 12, y: mouse ? event.clientY : cell.bottom })
      }}
    >
      <GridHeader
        activeId={activeId}
        width={width}
        items={grid.columns.getVirtualItems()}
        columns={columns}
        schema={table.columns}
        sort={sort}
        active={active.row < 0 ? active.column : -1}
        onResize={grid.resize}
        onFit={grid.fit}
      />
      <Lines {...props} activeId={activeId} grid={grid} width={width} />
      {menu && <CellMenu at={menu} onClose={() => setMenu(undefined)} {...actions(menu.place)} />}
    </div>
  )
}

interface LinesProps extends DataGridProps {
  readonly activeId: string
  readonly grid: GridState
  readonly width: number
}

function Lines({ activeId, grid, width, table, order, columns, zone, onFilter }: LinesProps) {
  const items = grid.columns.getVirtualItems()
  const cells = useMemo(() => cellSlots(items, columns, table.columns), [items, columns, table])
  const viewport = grid.scroller.current?.clientWidth ?? width
  const lines = bySlot(grid.rows.getVirtualItems())
  return (
    <div role="rowgroup" style={{ position: 'relative', height: grid.rows.getTotalSize(), width }}>
      {lines.map(({ line, slot }) => {
        const { kind, position } = itemAt(line.index, grid.open)
        const row = table.rows[order[position] ?? -1] ?? noCells
        const top = line.start - headerHeight
        if (kind === 'row') {
          const open = grid.open.includes(position)
          const active = grid.active.row === position ? grid.active.column : -1
          const shared = { row, position, top, width, cells, zone, open, active, activeId }
          return <GridRow key={slot} {...shared} />
        }
        return (
          <div
            key={`detail ${order[position]}`}
            role="row"
            className="grid-detail"
            style={{ width: Math.max(width, viewport), height: line.size, transform: `translateY(${top}px)` }}
          >
            <div role="gridcell" className="grid-detail-inner" style={{ width: viewport }}>
              <RowDetail schema={table.columns} row={row} columns={columns} zone={zone} onFilter={onFilter} />
            </div>
          </div>
        )
      })}
    </div>
  )
}

const noCells: Row = []

/**
 * Gives every line an element that it shares with lines off the screen: changing texts is cheaper than making elements.
 * In the order of the elements, so that none has to move.
 */
function bySlot(lines: readonly VirtualItem[]): readonly { readonly line: VirtualItem; readonly slot: number }[] {
  const slots = Math.ceil((lines.length + 1) / 16) * 16
  return lines.map((line) => ({ line, slot: line.index % slots })).sort((a, b) => a.slot - b.slot)
}

type CellActions = (place: Place) => {
  readonly onCopyCell: () => void
  readonly onCopyRow: () => void
  readonly onCopyJson: () => void
  readonly onFilter: ((negated: boolean) => void) | undefined
}

function cellActions({ table, order, columns, onFilter }: DataGridProps, grid: GridState): CellActions {
  const focusGrid = () => grid.scroller.current?.focus()
  return (place) => {
    const row: Row = table.rows[order[place.row] ?? -1] ?? []
    const index = columns[place.column] ?? -1
    const column = table.columns[index]
    const value = row[index] ?? null
    const copy = (text: string) => void copyText(text).then(focusGrid)
    return {
      onCopyCell: () => copy(plainText(value)),
      onCopyRow: () => copy(toTabbed([columns.map((shown) => row[shown] ?? null)])),
      onCopyJson: () => copy(rowToJson(table.columns, row)),
      onFilter: onFilter && column ? (negated) => onFilter(column, value, negated) : undefined,
    }
  }
}

function keyDown(
  event: KeyboardEvent<HTMLDivElement>,
  grid: GridState,
  actions: CellActions,
  extent: { readonly rows: number; readonly columns: number },
): void {
  if (event.target !== event.currentTarget) return
  const { key, shiftKey } = event
  const ctrl = event.ctrlKey || event.metaKey
  const { active } = grid
  const page = Math.max(1, Math.floor((event.currentTarget.clientHeight - headerHeight) / rowHeight) - 1)
  const step = { ArrowLeft: -16, ArrowRight: 16 }[key]
  const to = moved(active, { key, ctrl }, { ...extent, page })
  if (active.row < 0 && shiftKey && step) grid.resize(active.column, columnSize(grid, active.column) + step)
  else if (to) grid.goTo(to)
  else if (key === 'Enter' || key === ' ') activate(event.currentTarget, grid)
  else if (key === 'Escape' && grid.open.includes(active.row)) grid.toggle(active.row)
  else if (ctrl && key.toLowerCase() === 'c' && !window.getSelection()?.toString()) {
    if (shiftKey) actions(active).onCopyRow()
    else actions(active).onCopyCell()
  } else return
  event.preventDefault()
}

function activate(scroller: HTMLDivElement, { active, toggle }: GridState): void {
  if (active.row >= 0) toggle(active.row)
  else scroller.querySelector<HTMLElement>(`[data-row="-1"] [data-column="${active.column}"]`)?.click()
}

function columnSize(grid: GridState, column: number): number {
  return grid.columns.measurementsCache[column]?.size ?? 0
}

function click(event: MouseEvent<HTMLDivElement>, grid: GridState, sortBy: (place: Place) => void): void {
  const target = event.target instanceof Element ? event.target : undefined
  if (!target || target.closest('[data-resizer]')) return
  if (target.closest('[data-toggle]')) {
    const row = rowOf(target)
    grid.goTo({ row, column: grid.active.column })
    grid.toggle(row)
    grid.scroller.current?.focus({ preventScroll: true })
    return
  }
  const place = placeOf(target)
  if (!place) return
  grid.goTo(place)
  if (place.row < 0) sortBy(place)
}

function doubleClick(event: MouseEvent<HTMLDivElement>, grid: GridState): void {
  const place = placeOf(event.target)
  if (!place || place.row < 0) return
  window.getSelection()?.removeAllRanges()
  grid.toggle(place.row)
}

function placeOf(target: EventTarget): Place | undefined {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-column]') : null
  return cell ? { row: rowOf(cell), column: Number(cell.dataset.column) } : undefined
}

function rowOf(element: Element): number {
  return Number(element.closest<HTMLElement>('[data-row]')?.dataset.row)
}
