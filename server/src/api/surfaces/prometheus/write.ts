// Prometheus remote write. Errors are plain text, which Prometheus logs.
// https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServerError } from '../../../core/errors.ts'
import { remoteWriteMessage } from '../../../ingest/receivers/prometheus-write.ts'
import type { Decoded, IngestOutcome, Receiver } from '../../../ingest/types.ts'
import { requireToken } from '../../auth.ts'
import { chunksOf } from '../../body.ts'
import { begin } from '../../errors.ts'
import { idempotencyKeyOf, ingestErrorOf, ingestWorkspace, parametersOf } from '../../ingestion.ts'
import type { ApiParts } from '../../parts.ts'

export async function remoteWrite(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  requireToken(scope, parts)
  scope.removeAllContentTypeParsers()
  // The receiver reads the stream itself; nothing is collected here.
  scope.addContentTypeParser('*', async () => undefined)
  scope.setErrorHandler((error, _request, reply) => {
    const known = ingestErrorOf(error)
    return begin(reply, known, parts.log).type('text/plain; charset=utf-8').send(`${known.message}\n`)
  })
  const summary = 'Prometheus remote write 1.0 and 2.0, into PrometheusMetrics and along its routes'
  scope.post('/api/v1/write', { schema: { tags: ['ingest'], summary } }, (request, reply) =>
    write(parts, request, reply),
  )
}

async function write(parts: ApiParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const contentType = request.headers['content-type'] ?? ''
  refuseOtherFormats(contentType, request.headers['content-encoding'])
  const parameters = parametersOf(request)
  const { receiver, written } = counted(parts.receivers['prometheus-write'])
  const outcome = await parts.ingest.accept({
    workspace: ingestWorkspace(parts, request, parameters),
    receiver,
    body: chunksOf(request.raw),
    head: {
      contentType,
      // Samples that a sender could not deliver for days belong where they were taken.
      parameters: { keepTime: 'true', ...(parts.routes !== undefined && { routes: parts.routes }), ...parameters },
    },
    ...idempotencyKeyOf(request),
  })
  for (const [kind, count] of Object.entries(written(outcome)))
    reply.header(`x-prometheus-remote-write-${kind}-written`, String(count))
  if (outcome.rejected === 0) return reply.code(204).send()
  // Senders drop what is refused so; the rest is stored.
  const reason = `${outcome.rejected} samples were refused, first: ${outcome.errors[0]?.reason}\n`
  return reply.code(400).type('text/plain; charset=utf-8').send(reason)
}

function refuseOtherFormats(contentType: string, encoding: string | undefined): void {
  if (remoteWriteMessage(contentType) === undefined) {
    throw new ServerError('unsupportedContentType', { type: contentType, supported: 'application/x-protobuf' })
  }
  const named = encoding?.trim().toLowerCase() ?? 'snappy'
  if (named !== 'snappy') throw new ServerError('unsupportedEncoding', { encoding: named })
}

interface Written {
  samples: number
  histograms: number
  exemplars: number
}

/** The receiver, and of what it yields how much was written; nothing is known when an answer is repeated. */
function counted(receiver: Receiver): { receiver: Receiver; written: (outcome: IngestOutcome) => Partial<Written> } {
  const counts: Written = { samples: 0, histograms: 0, exemplars: 0 }
  let rejected = 0
  let isRead = false
  const count = (record: Decoded): void => {
    if ('rejected' in record) rejected++
    else if (record.table === 'PrometheusExemplars') counts.exemplars++
    else if (record.table !== 'PrometheusMetrics') return
    else if (record.fields.Histogram === undefined) counts.samples++
    else counts.histograms++
  }
  return {
    receiver: {
      name: receiver.name,
      async *decode(body, head) {
        isRead = true
        for await (const batch of receiver.decode(body, head)) {
          for (const record of batch) count(record)
          yield batch
        }
      },
    },
    written: (outcome) => {
      if (!isRead) return {}
      // What the pipeline refused of rows that the receiver had made.
      const lost = Math.max(outcome.rejected - rejected, 0)
      return { ...counts, samples: Math.max(counts.samples - lost, 0) }
    },
  }
}
