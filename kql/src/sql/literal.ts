// Plan constants -> SQL literals.
import type { Lit } from '../plan/nodes.ts'
import { formatDatetime } from '../values.ts'
import { quoteString } from './quote.ts'
import { sqlTypes } from './types.ts'
import { type Written, written } from './written.ts'

function realText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const text = String(value)
  return /[.e]/i.test(text) ? text : `${text}.`
}

const minLong = -(2n ** 63n)
const maxLong = 2n ** 63n - 1n

function integerText(value: bigint): string {
  const wrapped = value > maxLong || value < minLong ? BigInt.asIntN(64, value) : value
  return wrapped === minLong ? `toInt64('${wrapped}')` : `${wrapped}`
}

/** A constant as SQL. Null carries its type, so that it can stand in any place where a column could. */
export function writeLiteral(literal: Lit): Written {
  const { type, value } = literal
  if (value === null) return written(type, type === 'string' ? "''" : `CAST(NULL, ${quoteString(sqlTypes[type])})`)
  switch (type) {
    case 'bool':
      return written(type, value ? 'true' : 'false', false)
    case 'int':
      return written(type, `toInt32(${integerText(BigInt(value as bigint))})`, false)
    case 'long':
    case 'timespan':
      return written(type, `toInt64(${integerText(BigInt(value as bigint))})`, false)
    case 'real':
      return written(type, realText(Number(value)), false)
    case 'decimal':
      return written(type, `toDecimal128(${quoteString(String(value))}, 17)`, false)
    case 'datetime': {
      const text = formatDatetime(value as bigint)
        .replace('T', ' ')
        .replace('Z', '')
      return written(type, `toDateTime64(${quoteString(text)}, 7, 'UTC')`, false)
    }
    case 'guid':
      return written(type, `toUUID(${quoteString(String(value))})`, false)
    case 'string':
      return written(type, quoteString(String(value)), false)
    case 'dynamic':
      return writeDynamic(String(value))
    default:
      return type satisfies never
  }
}

function writeDynamic(text: string): Written {
  const base: Written = { sql: quoteString(text), type: 'dynamic', nullable: false }
  const parsed = parsedOrUndefined(text)
  if (typeof parsed === 'string') return { ...base, text: quoteString(parsed) }
  if (Array.isArray(parsed) && parsed.length > 0 && parsed.every((v) => typeof v === 'string')) {
    return { ...base, strings: `[${parsed.map((v) => quoteString(String(v))).join(', ')}]` }
  }
  return base
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
