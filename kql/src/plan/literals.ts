// Texts of KQL literals -> plan constants. https://learn.microsoft.com/kusto/query/scalar-data-types/
import type { ScalarType } from '../model.ts'
import { parseDatetime, parseTimespan } from '../values.ts'
import type { Lit, Value } from './nodes.ts'

export const nullOf = (type: ScalarType): Lit => ({ kind: 'lit', value: type === 'string' ? '' : null, type })
export const lit = (type: ScalarType, value: Value): Lit => ({ kind: 'lit', type, value })
export const longLit = (value: number | bigint): Lit => lit('long', BigInt(value))
export const stringLit = (value: string): Lit => lit('string', value)

/** `datetime(…)`, `long(…)` and the like: what stands between the parentheses; other literals as they are. */
function inner(source: string): string {
  const typed = /^[a-z]+\s*\(([\s\S]*)\)$/i.exec(source)
  return (typed?.[1] ?? source).trim()
}

function parseInteger(source: string): bigint | null {
  if (/^-?0x[0-9a-f]+$/i.test(source)) {
    return source.startsWith('-') ? -BigInt(source.slice(1)) : BigInt(source)
  }
  return /^[-+]?\d+$/.test(source) ? BigInt(source) : null
}

function parseReal(source: string): number | null {
  if (/^\+?inf$/i.test(source)) return Number.POSITIVE_INFINITY
  if (/^-inf$/i.test(source)) return Number.NEGATIVE_INFINITY
  if (/^nan$/i.test(source)) return Number.NaN
  const value = Number(source)
  return source === '' || Number.isNaN(value) ? null : value
}

function parseGuid(source: string): string | null {
  const hex = source.replace(/[-{}\s]/g, '').toLowerCase()
  if (!/^[0-9a-f]{32}$/.test(hex)) return null
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** The value of a literal of the given type, from its source text; null when it is null or not of its type. */
export function parseLiteral(type: ScalarType, source: string): Value {
  const body = inner(source).replace(/^(['"])([\s\S]*)\1$/, '$2')
  if (/^null$/i.test(body) || body === '') return null
  switch (type) {
    case 'bool':
      return /^(true|1)$/i.test(body) ? true : /^(false|0)$/i.test(body) ? false : null
    case 'int':
    case 'long':
      return parseInteger(body)
    case 'real':
      return parseReal(body)
    case 'decimal':
      return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(body) ? body : null
    case 'datetime':
      return parseDatetime(body.replace(/^(\d{4})\s*([-,])\s*(\d+)\s*\2\s*(\d+)/, '$1-$3-$4'))
    case 'timespan':
      return parseTimespan(body)
    case 'guid':
      return parseGuid(body)
    case 'string':
    case 'dynamic':
      return body
    default:
      return type satisfies never
  }
}
