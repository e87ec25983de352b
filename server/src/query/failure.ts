// What went wrong while a query ran, as an entry of the table of errors. Used by service.ts.
import { ServerError } from '../core/errors.ts'
import { EngineError } from '../engine/engine.ts'

/** Every failure of a query as an entry of the table of errors. */
export function failureOf(error: unknown, signal: AbortSignal): ServerError {
  if (error instanceof ServerError) return error
  if (signal.aborted) {
    const reason: unknown = signal.reason
    return reason instanceof ServerError ? reason : new ServerError('queryCancelled', {}, { cause: error })
  }
  if (!(error instanceof EngineError)) return new ServerError('internal', {}, { cause: error })
  switch (error.kind) {
    case 'memory':
      return new ServerError('queryTooExpensive', {}, { cause: error })
    case 'complexity':
      return new ServerError('queryTooComplex', {}, { cause: error })
    case 'assertion':
      return new ServerError('assertionFailed', { reason: error.message }, { cause: error })
    case 'cancelled':
      return new ServerError('queryCancelled', {}, { cause: error })
    case 'closed':
      return new ServerError('stopping', {}, { cause: error })
    case 'timeout':
    case 'rejected':
      return new ServerError('internal', {}, { cause: error })
    default:
      return error.kind satisfies never
  }
}
