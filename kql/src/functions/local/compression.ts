// Texts into and out of zlib and gzip. https://learn.microsoft.com/kusto/query/zlib-base64-decompress-function
// https://learn.microsoft.com/kusto/query/zlib-base64-compress-function https://learn.microsoft.com/kusto/query/gzip-base64-compress
import { crc32, deflateRawSync, deflateSync, gunzipSync, inflateSync } from 'node:zlib'
import type { Cell } from '../../model.ts'
import { ArgumentError, type FunctionTable, local } from '../define.ts'

/** A text that a small cell can hold, but memory cannot, is refused. */
const maxOutputLength = 64 * 1024 * 1024

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const isTooLong = (error: unknown): boolean =>
  error instanceof Error && Reflect.get(error, 'code') === 'ERR_BUFFER_TOO_LARGE'

/** The empty text where bytes are no base64, no such stream, or no UTF-8. */
const decompress =
  (open: (bytes: Buffer) => Buffer) =>
  ([text]: readonly Cell[]): Cell => {
    if (typeof text !== 'string' || !base64.test(text)) return ''
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(open(Buffer.from(text, 'base64')))
    } catch (error) {
      if (isTooLong(error)) throw new ArgumentError('the text decompresses to more than 64 MB')
      return ''
    }
  }

/** Fields that a gzip header may have beside the mandatory ones are not supported: their flags must be zero. */
function gunzip(bytes: Buffer): Buffer {
  if (bytes[3] !== 0) throw new Error('the header has optional fields')
  return gunzipSync(bytes, { maxOutputLength })
}

/**
 * The pages print a short text that is stored rather than compressed. Which bytes a longer one becomes is not said and depends on the
 * library; all that are valid are the same text again.
 */
const levelFor = (text: Buffer): number => (text.length <= longestStored ? 0 : 1)
const longestStored = 64

function gzip(text: Buffer): Buffer {
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(crc32(text), 0)
  trailer.writeUInt32LE(text.length, 4)
  return Buffer.concat([header, deflateRawSync(text, { level: levelFor(text) }), trailer])
}

const compress =
  (pack: (text: Buffer) => Buffer) =>
  ([text]: readonly Cell[]): Cell =>
    pack(Buffer.from(String(text ?? ''), 'utf8')).toString('base64')

export const compression: FunctionTable = {
  zlib_compress_to_base64_string: local(
    ['string'],
    compress((text) => deflateSync(text, { level: levelFor(text) })),
  ),
  gzip_compress_to_base64_string: local(['string'], compress(gzip)),
  zlib_decompress_from_base64_string: local(
    ['string'],
    decompress((bytes) => inflateSync(bytes, { maxOutputLength })),
  ),
  gzip_decompress_from_base64_string: local(['string'], decompress(gunzip)),
}
