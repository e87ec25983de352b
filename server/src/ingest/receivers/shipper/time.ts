// The time of a record as log shippers write it -> ISO 8601; and records without the field that held it.
import { parseInstant } from '../../../core/time-range.ts'
import { numberText } from '../../json/exact.ts'
import type { JsonFields } from '../../json/records.ts'
import type { Json } from '../../types.ts'

/** Seconds, milliseconds, microseconds or nanoseconds, told by the size; ISO 8601 and dates with a space. */
export function shippedTime(value: Json | undefined): string | undefined {
  if (typeof value === 'string' && !/^\d+(?:\.\d+)?$/.test(value)) return textTime(value)
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : numberText(value ?? null)
  return text === undefined ? undefined : epochTime(text)
}

/** As it came, if the pipeline can read it; a zone of `+0000` too. */
function textTime(text: string): string | undefined {
  return parseInstant(text.replace(/(\.\d{9})\d+/, '$1')) === undefined ? undefined : text
}

/** Digits of an epoch that is finer than seconds, by how many digits its whole part has. */
const finer: readonly (readonly [number, number])[] = [
  [12, 0],
  [15, 3],
  [18, 6],
  [20, 9],
]

/** By its digits, as no binary fraction holds microseconds exactly. */
function epochTime(text: string): string | undefined {
  const match = /^(\d{1,19})(?:\.(\d+))?$/.exec(text)
  if (!match) return undefined
  const [, whole = '', fraction = ''] = match
  const shift = finer.find(([digits]) => whole.length < digits)?.[1] ?? 9
  const digits = whole.padStart(shift + 1, '0')
  const cut = digits.length - shift
  const seconds = Number(digits.slice(0, cut))
  const parts = `${digits.slice(cut)}${fraction}`.slice(0, 9).padEnd(9, '0')
  if (seconds === 0 || seconds > 253_402_300_799) return undefined
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${parts}Z`
}

/** The first of the named fields that is a time, and the record without it. */
export function takeTime(fields: JsonFields, names: readonly string[]): { time?: string; fields: JsonFields } {
  for (const name of names) {
    const time = shippedTime(fields[name])
    if (time === undefined) continue
    const { [name]: _, ...rest } = fields
    return { time, fields: rest }
  }
  return { fields }
}
