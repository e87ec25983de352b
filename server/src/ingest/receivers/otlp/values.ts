// Values of OTLP -> values of columns: attributes, times, identifiers.
// https://github.com/open-telemetry/opentelemetry-proto/blob/main/docs/specification.md#json-protobuf-encoding
import { exactReal } from '../../json/exact.ts'
import type { Json } from '../../types.ts'
import { bigintIn, doubleOf, type Fields, integerOf, listIn, messageIn, textIn, WireFault } from '../protobuf/values.ts'

/** Of arrays and maps inside one another; the protobuf decoder has a limit of its own. */
const deepest = 64

export type Attributes = Record<string, Json>

/** Undefined when there are none. */
export function attributesIn(message: Fields, name = 'attributes'): Attributes | undefined {
  const list = listIn(message, name)
  return list.length === 0 ? undefined : mapOf(list, 0)
}

function mapOf(list: readonly Fields[], depth: number): Attributes {
  const map: Attributes = {}
  for (const entry of list) {
    const key = textIn(entry, 'key')
    const value = anyValue(messageIn(entry, 'value'), depth)
    if (key === '__proto__') Object.defineProperty(map, key, { value, enumerable: true })
    else map[key] = value
  }
  return map
}

/** Integers and doubles stay apart (`1` and `1.0`); bytes are base64; a double that JSON lacks is its name. */
export function anyValue(value: Fields | undefined, depth = 0): Json {
  if (value === undefined) return null
  if (depth > deepest) throw new WireFault(`a value is nested deeper than ${deepest} levels`)
  for (const kind in value) {
    if (!Object.hasOwn(value, kind)) break
    const one = value[kind]
    if (one === null || one === undefined) continue
    switch (kind) {
      case 'stringValue':
        return textIn(value, kind)
      case 'intValue':
        return integerOf(one, kind)
      case 'doubleValue':
        return realOf(doubleOf(one, kind))
      case 'boolValue':
        if (typeof one !== 'boolean') throw new WireFault("'boolValue' must be true or false")
        return one
      case 'arrayValue':
        return listIn(one as Fields, 'values').map((item) => anyValue(item, depth + 1))
      case 'kvlistValue':
        return mapOf(listIn(one as Fields, 'values'), depth + 1)
      case 'bytesValue':
        return typeof one === 'string' ? one : Buffer.from(one as Uint8Array).toString('base64')
    }
  }
  return null
}

function realOf(value: number): Json {
  return Number.isFinite(value) ? exactReal(value) : String(value)
}

/** Hex, lower case; empty for none, which is also what zeros mean. */
export function idIn(message: Fields, name: string, bytes: 8 | 16): string {
  const value = Object.hasOwn(message, name) ? message[name] : undefined
  if (value === undefined || value === null) return ''
  const hex =
    value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex') : value
  if (typeof hex !== 'string') throw new WireFault(`'${name}' must be hexadecimal digits`)
  if (hex === '') return ''
  if (hex.length !== bytes * 2 || !/^[0-9a-f]+$/i.test(hex)) {
    throw new WireFault(`'${name}' must be ${bytes} bytes, in JSON ${bytes * 2} hexadecimal digits`)
  }
  return /^0+$/.test(hex) ? '' : hex.toLowerCase()
}

/** ISO 8601 with the seven digits that a datetime has; undefined when no time was given. */
export function timeIn(message: Fields, name: string): string | undefined {
  const nanos = bigintIn(message, name)
  return nanos === 0n ? undefined : instantOf(nanos)
}

let lastSecond = -1
let lastText = ''

export function instantOf(unixNanos: bigint): string {
  if (unixNanos < 0n || unixNanos >= 2n ** 64n) throw new WireFault(`the time ${unixNanos} is out of range`)
  const ticks = unixNanos / 100n
  const second = Number(ticks / 10_000_000n)
  if (second !== lastSecond) {
    lastText = new Date(second * 1000).toISOString().slice(0, 19)
    lastSecond = second
  }
  return `${lastText}.${String(ticks % 10_000_000n).padStart(7, '0')}Z`
}
