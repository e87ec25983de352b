// Loki's push API. Errors are plain text, which its clients log.
// https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServerError } from '../../../core/errors.ts'
import { isLokiJson } from '../../../ingest/receivers/loki-push.ts'
import { passwordOf, requireToken } from '../../auth.ts'
import { bodyOf, chunksOf } from '../../body.ts'
import { begin } from '../../errors.ts'
import { acceptBody, ingestErrorOf } from '../../ingestion.ts'
import type { ApiParts } from '../../parts.ts'

const plain = 'text/plain; charset=utf-8'

export async function lokiSurface(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  requireToken(scope, parts, passwordOf)
  scope.removeAllContentTypeParsers()
  // The receiver reads the stream itself; nothing is collected here.
  scope.addContentTypeParser('*', async () => undefined)
  scope.setErrorHandler((error, _request, reply) => {
    const known = ingestErrorOf(error)
    return begin(reply, known, parts.log).type(plain).send(`${known.message}\n`)
  })
  const summary = "Loki's push API, JSON or protobuf, into ContainerLogV2 and LokiLogs_CL"
  scope.post('/loki/api/v1/push', { schema: { tags: ['ingest'], summary } }, (request, reply) =>
    push(parts, request, reply),
  )
}

async function push(parts: ApiParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { rejected, errors } = await acceptBody(parts, request, {
    receiver: parts.receivers['loki-push'],
    body: isLokiJson(request.headers['content-type'] ?? '') ? bodyOf(request.raw) : snappyBodyOf(request),
  })
  if (rejected === 0) return reply.code(204).send()
  // Clients drop what is refused so; the rest is stored.
  return reply.code(400).type(plain).send(`${rejected} entries were refused, first: ${errors[0]?.reason}\n`)
}

/** Protobuf is always a block of snappy, whether its encoding is named or not. */
function snappyBodyOf(request: FastifyRequest): AsyncIterable<Uint8Array> {
  const encoding = (request.headers['content-encoding'] ?? 'snappy').trim().toLowerCase()
  if (encoding !== 'snappy' && encoding !== '') throw new ServerError('unsupportedEncoding', { encoding })
  return chunksOf(request.raw)
}
