// Cells as the Log Analytics API writes them in JSON, by column type.
// https://learn.microsoft.com/azure/azure-monitor/logs/api/response-format
import type { Cell, Column, Row, ScalarType } from '@conshelf/kql'
import { formatTimespan } from '../core/time-range.ts'

/** Newer than the compiler's library: a value that JSON.stringify writes as this text. */
const { rawJSON } = JSON as typeof JSON & { readonly rawJSON: (text: string) => object }

/** What JSON.stringify writes as this API has it. */
type Wire = Exclude<Cell, bigint> | object

/** For the types whose cells are not written as they are; never called with null. */
export type Conversions = Readonly<Partial<Record<ScalarType, (cell: Exclude<Cell, null>) => Wire>>>

export const azureConversions: Conversions = {
  long: (cell) => (typeof cell === 'bigint' ? rawJSON(cell.toString()) : cell),
  real: (cell) => (Number.isFinite(cell) || typeof cell === 'bigint' ? Number(cell) : String(cell)),
  decimal: String,
  datetime: (cell) => trimmedInstant(String(cell)),
  timespan: (cell) => timespanText(cell),
}

/** A function from rows to the JSON texts of their arrays, joined by commas. */
export function rowsWriter(
  columns: readonly Column[],
  conversions: Conversions = azureConversions,
): (rows: readonly Row[]) => string {
  const convertRow = rowConverter(columns, conversions)
  // Writing a chunk in one call is several times faster than writing it cell by cell.
  return (rows) => JSON.stringify(rows.map(convertRow)).slice(1, -1)
}

/** A function from a row to what JSON.stringify writes as its array. */
export function rowConverter(columns: readonly Column[], conversions: Conversions): (row: Row) => readonly unknown[] {
  const changes = columns.flatMap(({ type }, index) => {
    const convert = conversions[type]
    return convert ? [{ index, convert }] : []
  })
  const texts = columns.flatMap(({ type }, index) => (type === 'string' ? [index] : []))
  return (row) => {
    const wire: unknown[] = row.slice()
    for (const { index, convert } of changes) {
      const cell = row[index]
      if (cell !== null && cell !== undefined) wire[index] = convert(cell)
    }
    // A string is never null.
    for (const index of texts) wire[index] ??= ''
    return wire
  }
}

/** `2015-12-31T23:59:59.9Z`: the fraction without trailing zeros. */
export function trimmedInstant(text: string): string {
  if (text.endsWith('.0000000Z')) return `${text.slice(0, -9)}Z`
  return text.includes('.') ? text.replace(/\.?0*Z$/, 'Z') : text
}

export function timespanText(cell: Cell): string {
  return typeof cell === 'number' || typeof cell === 'bigint' ? formatTimespan(cell) : ''
}
