// Tables as text: CSV (RFC 4180), tab-separated and JSON, for downloads and the clipboard.
import type { Cell, ResultColumn, Row, ScalarType } from '../../api/types.ts'

export function toCsv(columns: readonly ResultColumn[], rows: readonly Row[]): string {
  const lines = [columns.map(({ name }) => csvField(name)), ...rows.map((row) => row.map(csvField))]
  return lines.map((fields) => fields.join(',')).join('\r\n')
}

/** Excel and Sheets run texts that begin like a formula; a leading apostrophe keeps them texts. */
function csvField(value: Cell): string {
  if (value === null) return ''
  const text = String(value)
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One line a row; tabs and line ends inside values become spaces, because pasting knows no quotes. */
export function toTabbed(rows: readonly Row[]): string {
  return rows.map((row) => row.map((cell) => String(cell ?? '').replace(/[\t\r\n]+/g, ' ')).join('\t')).join('\n')
}

/** An array of objects; dynamic values become the JSON that they hold. */
export function toJson(columns: readonly ResultColumn[], rows: readonly Row[]): string {
  return `[${rows.map((row) => objectText(columns, row)).join(',\n')}]`
}

export function rowToJson(columns: readonly ResultColumn[], row: Row): string {
  return objectText(columns, row)
}

function objectText(columns: readonly ResultColumn[], row: Row): string {
  const members = columns.map(
    ({ name, type }, index) => `${JSON.stringify(name)}: ${jsonText(row[index] ?? null, type)}`,
  )
  return `{${members.join(', ')}}`
}

function jsonText(value: Cell, type: ScalarType): string {
  if (typeof value === 'bigint') return value.toString()
  if (type === 'dynamic' && typeof value === 'string' && isJson(value)) return value
  return JSON.stringify(value)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
