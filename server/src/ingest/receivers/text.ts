// Bytes that a protocol declares to be text -> text.
import { isUtf8 } from 'node:buffer'

/** Bytes that are no UTF-8 are taken for Latin-1, which loses nothing. */
export function textOfBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return buffer.toString(isUtf8(buffer) ? 'utf8' : 'latin1')
}
