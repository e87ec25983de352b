// Rows of one table as separated values (CSV, TSV, PSV), by the order of its columns, without a line of names.
// https://learn.microsoft.com/kusto/ingestion-supported-formats
import type { Column } from '@conshelf/kql'
import { DelimitedSplitter } from '../delimited/split.ts'
import { parseExact } from '../json/exact.ts'
import type { JsonFields } from '../json/records.ts'
import { engineInstant } from '../rows/instant.ts'
import type { Decoded, Json, Receiver } from '../types.ts'

export interface DelimitedParts {
  readonly table: string
  readonly separator: ',' | '\t' | '|'
  /** Those that the table has of its own. */
  readonly columns: readonly Column[]
  /** The same with the time column, in their order: what a record of so many fields has. Absent: there is no such order. */
  readonly withTime?: readonly Column[]
  readonly timeColumn: string
}

/** Columns beyond the last field are empty, fields beyond the last column are passed over, as Kusto has it. */
export function delimited(parts: DelimitedParts): Receiver {
  return {
    name: 'delimited',
    async *decode(body) {
      const splitter = new DelimitedSplitter(parts.separator)
      const decoder = new TextDecoder('utf-8')
      const rowsOf = (records: ReturnType<DelimitedSplitter['push']>): Decoded[] =>
        records.map(({ fields, text, open }) =>
          open ? { rejected: 'a quoted field has no end', raw: text } : rowOf(fields, text, parts),
        )
      for await (const chunk of body) yield rowsOf(splitter.push(decoder.decode(chunk, { stream: true })))
      yield rowsOf([...splitter.push(decoder.decode()), ...splitter.end()])
    },
  }
}

function rowOf(values: readonly string[], raw: string, parts: DelimitedParts): Decoded {
  const { table, timeColumn, withTime } = parts
  const columns = withTime?.length === values.length ? withTime : parts.columns
  const fields: JsonFields = {}
  for (const [at, { name, type }] of columns.entries()) {
    const value = values[at]
    if (value === undefined) break
    if (value === '' && type !== 'string') continue
    // The pipeline would take the time of arrival for one that it cannot read.
    if (name === timeColumn && engineInstant(value) === undefined)
      return { rejected: `'${value.slice(0, 100)}' is no time, and ${name} is one`, raw }
    fields[name] = type === 'dynamic' ? jsonOr(value) : value
  }
  return { table, fields, raw }
}

function jsonOr(text: string): Json {
  try {
    return parseExact(text)
  } catch {
    return text
  }
}
