// Text of a file -> records, as texts of their fields, by the format that the file is said to have.
// https://learn.microsoft.com/azure/data-explorer/ingestion-supported-formats
import type { Column } from '../model.ts'

export type Format = 'csv' | 'tsv' | 'tsve' | 'psv' | 'scsv' | 'sohsv' | 'txt' | 'raw' | 'json' | 'multijson'

/** A record: the text of each column's value, empty where there is none. */
type Read = (text: string, columns: readonly Column[]) => string[][]

/** Fields in quotes may hold what parts fields and records; two quotes stand for one (RFC 4180). */
function separated(text: string, separator: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  let at = 0
  while (at < text.length) {
    let field = ''
    if (text[at] === '"') {
      for (;;) {
        const end = text.indexOf('"', at + 1)
        if (end < 0) throw new Error('a quote is not closed')
        field += text.slice(at + 1, end)
        at = end + 1
        if (text[at] !== '"') break
        field += '"'
      }
    }
    let end = at
    while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end++
    record.push(field + text.slice(at, end))
    at = end + 1
    if (text[end] === separator && at < text.length) continue
    if (text[end] === separator) record.push('')
    if (text[end] === '\r' && text[at] === '\n') at++
    if (record.length > 1 || record[0] !== '') records.push(record)
    record = []
  }
  return records
}

const lines = (text: string): string[] => text.split(/\r\n|\n|\r/).filter((line) => line !== '')

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' }

function escapedFields(line: string): string[] {
  const fields = ['']
  for (let at = 0; at < line.length; at++) {
    const c = line[at] as string
    const next = line[at + 1] ?? ''
    if (c === '\t') fields.push('')
    else fields[fields.length - 1] += c === '\\' ? (escapes[next] ?? next) : c
    if (c === '\\') at++
  }
  return fields
}

/** The texts of JSON documents that stand one behind another, or in one array. */
function documents(text: string): unknown[] {
  const found: unknown[] = []
  let [depth, start, quoted] = [0, -1, false]
  for (let at = 0; at < text.length; at++) {
    const c = text[at]
    if (quoted) {
      if (c === '\\') at++
      else if (c === '"') quoted = false
      continue
    }
    if (c === '"') quoted = true
    else if (c === '{' || c === '[') {
      if (depth === 0) start = at
      depth++
    } else if (c === '}' || c === ']') {
      depth--
      if (depth === 0) found.push(exactly(text.slice(start, at + 1)))
    } else if (depth === 0 && !/\s/.test(c ?? '')) throw new Error('the text is not JSON')
  }
  if (depth !== 0 || quoted) throw new Error('the last JSON document is not complete')
  return found.flat()
}

/** Numbers keep their digits, which a double may not hold. */
function exactly(text: string): unknown {
  const keep = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === 'number' && context?.source !== undefined ? rawJson(context.source) : value
  return JSON.parse(text, keep)
}
const rawJson = (source: string): unknown => (Reflect.get(JSON, 'rawJSON') as (text: string) => unknown)(source)

function fieldOf(document: unknown, column: Column): string {
  if (typeof document !== 'object' || document === null) throw new Error('a JSON document is not an object')
  const value: unknown = Reflect.get(document, column.name)
  if (value === undefined || value === null || !Object.hasOwn(document, column.name)) return ''
  return typeof value === 'string' && column.type !== 'dynamic' ? value : JSON.stringify(value)
}

const json: Read = (text, columns) => documents(text).map((d) => columns.map((c) => fieldOf(d, c)))

const readers: Readonly<Record<Format, Read>> = {
  csv: (text) => separated(text, ','),
  tsv: (text) => separated(text, '\t'),
  tsve: (text) => lines(text).map(escapedFields),
  psv: (text) => separated(text, '|'),
  scsv: (text) => separated(text, ';'),
  sohsv: (text) => separated(text, '\u0001'),
  txt: (text) => lines(text).map((line) => [line]),
  raw: (text) => [[text]],
  json,
  multijson: json,
}

export const formats = Object.keys(readers) as Format[]
export const isFormat = (name: string): name is Format => Object.hasOwn(readers, name)

/** What a file is by its name: `a.csv.gz` is csv; csv where the name does not tell. */
export function formatOf(address: string): Format | undefined {
  const path = address.replace(/[?#].*$/, '').toLowerCase()
  const extension = /\.([a-z0-9]+)(?:\.gz)?$/.exec(path.slice(path.lastIndexOf('/') + 1))?.[1] ?? ''
  if (isFormat(extension)) return extension
  return /^(parquet|avro|orc|xlsx?|zip)$/.test(extension) ? undefined : 'csv'
}

/** The records of a file, each with a text for every column. */
export function recordsOf(
  text: string,
  format: Format,
  columns: readonly Column[],
  ignoreFirst: boolean,
): readonly (readonly string[])[] {
  const records = readers[format](text.replace(/^\ufeff/, ''), columns)
  return (ignoreFirst ? records.slice(1) : records).map((r) => columns.map((_c, i) => r[i] ?? ''))
}
