// From a source to ingestion: a piece of a body under a key of its own, again until it is taken. Used by folders and topics.
import type { Workspace } from '../../catalog/types.ts'
import type { Log } from '../../core/log.ts'
import { errorRow } from '../error-table.ts'
import { defaultIngestLimits } from '../limits.ts'
import { type Ingest, MalformedBody, Overloaded, type Receiver, UnknownTable } from '../types.ts'

export interface Target {
  readonly workspace: Workspace
  readonly receiver: Receiver
  readonly parameters: Readonly<Record<string, string>>
}

export interface DeliveryParts {
  readonly ingest: Pick<Ingest, 'accept' | 'append'>
  readonly log: Log
  readonly signal: AbortSignal
}

export interface Piece {
  readonly body: Uint8Array
  /** Unlike any other piece's, and the same when the piece comes again. */
  readonly key: string
  /** Beside the target's. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Where a body may be cut in two, if one record of it makes all of it unreadable. */
  readonly middle?: (body: Uint8Array) => number | undefined
}

/**
 * Resolves when all that can be read of the piece is on disk, and what cannot is in the error table. Throws what another
 * attempt may mend: an unknown table, a failing engine; and when the signal aborts.
 */
export async function deliver(piece: Piece, target: Target, parts: DeliveryParts): Promise<void> {
  const { workspace, receiver } = target
  const parameters = { ...target.parameters, ...piece.parameters }
  for (;;) {
    parts.signal.throwIfAborted()
    try {
      await parts.ingest.accept({
        workspace,
        receiver,
        body: once(piece.body),
        head: { contentType: '', parameters },
        idempotencyKey: piece.key,
      })
      return
    } catch (error) {
      if (error instanceof Overloaded) await pause(error.retryAfterSeconds * 1000, parts.signal)
      else if (error instanceof MalformedBody && !(error instanceof UnknownTable)) {
        return deliverApart(piece, error, target, parts)
      } else throw error
    }
  }
}

/** What is unreadable as a whole may be readable in parts; the least part that is not is noted. */
async function deliverApart(piece: Piece, error: Error, target: Target, parts: DeliveryParts): Promise<void> {
  const at = piece.middle?.(piece.body)
  if (at === undefined) return note(piece, error, target, parts)
  for (const [side, body] of [piece.body.subarray(0, at), piece.body.subarray(at)].entries()) {
    await deliver({ ...piece, body, key: `${piece.key}/${side}` }, target, parts)
  }
}

async function note(piece: Piece, error: Error, { workspace, receiver }: Target, parts: DeliveryParts): Promise<void> {
  const raw = Buffer.from(piece.body).toString()
  if (raw.trim() === '') return
  parts.log.warn({ key: piece.key, err: error }, 'a record of a source cannot be read')
  const rejected = { receiver: receiver.name, table: '', index: 0, reason: error.message, raw }
  await parts.ingest.append(workspace, [errorRow(rejected, defaultIngestLimits.rawRecordLength)])
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}

/** Ends early when the signal aborts. */
export function pause(millis: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, millis)
  const stop = () => {
    clearTimeout(timer)
    resolve()
  }
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  return promise.finally(() => signal.removeEventListener('abort', stop))
}
