// Messages of a partition in pieces: those that are stored together, under a key made of the first and the last offset.
import type { Batch, Message } from './messages.ts'
import type { Position } from './positions.ts'

export interface MessagePiece {
  readonly messages: readonly Message[]
  /** Exclusive. */
  readonly to: bigint
}

export const pieceBytes = 4 * 1_048_576
/** What a message costs beside its bytes. */
const messageBytes = 256

export const sizeOf = ({ value }: Message): number => (value?.length ?? 0) + messageBytes

/** The first piece is the one that was set out to be sent, if there is one. */
export function piecesOf({ messages, next }: Batch, position: Position): readonly MessagePiece[] {
  const pieces: MessagePiece[] = []
  let from = 0
  let bytes = 0
  const cut = (end: number, to: bigint) => {
    pieces.push({ messages: messages.slice(from, end), to })
    from = end
    bytes = 0
  }
  const { sending } = position
  if (sending) {
    const end = messages.findIndex(({ offset }) => offset >= sending.to)
    cut(end === -1 ? messages.length : end, sending.to)
  }
  for (let at = from; at < messages.length; at++) {
    const message = messages[at] as Message
    bytes += sizeOf(message)
    if (bytes >= pieceBytes) cut(at + 1, message.offset + 1n)
  }
  const last = pieces.at(-1)
  if (from < messages.length || (last?.to ?? position.next) < next) cut(messages.length, next)
  return pieces
}
