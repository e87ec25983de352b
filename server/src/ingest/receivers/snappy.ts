// Snappy's block format, decompressed strictly: a block that is cut off or refers outside itself is an error, as its rows
// would be wrong ones. https://github.com/google/snappy/blob/main/format_description.txt
import { MalformedBody } from '../types.ts'

/** Throws MalformedBody; `longest`: bytes that the block may announce. */
export function unsnappy(block: Uint8Array, longest: number): Buffer {
  const { length, start } = announcedLength(block)
  if (length > longest) throw wrong(`it announces ${length} bytes, at most ${longest} are taken`)
  // An element of three bytes gives 64 at most: what announces more is not worth the memory.
  if (length > block.length * 22) throw wrong(`it announces ${length} bytes, which so short a block cannot hold`)
  const out = Buffer.allocUnsafe(length)
  if (fill(out, block, start) !== length) throw wrong('it ends too early')
  return out
}

function announcedLength(block: Uint8Array): { readonly length: number; readonly start: number } {
  let length = 0
  for (let at = 0; at < 5; at++) {
    const byte = block[at]
    if (byte === undefined) break
    length += (byte & 0x7f) * 2 ** (7 * at)
    if (byte < 0x80) return { length, start: at + 1 }
  }
  throw wrong('its length is missing')
}

function fill(out: Buffer, block: Uint8Array, start: number): number {
  let [at, to] = [start, 0]
  while (at < block.length) {
    const tag = block[at++] as number
    const kind = tag & 3
    if (kind === 0) {
      const extra = tag >>> 2 < 60 ? 0 : (tag >>> 2) - 59
      const size = (extra === 0 ? tag >>> 2 : littleEndian(block, at, extra)) + 1
      at += extra
      if (at + size > block.length || to + size > out.length) throw wrong('a literal reaches beyond its end')
      out.set(block.subarray(at, at + size), to)
      at += size
      to += size
      continue
    }
    const bytes = kind === 3 ? 4 : kind
    const size = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1
    const back = kind === 1 ? ((tag >>> 5) << 8) + littleEndian(block, at, 1) : littleEndian(block, at, bytes)
    at += bytes
    if (back === 0 || back > to || to + size > out.length) throw wrong('a copy reaches outside')
    copyBack(out, to, back, size)
    to += size
  }
  return to
}

/** Source and target may overlap: then what was just written is read again. */
function copyBack(out: Buffer, to: number, back: number, size: number): void {
  if (back >= size) out.copyWithin(to, to - back, to - back + size)
  else for (let i = to; i < to + size; i++) out[i] = out[i - back] as number
}

function littleEndian(block: Uint8Array, at: number, bytes: number): number {
  if (at + bytes > block.length) throw wrong('it ends inside an element')
  let value = 0
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + (block[at + i] as number)
  return value
}

function wrong(reason: string): MalformedBody {
  return new MalformedBody(`the body is not a whole snappy block: ${reason}`)
}
