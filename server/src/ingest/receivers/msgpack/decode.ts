// A whole MessagePack value -> JSON, numbers and texts unchanged. Throws for what cannot be JSON.
import { Decoder, ExtData, ExtensionCodec } from '@msgpack/msgpack'
import type { Json } from '../../types.ts'
import { textOfBytes } from '../text.ts'

/** A time that the format itself marks as one. */
export class EventTime {
  /** ISO 8601. */
  readonly text: string
  constructor(seconds: number, nanoseconds: number) {
    this.text = timeText(seconds, nanoseconds)
  }
}

/** https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1#eventtime-ext-format */
const eventTimeType = 0

const extensions = new ExtensionCodec()
extensions.register({
  type: eventTimeType,
  encode: () => null,
  decode: (data) => {
    if (data.length !== 8) return new ExtData(eventTimeType, data)
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    return new EventTime(view.getUint32(0), view.getUint32(4))
  },
})

const decoder = new Decoder({ extensionCodec: extensions, useBigInt64: true, rawStrings: true })

/** As the library gives it: texts are bytes. */
export function decodeMsgpack(bytes: Uint8Array): unknown {
  return decoder.decode(bytes)
}

const deepest = 200

/** Throws RangeError for nesting that nobody writes. */
export function jsonOf(value: unknown, depth = 0): Json {
  if (depth > deepest) throw new RangeError('the record is nested too deep')
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value
  if (value instanceof Uint8Array) return textOfBytes(value)
  if (value instanceof EventTime) return value.text
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof ExtData) return Buffer.from(extBytes(value)).toString('base64')
  if (Array.isArray(value)) return value.map((part) => jsonOf(part, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, jsonOf(part, depth + 1)]))
}

function extBytes({ data }: ExtData): Uint8Array {
  return typeof data === 'function' ? data(0) : data
}

export function timeText(seconds: number, nanoseconds: number): string {
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19)
  return `${whole}.${String(nanoseconds).padStart(9, '0').slice(0, 9)}Z`
}
