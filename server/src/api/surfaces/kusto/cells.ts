// Cells as Kusto writes them in JSON: like Azure Monitor's, but dynamic values are JSON themselves and times have seven digits.
// https://learn.microsoft.com/kusto/api/rest/response-v2
import type { Cell, Column, Row } from '@conshelf/kql'
import { azureConversions, type Conversions, rowConverter, rowsWriter } from '../../azure-cells.ts'

const conversions: Conversions = { ...azureConversions, datetime: (cell) => wholeSecond(String(cell)) }

/** `2015-12-31T23:59:59Z`, and all seven digits where there is a fraction. */
function wholeSecond(text: string): string {
  return text.endsWith('.0000000Z') ? `${text.slice(0, -9)}Z` : text
}

/** A function from rows to the JSON texts of their arrays, joined by commas. */
export function kustoRowsWriter(columns: readonly Column[]): (rows: readonly Row[]) => string {
  if (!columns.some(({ type }) => type === 'dynamic')) return rowsWriter(columns, conversions)
  const convert = rowConverter(columns, conversions)
  const isDynamic = columns.map(({ type }) => type === 'dynamic')
  const written = (row: Row) =>
    convert(row).map((wire, at) => (isDynamic[at] ? dynamicJson(row[at] ?? null) : JSON.stringify(wire)))
  return (rows) => rows.map((row) => `[${written(row).join(',')}]`).join(',')
}

/** The text of the value as it is stored, so that no digit of it changes; a text that is no JSON is a string. */
function dynamicJson(cell: Cell): string {
  if (typeof cell !== 'string') return JSON.stringify(cell)
  try {
    JSON.parse(cell)
    return cell
  } catch {
    return JSON.stringify(cell)
  }
}
