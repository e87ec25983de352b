// Messages of Fluentd's forward protocol v1, as Fluentd, Fluent Bit and fluent-logger libraries send them, in all four modes.
// https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { jsonText } from '../json/exact.ts'
import { isFields } from '../json/records.ts'
import { type Decoded, MalformedBody, type Receiver } from '../types.ts'
import { MsgpackCutter, MsgpackFault } from './msgpack/cut.ts'
import { decodeMsgpack, EventTime, jsonOf, timeText } from './msgpack/decode.ts'
import { shippedRow } from './shipper/route.ts'
import { textOfBytes } from './text.ts'

export const forwardLimits = {
  /** One message. */
  messageBytes: 33_554_432,
  /** The entries of a compressed message. */
  entriesBytes: 67_108_864,
} as const

export interface ForwardMessage {
  /** Anew with each call, one after the other. */
  readonly rows: () => Iterable<Decoded>
  /** The sender waits for the acknowledgement of this. */
  readonly chunk?: string
}

export const fluentdForward: Receiver = {
  name: 'fluentd-forward',
  async *decode(body) {
    const cutter = new MsgpackCutter(forwardLimits.messageBytes)
    for await (const chunk of body) {
      for (const message of cutFrom(cutter, chunk)) yield [...(decodeForward(message)?.rows() ?? [])]
    }
    if (cutter.held > 0) throw new MalformedBody('the body ends inside a message')
  },
}

function cutFrom(cutter: MsgpackCutter, chunk: Uint8Array): readonly Buffer[] {
  try {
    return cutter.push(chunk)
  } catch (error) {
    throw error instanceof MsgpackFault ? new MalformedBody(error.message) : error
  }
}

/** Undefined: a heartbeat. A message that makes no sense is one rejected record. */
export function decodeForward(bytes: Buffer): ForwardMessage | undefined {
  try {
    const message = decodeMsgpack(bytes)
    return message === null ? undefined : messageOf(message)
  } catch (error) {
    const row = rejected(`no message of the forward protocol: ${textOfError(error)}`, bytes)
    return { rows: () => [row] }
  }
}

function messageOf(message: unknown): ForwardMessage {
  if (!Array.isArray(message) || message.length < 2) throw new Error('an array of a tag and entries is expected')
  const [tagged, second, third, fourth] = message
  if (!(tagged instanceof Uint8Array)) throw new Error('the tag is no text')
  if (tagged.length > longestTag) throw new Error(`the tag is longer than ${longestTag} bytes`)
  const tag = textOfBytes(tagged)
  if (Array.isArray(second)) return { rows: () => entryRows(tag, second), ...chunkOf(third) }
  if (second instanceof Uint8Array) {
    const entries = decompressed(second, optionOf(third, 'compressed'))
    return { rows: () => packedRows(tag, entries), ...chunkOf(third) }
  }
  return { rows: () => entryRows(tag, [[second, third]]), ...chunkOf(fourth) }
}

const longestTag = 1000

function chunkOf(option: unknown): { chunk?: string } {
  const chunk = optionOf(option, 'chunk')
  return chunk === undefined ? {} : { chunk }
}

function optionOf(option: unknown, name: 'chunk' | 'compressed'): string | undefined {
  if (typeof option !== 'object' || option === null || !(name in option)) return undefined
  const value: unknown = Object.entries(option).find(([key]) => key === name)?.[1]
  return value instanceof Uint8Array ? textOfBytes(value) : undefined
}

function* entryRows(tag: string, entries: readonly unknown[]): Generator<Decoded> {
  for (const entry of entries) yield entryRow(tag, entry)
}

function* packedRows(tag: string, entries: Uint8Array): Generator<Decoded> {
  const cutter = new MsgpackCutter(forwardLimits.entriesBytes)
  for (let from = 0; from < entries.length; from += pieceBytes) {
    let cut: readonly Buffer[]
    try {
      cut = cutter.push(entries.subarray(from, from + pieceBytes))
    } catch (error) {
      yield { rejected: textOfError(error) }
      return
    }
    for (const entry of cut) yield packedRow(tag, entry)
  }
  if (cutter.held > 0) yield { rejected: 'the packed entries end inside an entry' }
}

/** Entries that are cut in one go. */
const pieceBytes = 65_536

function decompressed(packed: Uint8Array, compressed: string | undefined): Uint8Array {
  const limit = { maxOutputLength: forwardLimits.entriesBytes }
  if (compressed === undefined || compressed === 'text') return packed
  if (compressed === 'gzip') return gunzipSync(packed, limit)
  if (compressed === 'zstd') return zstdDecompressSync(packed, limit)
  throw new Error(`the compression '${compressed}' is not known, gzip and zstd are`)
}

function packedRow(tag: string, bytes: Buffer): Decoded {
  try {
    return entryRow(tag, decodeMsgpack(bytes))
  } catch (error) {
    return rejected(textOfError(error), bytes)
  }
}

function entryRow(tag: string, entry: unknown): Decoded {
  if (!Array.isArray(entry) || entry.length < 2) return { rejected: 'an entry is an array of a time and a record' }
  try {
    const fields = jsonOf(entry[1])
    const time = timeOf(entry[0])
    if (!isFields(fields)) return { rejected: 'the record is no map', raw: jsonText(fields) }
    return shippedRow({ tag, fields, raw: jsonText(fields), ...(time !== undefined && { time }) })
  } catch (error) {
    return { rejected: textOfError(error) }
  }
}

/** Fluent Bit may send a time together with metadata; a time of 0 is none. */
function timeOf(value: unknown): string | undefined {
  const time: unknown = Array.isArray(value) ? value[0] : value
  if (time instanceof EventTime) return time.text
  if (time instanceof Date) return Number.isNaN(time.getTime()) ? undefined : time.toISOString()
  const seconds = typeof time === 'bigint' ? Number(time) : time
  if (typeof seconds !== 'number' || !(seconds > 0) || seconds > 8e12) return undefined
  const whole = Math.floor(seconds)
  return timeText(whole, Math.round((seconds - whole) * 1e6) * 1000)
}

function rejected(reason: string, bytes: Buffer): Decoded {
  return { rejected: reason, raw: textOfBytes(bytes.subarray(0, 32_768)) }
}

function textOfError(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
