// Conversions between KQL's types, as `toint`, `todatetime` and their kin do them: what does not convert is null.
// https://learn.microsoft.com/kusto/query/scalar-functions#conversion-functions
import type { ScalarType } from '../model.ts'
import { quoteString } from './quote.ts'
import { sqlTypes } from './types.ts'
import { asJson, asString, fromUnixTicks, isWhole, roundedTicks, unixTicks, type Written, written } from './written.ts'

const integers = { int: 'Int32', long: 'Int64' } as const

function toInteger(value: Written, type: 'int' | 'long', share: Share): string {
  const target = integers[type]
  const v = value.sql
  switch (value.type) {
    case 'int':
    case 'long':
      return type === 'long' ? `toInt64(${v})` : `accurateCastOrNull(${v}, 'Int32')`
    case 'bool':
      return `to${target}(${v})`
    case 'real':
      return `accurateCastOrNull(trunc(${v}), '${target}')`
    case 'decimal':
      return `accurateCastOrNull(truncate(${v}), '${target}')`
    case 'string':
      return integerText(v, target)
    case 'dynamic':
      return integerText(share(asString(value).sql), target)
    case 'datetime':
      return type === 'long' ? `(${unixTicks(v)} + 621355968000000000)` : 'NULL'
    case 'timespan':
      return type === 'long' ? v : 'NULL'
    case 'guid':
      return 'NULL'
    default:
      return value.type satisfies never
  }
}

/** Decimal digits, which most texts are and the engine reads at once; 0x digits, or a real number's text cut to its whole part. */
function integerText(text: string, target: string): string {
  const t = `trimBoth(${text})`
  const hex = `if(match(${t}, '^0[xX][0-9a-fA-F]{1,16}$'), reinterpretAsInt64(reverse(unhex(leftPad(substring(${t}, 3), 16, '0')))), NULL)`
  const plain = `to${target}OrNull(${text})`
  return `if(isNotNull(${plain}), ${plain}, coalesce(to${target}OrNull(${t}), accurateCastOrNull(trunc(toFloat64OrNull(${t})), '${target}'), accurateCastOrNull(${hex}, '${target}')))`
}

function toReal(value: Written): string {
  switch (value.type) {
    case 'int':
    case 'long':
    case 'bool':
    case 'real':
    case 'decimal':
      return `toFloat64(${value.sql})`
    case 'string':
    case 'dynamic':
      return `toFloat64OrNull(trimBoth(${asString(value).sql}))`
    case 'timespan':
    case 'datetime':
      return `toFloat64(${toInteger(value, 'long', itself)})`
    case 'guid':
      return 'NULL'
    default:
      return value.type satisfies never
  }
}

function toBool(value: Written, share: Share): string {
  switch (value.type) {
    case 'bool':
      return value.sql
    case 'int':
    case 'long':
    case 'real':
    case 'decimal':
      return `(${value.sql} != 0)`
    case 'string':
    case 'dynamic': {
      const text = share(`lower(trimBoth(${asString(value).sql}))`)
      return `multiIf(${text} = 'true', true, ${text} = 'false', false, isNotNull(toInt64OrNull(${text})), toInt64OrNull(${text}) != 0, NULL)`
    }
    default:
      return 'NULL'
  }
}

function toDatetime(value: Written): string {
  switch (value.type) {
    case 'datetime':
      return value.sql
    case 'int':
    case 'long':
      return fromUnixTicks(`(toInt64(${value.sql}) - 621355968000000000)`)
    case 'string':
    case 'dynamic':
      return `parseDateTime64BestEffortOrNull(${asString(value).sql}, 7, 'UTC')`
    default:
      return 'NULL'
  }
}

/** Reads `[-][d.]hh:mm[:ss[.fffffff]]` and a bare number of days. */
function timespanText(text: string, share: Share): string {
  const groups = share(
    `extractGroups(${text}, '^\\\\s*(-)?(?:(\\\\d+)[.:])?(\\\\d{1,2}):(\\\\d{1,2})(?::(\\\\d{1,2})(?:\\\\.(\\\\d{1,7}))?)?\\\\s*$')`,
  )
  const part = (i: number): string => `toInt64OrZero(${groups}[${i}])`
  const fraction = `toInt64OrZero(rightPad(${groups}[6], 7, '0'))`
  const ticks = share(
    `((${part(2)} * 86400 + ${part(3)} * 3600 + ${part(4)} * 60 + ${part(5)}) * 10000000 + ${fraction})`,
  )
  return `multiIf(notEmpty(${groups}), if(${groups}[1] = '-', -${ticks}, ${ticks}), toInt64OrNull(${text}) IS NOT NULL, toInt64OrNull(${text}) * 864000000000, NULL)`
}

function toTimespan(value: Written, share: Share): string {
  switch (value.type) {
    case 'timespan':
      return value.sql
    case 'int':
    case 'long':
      return `toInt64(${value.sql})`
    case 'real':
      return roundedTicks(`${value.sql} * 864000000000`)
    case 'string':
    case 'dynamic':
      return timespanText(share(asString(value).sql), share)
    default:
      return 'NULL'
  }
}

/** 32 hexadecimal digits, whatever dashes stand between them. */
function guidOf(text: string): string {
  const digits = `replaceAll(trim(BOTH '{}' FROM trimBoth(${text})), '-', '')`
  return `if(length(${digits}) = 32, toUUIDOrNull(concat(substring(${digits}, 1, 8), '-', substring(${digits}, 9, 4), '-', substring(${digits}, 13, 4), '-', substring(${digits}, 17, 4), '-', substring(${digits}, 21))), NULL)`
}

function converted(value: Written, to: ScalarType, share: Share): string {
  switch (to) {
    case 'int':
    case 'long':
      return toInteger(value, to, share)
    case 'real':
      return toReal(value)
    case 'decimal':
      return value.type === 'string' || value.type === 'dynamic'
        ? `toDecimal128OrNull(trimBoth(${asString(value).sql}), 17)`
        : `accurateCastOrNull(${isWhole(value) ? value.sql : toReal(value)}, 'Decimal(38, 17)')`
    case 'bool':
      return toBool(value, share)
    case 'datetime':
      return toDatetime(value)
    case 'timespan':
      return toTimespan(value, share)
    case 'guid':
      return value.type === 'guid' ? value.sql : guidOf(share(asString(value).sql))
    case 'string':
      return asString(value).sql
    case 'dynamic':
      return asJson(value).sql
    default:
      return to satisfies never
  }
}

const keepsNulls: ReadonlySet<string> = new Set([
  'int>long',
  'int>real',
  'long>real',
  'bool>long',
  'bool>int',
  'datetime>long',
  'timespan>long',
])

type Share = (sql: string) => string
const itself: Share = (sql) => sql

/** The value as another type; null where it has none there. */
export function convertWritten(value: Written, to: ScalarType, share: Share = itself): Written {
  if (value.type === to) return value
  if (to === 'string') return asString(value, share)
  if (to === 'dynamic') return asJson(value)
  const sql = converted({ ...value, sql: value.type === 'dynamic' ? value.sql : share(value.sql) }, to, share)
  const nullable = value.nullable || !keepsNulls.has(`${value.type}>${to}`)
  return written(to, sql === 'NULL' ? `CAST(NULL, ${quoteString(sqlTypes[to])})` : sql, nullable)
}
