// An expression as SQL text, with what its readers need to know to use it well.
import type { ScalarType } from '../model.ts'

export interface Written {
  readonly sql: string
  readonly type: ScalarType
  readonly nullable: boolean
  /** dynamic: where in which JSON text the value stands, so that readers extract what they need in one pass. */
  readonly json?: { readonly document: string; readonly keys: readonly string[] }
  /** dynamic: the value is an array of strings that the engine already has as Array(String). */
  readonly strings?: string
  /** dynamic: the value is a string (or null) that the engine already has as text. */
  readonly text?: string
  /** string: a column with a token index; the column of its texts beyond ASCII (TableSource.wide). */
  readonly wide?: string
}

export const written = (type: ScalarType, sql: string, nullable = type !== 'string'): Written => ({
  sql,
  type,
  nullable,
})

export const isWhole = ({ type }: Written): boolean => type === 'int' || type === 'long'

/** Reads a dynamic value as a type of the engine, in one pass over its JSON text. */
export function extract(value: Written, sqlType: string): string {
  const { document, keys } = value.json ?? { document: value.sql, keys: [] }
  return `JSONExtract(${[document, ...keys].join(', ')}, '${sqlType}')`
}

const orEmpty = (sql: string, nullable: boolean): string => (nullable ? `ifNull(${sql}, '')` : sql)

/** DateTime64(7) <-> ticks since 1970, the engine's own count. */
export const unixTicks = (sql: string): string => `reinterpretAsInt64(${sql})`
export const fromUnixTicks = (sql: string): string => `reinterpret(${sql}, 'DateTime64(7, \\'UTC\\')')`

/** Ticks of a count that is not whole; null for what is no number of them. */
export const roundedTicks = (sql: string): string => `accurateCastOrNull(round(${sql}), 'Int64')`

/** `[-][d.]hh:mm:ss[.fffffff]` of a count of ticks. */
function timespanText(sql: string): string {
  const a = `abs(${sql})`
  const clock = `formatDateTime(toDateTime(intDiv(${a}, 10000000) % 86400, 'UTC'), '%H:%i:%S')`
  const days = `if(${a} >= 864000000000, concat(toString(intDiv(${a}, 864000000000)), '.'), '')`
  const fraction = `if(${a} % 10000000 = 0, '', concat('.', leftPad(toString(${a} % 10000000), 7, '0')))`
  return `concat(if(${sql} < 0, '-', ''), ${days}, ${clock}, ${fraction})`
}

/** The shortest text that reads back as the same number, the way .NET prints it. */
function realText(sql: string): string {
  return `multiIf(isNaN(${sql}), 'NaN', isInfinite(${sql}), if(${sql} > 0, 'Infinity', '-Infinity'), toString(${sql}))`
}

/** ISO 8601 with seven digits, the text of a datetime. */
export function datetimeText(sql: string): string {
  return `concat(replaceOne(toString(${sql}), ' ', 'T'), 'Z')`
}

/** tostring(): never null. https://learn.microsoft.com/kusto/query/tostring-function */
export function asString(value: Written, share: (sql: string) => string = (sql) => sql): Written {
  if (value.type === 'string') return value
  const source = value.type === 'dynamic' ? value : { ...value, sql: share(value.sql) }
  return written('string', orEmpty(textOf(source), value.nullable || value.type === 'dynamic'), false)
}

function textOf(value: Written): string {
  switch (value.type) {
    case 'string':
      return value.sql
    case 'dynamic':
      return value.text ?? extract(value, 'Nullable(String)')
    case 'bool':
      return value.nullable
        ? `multiIf(isNull(${value.sql}), '', ${value.sql}, 'true', 'false')`
        : `if(${value.sql}, 'true', 'false')`
    case 'datetime':
      return datetimeText(value.sql)
    case 'timespan':
      return timespanText(value.sql)
    case 'real':
      return realText(value.sql)
    case 'int':
    case 'long':
    case 'decimal':
    case 'guid':
      return `toString(${value.sql})`
    default:
      return value.type satisfies never
  }
}

/** The JSON text of any value: what it becomes inside a dynamic. */
export function asJson(value: Written): Written {
  if (value.type === 'dynamic') return value
  const nullable = value.nullable
  const json = ((): string => {
    switch (value.type) {
      case 'string':
        return `toJSONString(${value.sql})`
      case 'bool':
        return `if(${value.sql}, 'true', 'false')`
      case 'int':
      case 'long':
        return `toString(${value.sql})`
      case 'real':
        return `multiIf(isNaN(${value.sql}), '"NaN"', isInfinite(${value.sql}), if(${value.sql} > 0, '"Infinity"', '"-Infinity"'), ${value.sql} = trunc(${value.sql}) AND abs(${value.sql}) < 1e15, concat(toString(${value.sql}), '.0'), toString(${value.sql}))`
      case 'decimal':
      case 'guid':
      case 'datetime':
      case 'timespan':
        return `toJSONString(${textOf(value)})`
      default:
        return value.type satisfies never
    }
  })()
  const sql = value.type === 'bool' && nullable ? `if(isNull(${value.sql}), NULL, ${json})` : json
  return { sql, type: 'dynamic', nullable, ...(value.type === 'string' ? { text: value.sql } : {}) }
}
