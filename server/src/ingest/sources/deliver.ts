// From a source to ingestion: a piece under a key of its own, again until it is taken. Used by folders and topics.
import type { Workspace } from '../../catalog/types.ts'
import type { Log } from '../../core/log.ts'
import { type Ingest, Overloaded, type Receiver } from '../types.ts'
import { eachBody } from './each-body.ts'
import type { SourceState } from './state.ts'

export interface Target {
  readonly workspace: Workspace
  readonly receiver: Receiver
  readonly parameters: Readonly<Record<string, string>>
}

export interface DeliveryParts {
  readonly ingest: Pick<Ingest, 'accept' | 'append'>
  readonly log: Log
  readonly signal: AbortSignal
  readonly state: SourceState
}

export interface Piece {
  /** Each can be read by itself. They share one commit. */
  readonly bodies: readonly Uint8Array[]
  /** Unlike any other piece's, and the same when the piece comes again. */
  readonly key: string
  /** Beside the target's. */
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * Resolves when all that can be read of the piece is on disk, and what cannot is in the error table. Throws what another
 * attempt may mend: an unknown table, a failing engine; and when the signal aborts.
 */
export async function deliver({ bodies, key, ...piece }: Piece, target: Target, parts: DeliveryParts): Promise<void> {
  const parameters = { ...target.parameters, ...piece.parameters }
  for (;;) {
    parts.signal.throwIfAborted()
    try {
      await parts.ingest.accept({
        workspace: target.workspace,
        receiver: eachBody(target.receiver),
        body: inTurn(bodies),
        head: { contentType: '', parameters },
        idempotencyKey: key,
      })
      return
    } catch (error) {
      if (!(error instanceof Overloaded)) throw error
      await pause(error.retryAfterSeconds * 1000, parts.signal)
    }
  }
}

async function* inTurn(bodies: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* bodies
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
