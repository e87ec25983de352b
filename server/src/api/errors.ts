// From whatever was thrown to an entry of the table of errors, for every surface's envelope.
import type { FastifyReply } from 'fastify'
import { ServerError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'

/** Fastify's own refusals, and failures nobody foresaw, as entries of the table. */
export function serverErrorOf(error: unknown): ServerError {
  if (error instanceof ServerError) return error
  switch (codeOf(error)) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ServerError('bodyTooLarge', { limit: 'the allowed number of' }, { cause: error })
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_VALIDATION':
      return new ServerError('invalidArgument', { reason: messageOf(error) }, { cause: error })
    default:
      return new ServerError('internal', {}, { cause: error })
  }
}

/** Sets status and `Retry-After`, and logs what is our own fault. */
export function begin(reply: FastifyReply, error: ServerError, log: Log): FastifyReply {
  const { status, retryAfter } = error.entry
  if (error.errorName === 'internal')
    log.error({ err: error.cause ?? error, requestId: reply.request.id }, 'request failed')
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  const seconds = error.details.retryAfter ?? retryAfter
  if (seconds !== undefined) reply.header('retry-after', String(seconds))
  return reply.code(status).type('application/json; charset=utf-8')
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
