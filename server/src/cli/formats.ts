// Result tables as text: table, json, csv, ndjson.
import type { ResultTable, Value } from './result.ts'

export const formats = ['table', 'json', 'csv', 'ndjson'] as const
export type Format = (typeof formats)[number]

export function formatTable(table: ResultTable, format: Format, width: number | undefined): string {
  switch (format) {
    case 'table':
      return gridText(table, width)
    case 'json':
      return `[${table.rows.map((row) => `\n  ${objectText(table, row)}`).join(',')}\n]\n`
    case 'ndjson':
      return table.rows.map((row) => `${objectText(table, row)}\n`).join('')
    case 'csv':
      return csvText(table)
    default:
      return format satisfies never
  }
}

/** Dynamic values are embedded as the JSON they are. */
function objectText({ columns }: ResultTable, row: readonly Value[]): string {
  const members = columns.map(
    ({ name, type }, index) => `${JSON.stringify(name)}:${valueText(row[index] ?? null, type)}`,
  )
  return `{${members.join(',')}}`
}

function valueText(value: Value, type: string): string {
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

/** RFC 4180, with a line of names; null is empty. */
function csvText({ columns, rows }: ResultTable): string {
  const line = (fields: readonly string[]) => `${fields.map(csvField).join(',')}\r\n`
  return line(columns.map(({ name }) => name)) + rows.map((row) => line(row.map(plainText))).join('')
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function plainText(value: Value): string {
  return value === null ? '' : String(value)
}

const numeric = new Set(['int', 'long', 'real', 'decimal'])
const gap = '  '

/** Columns side by side; on a screen the widest ones give way until the line fits. */
function gridText({ columns, rows }: ResultTable, width: number | undefined): string {
  const cells = rows.map((row) => columns.map(({ type }, index) => gridCell(row[index] ?? null, type)))
  const natural = columns.map(({ name }, index) =>
    cells.reduce((most, row) => Math.max(most, lengthOf(row[index] ?? '')), lengthOf(name)),
  )
  const widths = width === undefined ? natural : fitted(natural, width)
  const line = (texts: readonly string[]) =>
    texts
      .map((text, index) => padded(text, widths[index] ?? 0, numeric.has(columns[index]?.type ?? '')))
      .join(gap)
      .trimEnd()
  const rule = widths.map((size) => '─'.repeat(size)).join(gap)
  const lines = [line(columns.map(({ name }) => name)), rule, ...cells.map(line)]
  return columns.length === 0 ? '' : `${lines.join('\n')}\n`
}

function gridCell(value: Value, type: string): string {
  const text = type === 'dynamic' && typeof value === 'string' ? unquoted(value) : plainText(value)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters would move the cursor.
  return text.replace(/\r?\n/g, '↵').replace(/[\u0000-\u001f\u007f]/g, ' ')
}

/** A dynamic value that is a string, as the string. */
function unquoted(json: string): string {
  if (!json.startsWith('"')) return json
  try {
    return String(JSON.parse(json))
  } catch {
    return json
  }
}

function lengthOf(text: string): number {
  return [...text].length
}

function padded(text: string, size: number, right: boolean): string {
  const length = lengthOf(text)
  if (length > size) return `${[...text].slice(0, Math.max(size - 1, 0)).join('')}…`
  const blanks = ' '.repeat(size - length)
  return right ? blanks + text : text + blanks
}

const narrowest = 8

function fitted(natural: readonly number[], width: number): readonly number[] {
  const widths = natural.map((size) => Math.min(size, width))
  const total = () => widths.reduce((sum, size) => sum + size, gap.length * (widths.length - 1))
  while (total() > width) {
    const most = Math.max(...widths)
    if (most <= narrowest) break
    widths[widths.indexOf(most)] = most - 1
  }
  return widths
}
