// Where a stretch of a log file may be cut, so that a line that the runtime wrote in pieces is sent as one.
import { PieceJoiner, readPiece } from '../../ingest/receivers/container-file/lines.ts'

/** Bytes up to the last place between two whole lines; `isAll`: up to the last line end, if there is none up to everything. */
export function wholeLines(bytes: Buffer, isAll: boolean): number {
  const joiner = new PieceJoiner()
  let whole = 0
  let start = 0
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    const piece = readPiece(bytes.toString('utf8', start, end))
    if (piece) joiner.push(piece)
    start = end + 1
    if (!joiner.isOpen) whole = start
  }
  if (whole > 0 || !isAll) return whole
  return start > 0 ? start : bytes.length
}
