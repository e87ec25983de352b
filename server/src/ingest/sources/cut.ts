// Where the bytes of a growing file of lines may be cut: after whole lines, and for container logs after whole messages.
import { PieceJoiner, readPiece } from '../receivers/container-file/lines.ts'

const newline = 10

/** Bytes that can be taken; 0: wait for more. */
export type Cut = (bytes: Uint8Array) => number

export const wholeLines: Cut = (bytes) => bytes.lastIndexOf(newline) + 1

/** After a line with which no message is half written. */
export const wholeMessages: Cut = (bytes) => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const joiner = new PieceJoiner()
  let end = 0
  for (let from = 0; ; ) {
    const next = buffer.indexOf(newline, from) + 1
    if (next === 0) return end
    const piece = readPiece(buffer.toString('utf8', from, next - 1).replace(/\r$/, ''))
    if (piece) joiner.push(piece)
    if (!joiner.isOpen) end = next
    from = next
  }
}

/** The last line of a JSON file that nobody ends: taken when it is whole. */
export function isWholeJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString())
    return true
  } catch {
    return false
  }
}

/** The line end nearest to the middle; undefined for a single line. */
export function middleOf(bytes: Uint8Array): number | undefined {
  const half = bytes.length >> 1
  const after = bytes.indexOf(newline, half) + 1
  if (after > 0 && after < bytes.length) return after
  const before = half === 0 ? 0 : bytes.lastIndexOf(newline, half - 1) + 1
  return before > 0 ? before : undefined
}
