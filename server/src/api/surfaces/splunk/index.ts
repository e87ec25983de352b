// Splunk's HTTP Event Collector: its paths, its authorization, its numbered answers. Acknowledgements are off, as an answer
// comes when the events are on disk.
// https://docs.splunk.com/Documentation/Splunk/latest/Data/TroubleshootHTTPEventCollector#Possible_error_codes
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ReceiverName } from '../../../ingest/receivers/index.ts'
import { hecFaults, noEvents } from '../../../ingest/receivers/splunk-hec.ts'
import { passwordOf, requireToken } from '../../auth.ts'
import { bodyOf } from '../../body.ts'
import { begin } from '../../errors.ts'
import { acceptBody, ingestErrorOf } from '../../ingestion.ts'
import type { ApiParts } from '../../parts.ts'

const paths: readonly { readonly url: string; readonly receiver: ReceiverName }[] = [
  { url: '/services/collector', receiver: 'splunk-events' },
  { url: '/services/collector/1.0', receiver: 'splunk-events' },
  { url: '/services/collector/event', receiver: 'splunk-events' },
  { url: '/services/collector/event/1.0', receiver: 'splunk-events' },
  { url: '/services/collector/raw', receiver: 'splunk-raw' },
  { url: '/services/collector/raw/1.0', receiver: 'splunk-raw' },
]

export async function splunkSurface(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  scope.removeAllContentTypeParsers()
  // The receiver reads the stream itself; nothing is collected here.
  scope.addContentTypeParser('*', async () => undefined)
  scope.setErrorHandler((error, _request, reply) => fail(parts, reply, error))
  for (const url of ['/services/collector/health', '/services/collector/health/1.0']) {
    scope.get(url, { schema: { tags: ['ingest'], summary: "Splunk's HEC: health; needs no token" } }, async () => ({
      text: 'HEC is healthy',
      code: 17,
    }))
  }
  await scope.register(async (guarded) => {
    requireToken(guarded, parts, (scheme, credential) =>
      scheme === 'splunk' ? credential : passwordOf(scheme, credential),
    )
    for (const { url, receiver } of paths) {
      const summary = "Splunk's HEC, into SplunkEvents_CL and ContainerLogV2"
      guarded.post(url, { schema: { tags: ['ingest'], summary } }, (request, reply) =>
        collect(parts, receiver, request, reply),
      )
    }
    const summary = "Splunk's HEC: acknowledgements are off"
    guarded.post('/services/collector/ack', { schema: { tags: ['ingest'], summary } }, async (_request, reply) =>
      reply.code(400).send({ text: 'ACK is disabled', code: 14 }),
    )
  })
}

async function collect(
  parts: ApiParts,
  receiver: ReceiverName,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { errors } = await acceptBody(parts, request, {
    receiver: parts.receivers[receiver],
    body: bodyOf(request.raw),
  })
  const [first] = errors
  if (!first) return reply.send({ text: 'Success', code: 0 })
  // The other events are stored.
  const answer = { ...(codes[first.reason] ?? invalidFormat), 'invalid-event-number': first.index }
  return reply.code(400).send(answer)
}

interface HecAnswer {
  readonly text: string
  readonly code: number
}

const noData: HecAnswer = { text: 'No data', code: 5 }
const invalidFormat: HecAnswer = { text: 'Invalid data format', code: 6 }
const codes: Readonly<Record<string, HecAnswer>> = {
  [hecFaults.missing]: { text: hecFaults.missing, code: 12 },
  [hecFaults.blank]: { text: hecFaults.blank, code: 13 },
  [hecFaults.fields]: { text: hecFaults.fields, code: 15 },
}

function fail(parts: ApiParts, reply: FastifyReply, error: unknown): FastifyReply {
  const known = ingestErrorOf(error)
  begin(reply, known, parts.log)
  // Clients repeat what is answered so.
  if (known.entry.status === 429 || known.entry.status === 503) {
    return reply.code(503).send({ text: 'Server is busy', code: 9 })
  }
  switch (known.errorName) {
    case 'authenticationMissing':
      return reply.send({ text: 'Token is required', code: 2 })
    case 'authenticationInvalid':
    case 'authenticationExpired':
    case 'accessDenied':
      return reply.code(403).send({ text: 'Invalid token', code: 4 })
    case 'malformedBody':
      return reply.send(noEvents.test(known.message) ? noData : { ...invalidFormat, reason: known.message })
    case 'internal':
      return reply.send({ text: 'Internal server error', code: 8 })
    default:
      return reply.send({ ...invalidFormat, reason: known.message })
  }
}
