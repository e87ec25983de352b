// Moving through the grid with the keyboard: https://www.w3.org/WAI/ARIA/apg/patterns/grid/

/** The active cell. Row -1 is the header. */
export interface Place {
  readonly row: number
  readonly column: number
}

export interface Extent {
  readonly rows: number
  readonly columns: number
  /** Rows on a screen. */
  readonly page: number
}

export interface Keys {
  readonly key: string
  /** Ctrl, or Command on a Mac. */
  readonly ctrl: boolean
}

/** Where a key leads; undefined when it is not a movement. */
export function moved({ row, column }: Place, { key, ctrl }: Keys, extent: Extent): Place | undefined {
  const to = target({ row, column }, key, ctrl, extent)
  return to && { row: clamp(to.row, -1, extent.rows - 1), column: clamp(to.column, 0, extent.columns - 1) }
}

function target(
  { row, column }: Place,
  key: string,
  ctrl: boolean,
  { rows, columns, page }: Extent,
): Place | undefined {
  switch (key) {
    case 'ArrowUp':
      return { row: ctrl ? 0 : row - 1, column }
    case 'ArrowDown':
      return { row: ctrl ? rows - 1 : row + 1, column }
    case 'ArrowLeft':
      return { row, column: ctrl ? 0 : column - 1 }
    case 'ArrowRight':
      return { row, column: ctrl ? columns - 1 : column + 1 }
    case 'Home':
      return { row: ctrl ? 0 : row, column: 0 }
    case 'End':
      return { row: ctrl ? rows - 1 : row, column: columns - 1 }
    case 'PageUp':
      return { row: Math.max(0, row - page), column }
    case 'PageDown':
      return { row: row + page, column }
    default:
      return undefined
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value))
}
