// Rows of one table as separated values (CSV, TSV, PSV), by the order of its columns, without a line of names.
// https://learn.microsoft.com/kusto/ingestion-supported-formats
import type { Column } from '@conshelf/kql'
import { csvRecords } from '../delimited/records.ts'
import { parseExact } from '../json/exact.ts'
import type { JsonFields } from '../json/records.ts'
import { engineInstant } from '../rows/instant.ts'
import { type Decoded, type Json, MalformedBody, type Receiver } from '../types.ts'

export interface DelimitedParts {
  readonly table: string
  readonly separator: ',' | '\t' | '|'
  /** Those that the table has of its own. */
  readonly columns: readonly Column[]
  /** The same with the time column, in their order: what a record of so many fields has. Absent: there is no such order. */
  readonly withTime?: readonly Column[]
  readonly timeColumn: string
}

/** Columns beyond the last value are empty, values beyond the last column are passed over, as Kusto has it. */
export function delimited(parts: DelimitedParts): Receiver {
  return {
    name: 'delimited',
    async *decode(body) {
      let batch: Decoded[] = []
      for await (const values of recordsOf(body, parts.separator)) {
        if (batch.push(rowOf(values, parts)) < 500) continue
        yield batch
        batch = []
      }
      yield batch
    },
  }
}

async function* recordsOf(
  body: AsyncIterable<Uint8Array>,
  separator: string,
): AsyncGenerator<readonly string[], void, undefined> {
  const inside: { failure?: unknown } = {}
  try {
    yield* csvRecords(textsOf(body, inside), separator)
  } catch (error) {
    if (inside.failure !== undefined) throw inside.failure
    throw new MalformedBody(error instanceof Error ? error.message : String(error))
  }
}

/** A failure of the body itself passes through as it is. */
async function* textsOf(
  body: AsyncIterable<Uint8Array>,
  inside: { failure?: unknown },
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8')
  try {
    for await (const chunk of body) yield decoder.decode(chunk, { stream: true })
  } catch (error) {
    inside.failure = error
    throw error
  }
  yield decoder.decode()
}

function rowOf(values: readonly string[], parts: DelimitedParts): Decoded {
  const { table, timeColumn, withTime } = parts
  const raw = values.join(parts.separator)
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
