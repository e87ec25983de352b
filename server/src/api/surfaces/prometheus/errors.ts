// What was thrown as Prometheus says it: `{"status":"error","errorType":…,"error":…}`.
import type { FastifyReply } from 'fastify'
import type { ErrorName, ServerError } from '../../../core/errors.ts'
import { PromqlError } from '../../../promql/errors.ts'
import { begin, serverErrorOf } from '../../errors.ts'
import type { ApiParts } from '../../parts.ts'

interface Known {
  readonly status: number
  readonly errorType: string
}

const known: Readonly<Partial<Record<ErrorName, Known>>> = {
  authenticationMissing: { status: 401, errorType: 'unauthorized' },
  authenticationInvalid: { status: 401, errorType: 'unauthorized' },
  authenticationExpired: { status: 401, errorType: 'unauthorized' },
  accessDenied: { status: 403, errorType: 'forbidden' },
  workspaceNotFound: { status: 404, errorType: 'not_found' },
  queryTimeout: { status: 503, errorType: 'timeout' },
  queryCancelled: { status: 499, errorType: 'canceled' },
  queryTooExpensive: { status: 422, errorType: 'execution' },
  queryTooComplex: { status: 422, errorType: 'execution' },
  invalidQuery: { status: 422, errorType: 'execution' },
  throttled: { status: 429, errorType: 'unavailable' },
  stopping: { status: 503, errorType: 'unavailable' },
  internal: { status: 500, errorType: 'internal' },
}

const statuses = { bad_data: 400, execution: 422 } as const

export function sendError(parts: ApiParts, reply: FastifyReply, error: unknown): FastifyReply {
  if (error instanceof PromqlError)
    return reply.code(statuses[error.kind]).type('application/json').send(envelope(error.kind, error.message))
  const failure = serverErrorOf(error)
  const { status, errorType } = kindOf(failure)
  return begin(reply, failure, parts.log).code(status).send(envelope(errorType, failure.message))
}

function kindOf({ errorName, entry }: ServerError): Known {
  return known[errorName] ?? { status: entry.status, errorType: entry.status < 500 ? 'bad_data' : 'internal' }
}

function envelope(errorType: string, error: string): string {
  return JSON.stringify({ status: 'error', errorType, error })
}

export function invalidParameter(name: string, reason: string): PromqlError {
  return new PromqlError('bad_data', `invalid parameter "${name}": ${reason}`)
}

/** Of a query's text, as the parameter that it is. */
export async function ofParameter<T>(name: string, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof PromqlError && error.kind === 'bad_data') throw invalidParameter(name, error.message)
    throw error
  }
}
