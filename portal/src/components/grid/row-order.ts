// Which rows a grid shows, in which order: filter text and sort column as pure functions over row numbers.
import type { Cell, ResultColumn, Row } from '../../api/types.ts'

export interface Sort {
  readonly column: number
  readonly descending: boolean
}

/** Row numbers of the rows that contain the text, ignoring case, in one of the columns given. Blank text: all rows. */
export function matchingRows(rows: readonly Row[], columns: readonly number[], text: string): readonly number[] {
  const wanted = text.trim()
  const all = rows.map((_, index) => index)
  if (wanted === '') return all
  const pattern = new RegExp(wanted.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'i')
  return all.filter((index) => columns.some((column) => matches(rows[index]?.[column], pattern)))
}

function matches(value: Cell | undefined, pattern: RegExp): boolean {
  return value !== null && value !== undefined && pattern.test(typeof value === 'string' ? value : String(value))
}

/** Stable. As in KQL, nulls come last when descending and first when ascending. */
export function sortedRows(
  rows: readonly Row[],
  order: readonly number[],
  columns: readonly ResultColumn[],
  sort: Sort | undefined,
): readonly number[] {
  const column = sort && columns[sort.column]
  if (!sort || !column) return order
  const key = sortKey(column)
  const keys = new Map(order.map((index) => [index, key(rows[index]?.[sort.column] ?? null)]))
  const sign = sort.descending ? -1 : 1
  return [...order].sort((a, b) => sign * compare(keys.get(a) ?? null, keys.get(b) ?? null) || a - b)
}

type Key = null | number | bigint | string
const collator = new Intl.Collator('en', { sensitivity: 'base' })

function compare(a: Key, b: Key): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b) || (a < b ? -1 : 1)
  return a < b ? -1 : a > b ? 1 : 0
}

/** Texts of the wire as values that compare as what they mean. */
function sortKey({ type }: ResultColumn): (value: Cell) => Key {
  switch (type) {
    case 'bool':
      return (value) => (value === null ? null : Number(value))
    case 'int':
    case 'long':
      return (value) => (typeof value === 'bigint' ? value : numberOrNull(value))
    case 'real':
    case 'decimal':
      return numberOrNull
    case 'timespan':
      return (value) => (value === null ? null : ticks(String(value)))
    case 'datetime':
      // Fractions are trimmed, so "…59Z" must sort before "…59.9Z".
      return (value) => (value === null ? null : String(value).replace(/Z$/, ''))
    case 'string':
    case 'guid':
    case 'dynamic':
      return (value) => (value === null ? null : String(value))
    default:
      return type satisfies never
  }
}

/** NaN arrives as text and has no order: with the nulls. */
function numberOrNull(value: Cell): number | null {
  if (value === null) return null
  const number = Number(value)
  return Number.isNaN(number) ? null : number
}

/** `[-][d.]hh:mm:ss[.fffffff]` in units of 100 ns. */
function ticks(text: string): number | null {
  const parts = /^(-)?(?:(\d+)\.)?(\d+):(\d+):(\d+)(?:\.(\d+))?$/.exec(text)
  if (!parts) return null
  const [, minus, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = parts
  const whole = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)
  const value = whole * 10_000_000 + Number(fraction.padEnd(7, '0'))
  return minus ? -value : value
}
