// A request's rows for a table in parts of about a block each: what is inserted as one.
import type { Segment } from '../rows/segment.ts'
import type { Part } from './group-commit.ts'

export interface PlacedPart {
  readonly part: Part
  /** Rows of the segment before it. */
  readonly firstRow: number
}

export function partsOf(segment: Segment, blockBytes: number): readonly PlacedPart[] {
  const parts: PlacedPart[] = []
  let pieces: Buffer[] = []
  let [rows, bytes, firstRow] = [0, 0, 0]
  const close = () => {
    if (rows > 0) parts.push({ part: { pieces, rows, bytes }, firstRow })
    firstRow += rows
    pieces = []
    rows = 0
    bytes = 0
  }
  for (const piece of segment.pieces()) {
    if (bytes + piece.bytes.length > blockBytes) close()
    pieces.push(piece.bytes)
    rows += piece.rows
    bytes += piece.bytes.length
  }
  close()
  return parts
}
