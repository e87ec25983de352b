// State of the grid: active cell, open rows, column widths, and the two virtual lists that decide what is in the page.
import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ResultTable } from '../../api/types.ts'
import type { Place } from './grid-keys.ts'
import {
  arrowWidth,
  detailHeight,
  headerHeight,
  indexOf,
  initialWidth,
  itemAt,
  narrowest,
  rowHeight,
} from './grid-layout.ts'

export interface GridShape {
  readonly table: ResultTable
  /** Row numbers of the table, in the order shown. */
  readonly order: readonly number[]
  /** Column numbers of the table, in the order shown. */
  readonly columns: readonly number[]
}

export interface GridState {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly rows: Virtualizer<HTMLDivElement, Element>
  readonly columns: Virtualizer<HTMLDivElement, Element>
  readonly active: Place
  /** Positions of open rows, ascending. */
  readonly open: readonly number[]
  readonly goTo: (place: Place) => void
  readonly toggle: (position: number) => void
  /** By place among the shown columns. */
  readonly resize: (column: number, width: number) => void
  readonly fit: (column: number) => void
}

export function useGrid({ table, order, columns }: GridShape): GridState {
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<Place>({ row: 0, column: 0 })
  const { open, toggle } = useOpenRows(order)
  const { widths, resize } = useWidths(table, columns)
  const rowList = useRowList(scroller, order.length, open, columns.length)
  const columnList = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => widths[index] ?? narrowest,
    overscan: 3,
    paddingStart: arrowWidth,
    scrollPaddingStart: arrowWidth,
    useFlushSync: false,
  })
  useEffect(() => {
    if (widths) columnList.measure()
  }, [columnList, widths])
  const goTo = useCallback(
    (place: Place) => {
      setActive(place)
      if (place.row >= 0) rowList.scrollToIndex(indexOf(place.row, open))
      columnList.scrollToIndex(place.column)
    },
    [rowList, columnList, open],
  )
  const fit = (column: number) => {
    const index = columns[column] ?? 0
    const shown = table.columns[index]
    const onScreen = rowList
      .getVirtualItems()
      .map((item) => table.rows[order[itemAt(item.index, open).position] ?? 0] ?? [])
    if (shown) resize(column, initialWidth(shown, index, onScreen))
  }
  return { scroller, rows: rowList, columns: columnList, active, open, goTo, toggle, resize, fit }
}

function useRowList(
  scroller: RefObject<HTMLDivElement | null>,
  count: number,
  open: readonly number[],
  properties: number,
): Virtualizer<HTMLDivElement, Element> {
  const list = useVirtualizer({
    count: count + open.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (itemAt(index, open).kind === 'row' ? rowHeight : detailHeight(properties)),
    overscan: 8,
    scrollMargin: headerHeight,
    scrollPaddingStart: headerHeight,
    useFlushSync: false,
  })
  useEffect(() => {
    if (open) list.measure()
  }, [list, open])
  return list
}

function useOpenRows(order: readonly number[]) {
  const [rows, setRows] = useState<ReadonlySet<number>>(new Set())
  const open = useMemo(
    () => (rows.size === 0 ? [] : order.flatMap((row, position) => (rows.has(row) ? [position] : []))),
    [rows, order],
  )
  const toggle = useCallback(
    (position: number) => {
      const row = order[position]
      if (row !== undefined) setRows((before) => before.symmetricDifference(new Set([row])))
    },
    [order],
  )
  return { open, toggle }
}

function useWidths({ columns, rows }: ResultTable, shown: readonly number[]) {
  const [changed, setChanged] = useState<ReadonlyMap<number, number>>(new Map())
  const initial = useMemo(() => columns.map((column, index) => initialWidth(column, index, rows)), [columns, rows])
  const widths = useMemo(
    () => shown.map((column) => changed.get(column) ?? initial[column] ?? narrowest),
    [shown, changed, initial],
  )
  const resize = useCallback(
    (place: number, width: number) => {
      const column = shown[place]
      if (column !== undefined)
        setChanged((before) => new Map(before).set(column, Math.max(narrowest, Math.round(width))))
    },
    [shown],
  )
  return { widths, resize }
}
