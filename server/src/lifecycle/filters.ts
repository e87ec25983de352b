// The filters of requests that delete rows -> the KQL predicate that they stand for: deleted is what a query with it shows.
// https://learn.microsoft.com/rest/api/loganalytics/workspace-purge/purge
import type { ScalarType } from '@conshelf/kql'
import type { TableDefinition } from '../catalog/types.ts'
import { standardColumns } from '../catalog/types.ts'
import { parseInstant } from '../core/time-range.ts'
import type { DeletionFilter } from '../resources/kinds/deletion.ts'
import { InvalidResource } from '../resources/resource.ts'

const comparisons: ReadonlySet<string> = new Set(['==', '=~', '>', '>=', '<', '<='])
const lists: ReadonlySet<string> = new Set(['in', 'in~'])

/** `where …` of all filters. Throws InvalidResource. */
export function predicateOf(filters: readonly DeletionFilter[], table: TableDefinition): string {
  return filters.map((filter, at) => condition(filter, table, `/filters/${at}`)).join(' and ')
}

function condition({ column, operator, value, key }: DeletionFilter, table: TableDefinition, path: string): string {
  const type = [...table.columns, ...standardColumns].find(({ name }) => name === column)?.type
  if (type === undefined) throw invalid(`${path}/column`, `the table ${table.name} has no column '${column}'`)
  if (key !== undefined && type !== 'dynamic') throw invalid(`${path}/key`, `the column '${column}' is a ${type}`)
  const subject = subjectOf(column, type, key)
  const literal = (given: unknown) => literalOf(given, type === 'dynamic' ? 'string' : type, `${path}/value`)
  if (comparisons.has(operator)) return `${subject} ${operator} ${literal(value)}`
  const values = Array.isArray(value) ? value : [value]
  if (lists.has(operator) && values.length > 0) return `${subject} ${operator} (${values.map(literal).join(', ')})`
  if (operator === 'between' && values.length === 2)
    return `${subject} between (${literal(values[0])} .. ${literal(values[1])})`
  if (operator === 'between') throw invalid(`${path}/value`, 'between takes a list of two values')
  const known = [...comparisons, ...lists, 'between'].join(', ')
  throw invalid(`${path}/operator`, `'${operator}' is none of ${known}`)
}

const textOf = (text: string): string =>
  JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')

function subjectOf(column: string, type: ScalarType, key: string | undefined): string {
  const name = `[${textOf(column)}]`
  if (type !== 'dynamic') return name
  return key === undefined ? `tostring(${name})` : `tostring(${name}[${textOf(key)}])`
}

function literalOf(value: unknown, type: ScalarType, path: string): string {
  const text = typeof value === 'object' ? undefined : String(value)
  const fits = text !== undefined && (shapes[type]?.(text) ?? true)
  if (!fits || text === undefined) throw invalid(path, `${JSON.stringify(value)} is no ${type}`)
  return type === 'string' ? textOf(text) : `${type}(${text})`
}

const number = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/
const whole = /^[+-]?\d{1,19}$/

const shapes: Readonly<Partial<Record<ScalarType, (text: string) => boolean>>> = {
  bool: (text) => /^(true|false)$/i.test(text),
  int: (text) => whole.test(text),
  long: (text) => whole.test(text),
  real: (text) => number.test(text),
  decimal: (text) => number.test(text),
  datetime: (text) => parseInstant(text) !== undefined,
  guid: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
  timespan: (text) => /^-?(\d+\.)?\d{1,2}:\d{2}:\d{2}(\.\d{1,7})?$|^\d+(\.\d+)?(d|h|m|s|ms)$/.test(text),
}

const invalid = (path: string, reason: string) => new InvalidResource('deletion', path, reason)
