// The HTTP Data Collector API: flat objects that become rows of `<Log-Type>_CL`, the type of each value in its column's name.
// https://learn.microsoft.com/azure/azure-monitor/logs/data-collector-api
import type { ScalarType } from '@conshelf/kql'
import { type JsonFields, readRecords } from '../json/records.ts'
import { coercions } from '../rows/coerce.ts'
import { type Suffix, suffixed, suffixTypes } from '../rows/suffix.ts'
import type { Decoded, Json, Receiver } from '../types.ts'
import { attempt } from './attempt.ts'

/** Characters of a value beyond which it is cut. */
const longestValue = 32_768

export interface LogType {
  readonly table: string
  /** The property with the record's time; absent or no time: that of arrival. */
  readonly timeField?: string
  readonly resourceId?: string
  /** Type of a column that the table has already. */
  readonly columnType: (name: string) => ScalarType | undefined
}

export function dataCollector(type: LogType): Receiver {
  return {
    name: 'data-collector',
    async *decode(body) {
      const columns = new ColumnChoice(type.columnType)
      for await (const batch of readRecords(body)) {
        yield batch.map(
          (record): Decoded =>
            'rejected' in record
              ? { rejected: record.rejected, raw: record.text }
              : attempt(record.text, () => rowOf(record.value, record.text, type, columns)),
        )
      }
    },
  }
}

function rowOf(
  record: JsonFields,
  raw: string,
  { table, timeField, resourceId }: LogType,
  columns: ColumnChoice,
): Decoded {
  const fields: JsonFields = { SourceSystem: 'RestAPI' }
  for (const [name, value] of Object.entries(record)) {
    if (value === null || value === undefined) continue
    const [column, stored] = columns.choose(name, value)
    fields[column] = typeof stored === 'string' && stored.length > longestValue ? stored.slice(0, longestValue) : stored
  }
  const time = timeField === undefined ? undefined : record[timeField]
  return {
    table,
    fields,
    raw,
    ...(typeof time === 'string' && coercions.datetime(time) !== undefined ? { time } : {}),
    ...(resourceId === undefined ? {} : { resourceId }),
  }
}

const suffixes = Object.keys(suffixTypes) as Suffix[]

/** Which column a property goes to: one that it has already and that takes the value, otherwise a new one of the fitting type. */
class ColumnChoice {
  readonly #existing: LogType['columnType']
  readonly #made = new Set<string>()

  constructor(existing: LogType['columnType']) {
    this.#existing = existing
  }

  choose(property: string, given: Exclude<Json, null>): readonly [string, Json] {
    const base = property.replace(/[^A-Za-z0-9_]+/g, '_')
    const { suffix, value } = suffixed(given)
    const natural = `${base}_${suffix}`
    if (this.#has(natural)) return [natural, value]
    for (const other of suffixes) {
      const column = `${base}_${other}`
      if (!this.#has(column)) continue
      const converted = coercions[suffixTypes[other]](given)
      if (converted !== undefined && converted !== null) return [column, other === 's' ? value : given]
    }
    this.#made.add(natural)
    return [natural, value]
  }

  #has(column: string): boolean {
    return this.#made.has(column) || this.#existing(column) !== undefined
  }
}
