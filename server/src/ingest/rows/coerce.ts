// One JSON value -> what the engine's JSON reader takes for a column of a KQL type. Lenient where a source's habit is
// harmless (numbers as text), strict where a value would change: then the record is rejected. Used by encode.ts.
// https://learn.microsoft.com/kusto/query/scalar-data-types/
import type { ScalarType } from '@conshelf/kql'
import { exactInteger, jsonText, numberText } from '../json/exact.ts'
import type { Json } from '../types.ts'
import { engineInstant } from './instant.ts'
import { timespanTicks } from './timespan.ts'

/** The value itself when it is right already, a converted one, null for no value; undefined when it does not convert. */
export type Coercion = (value: Json) => Json | undefined

export const coercions: Readonly<Record<ScalarType, Coercion>> = {
  string: toText,
  bool: toBool,
  int: (value) => toInteger(value, -2_147_483_648n, 2_147_483_647n),
  long: (value) => toInteger(value, -(2n ** 63n), 2n ** 63n - 1n),
  real: toReal,
  decimal: toDecimal,
  datetime: (value) => textual(value, engineInstant),
  timespan: (value) => textual(value, engineTicks),
  guid: (value) => textual(value, canonicalGuid),
  dynamic: toDynamic,
}

function toText(value: Json): Json | undefined {
  if (typeof value === 'string' || value === null) return value
  return jsonText(value)
}

const truths: Readonly<Record<string, boolean>> = { true: true, false: false, '1': true, '0': false }

function toBool(value: Json): Json | undefined {
  if (typeof value === 'boolean' || value === null) return value
  if (typeof value === 'object') return undefined
  const text = String(value).trim()
  return text === '' ? null : truths[text.toLowerCase()]
}

/** `78`, `"78"`, `78.0`; a fraction is not cut off. */
function toInteger(value: Json, least: bigint, most: bigint): Json | undefined {
  if (value === null) return null
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value < least || value > most ? undefined : value
  const text = numeral(value)
  if (text === undefined) return undefined
  if (text === '') return null
  const match = /^([-+]?\d+)(?:\.0*)?$/.exec(text)
  const integer = match ? BigInt((match[1] as string).replace('+', '')) : integerOfExponent(text)
  return integer === undefined || integer < least || integer > most ? undefined : exactInteger(integer)
}

/** `1e5` and `1.5E1`. */
function integerOfExponent(text: string): bigint | undefined {
  const number = /[eE]/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(number) ? BigInt(number) : undefined
}

const numberShape = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/
const notFinite: Readonly<Record<string, string>> = {
  nan: 'nan',
  inf: 'inf',
  infinity: 'inf',
  '+infinity': 'inf',
  '-inf': '-inf',
  '-infinity': '-inf',
}

function toReal(value: Json): Json | undefined {
  if (typeof value === 'number' || value === null) return finiteOrText(value)
  const text = numeral(value)
  if (text === undefined) return undefined
  if (text === '') return null
  if (numberShape.test(text)) return finiteOrText(Number(text))
  return notFinite[text.toLowerCase()]
}

function finiteOrText(value: number | null): Json {
  if (value === null || Number.isFinite(value)) return value
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
}

/** At most 17 digits after the point and 21 before: the rest does not fit the engine's type. */
function toDecimal(value: Json): Json | undefined {
  if (value === null) return null
  const text = numeral(value)
  if (text === undefined) return undefined
  if (text === '') return null
  return /^[-+]?\d{1,21}(?:\.\d{1,17})?$/.test(text) ? text.replace('+', '') : undefined
}

/** The digits of a number or of a text that may be one; empty for no value, which web servers write as `-`. */
function numeral(value: Json): string | undefined {
  if (typeof value === 'string') return value === '-' ? '' : value.trim()
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return numberText(value)
}

function engineTicks(text: string): Json | undefined {
  const ticks = timespanTicks(text)
  return ticks === undefined ? undefined : exactInteger(ticks)
}

function textual(value: Json, convert: (text: string) => Json | undefined): Json | undefined {
  if (value === null) return null
  if (typeof value !== 'string') return undefined
  return value === '' ? null : convert(value)
}

const guidShape = /^[({]?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})[)}]?$/i

/** Lower case with dashes, from `{…}` and 32 digits too; undefined when it is no GUID. */
export function canonicalGuid(text: string): string | undefined {
  const match = text.length >= 32 && text.length <= 38 ? guidShape.exec(text) : null
  return match ? match.slice(1).join('-').toLowerCase() : undefined
}

/** JSON text. A text that holds an object or array itself counts as that, as agents send their payloads. */
function toDynamic(value: Json): Json | undefined {
  if (value === null) return null
  return typeof value === 'string' && isStructure(value) ? value : jsonText(value)
}

function isStructure(text: string): boolean {
  if (!/^\s*(?:\{[\s\S]*\}|\[[\s\S]*\])\s*$/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
