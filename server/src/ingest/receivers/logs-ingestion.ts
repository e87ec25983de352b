// The Logs Ingestion API: an array of objects for a stream of a data collection rule, one flow of it at a time.
// https://learn.microsoft.com/azure/azure-monitor/logs/logs-ingestion-api-overview
import { type Cell, type Column, formatTimespan, type Row } from '@conshelf/kql'
import { exactInteger, jsonText, parseExact } from '../json/exact.ts'
import { isFields, type JsonFields } from '../json/records.ts'
import { coercions } from '../rows/coerce.ts'
import { type Flow, transformation } from '../rules/rule.ts'
import { type Decoded, type Json, type JsonObject, MalformedBody, type Receiver, type RowQueries } from '../types.ts'

/** Characters of a value beyond which it is cut. https://learn.microsoft.com/azure/azure-monitor/fundamentals/service-limits */
const longestValue = 65_536

export interface FlowParts {
  readonly flow: Flow
  /** Of the stream. */
  readonly columns: readonly Column[]
  /** Of the table. */
  readonly tableColumns: readonly Column[]
  readonly queries: Pick<RowQueries, 'run'>
}

export function logsIngestion(parts: FlowParts): Receiver {
  return {
    name: 'logs-ingestion',
    async *decode(body) {
      const records = arrayOf(await textOf(body))
      const rows: JsonFields[] = []
      const others: Decoded[] = []
      for (const record of records) {
        if (isFields(record)) rows.push(streamRow(record, parts.columns))
        else others.push({ rejected: 'a record must be a JSON object', raw: jsonText(record) })
      }
      yield [...(await flowed(rows, parts)), ...others]
    },
  }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function arrayOf(text: string): readonly Json[] {
  let value: Json
  try {
    value = parseExact(text)
  } catch (error) {
    throw new MalformedBody(`the body is not JSON: ${error instanceof Error ? error.message : error}`)
  }
  if (Array.isArray(value)) return value as readonly Json[]
  throw new MalformedBody('the body must be a JSON array of objects')
}

/** The declared columns of a record; what is missing or does not convert is null. */
function streamRow(record: JsonFields, columns: readonly Column[]): JsonFields {
  const row: JsonFields = {}
  for (const { name, type } of columns) {
    const value = Object.hasOwn(record, name) ? coercions[type](record[name] ?? null) : null
    if (value === undefined || value === null) continue
    row[name] = typeof value === 'string' && value.length > longestValue ? value.slice(0, longestValue) : value
  }
  return row
}

async function flowed(
  rows: readonly JsonFields[],
  { flow, columns, tableColumns, queries }: FlowParts,
): Promise<Decoded[]> {
  const kept = new Map(tableColumns.map((column) => [column.name, column]))
  if (flow.transform === undefined) return rows.map((fields) => tableRow(fields, flow, kept))
  const ndjson = Buffer.from(rows.map((row) => `${jsonText(row)}\n`).join(''))
  const result = await queries.run(transformation(flow.transform, columns), new Map([['source', ndjson]]))
  return result.rows.map((row) => tableRow(fieldsOf(row, result.columns), flow, kept))
}

function tableRow(fields: JsonObject, { table }: Flow, kept: ReadonlyMap<string, unknown>): Decoded {
  const own = Object.fromEntries(Object.entries(fields).filter(([name]) => kept.has(name)))
  return { table, fields: own, misfits: 'leave out' }
}

/** A row of an answer as ingestion takes it; what is null is missing. */
export function fieldsOf(row: Row, columns: readonly Column[]): JsonFields {
  const fields: JsonFields = {}
  for (const [index, { name, type }] of columns.entries()) {
    const cell = row[index] ?? null
    if (cell !== null) fields[name] = jsonOf(cell, type)
  }
  return fields
}

/** A cell of an answer as ingestion takes values. */
function jsonOf(cell: Exclude<Cell, null>, type: Column['type']): Json {
  if (type === 'timespan') return formatTimespan(BigInt(cell))
  if (type === 'dynamic' && typeof cell === 'string') return parseExact(cell)
  return typeof cell === 'bigint' ? exactInteger(cell) : cell
}
