// What shippers with an output for Elasticsearch talk to: the bulk API, and what they ask before they use it. Nothing is
// searched here, and templates and policies are taken without effect: tables have their own schema and retention.
// https://www.elastic.co/docs/api/doc/elasticsearch/
import type { FastifyInstance, FastifyReply } from 'fastify'
import { afterColon, checkToken, passwordOf, requireToken, type TokenOf } from '../../auth.ts'
import { begin } from '../../errors.ts'
import { ingestErrorOf } from '../../ingestion.ts'
import type { ApiParts } from '../../parts.ts'
import { isPortal, sendIndex } from '../../static.ts'
import { bulk } from './bulk.ts'
import { identity, probes } from './probes.ts'

export async function elasticSurface(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  scope.removeAllContentTypeParsers()
  // The receiver reads the stream itself; nothing is collected here.
  scope.addContentTypeParser('*', async () => undefined)
  scope.addHook('onRequest', async (request, reply) => {
    // Clients refuse to talk to a server that does not say so.
    reply.header('x-elastic-product', 'Elasticsearch')
    const { accept } = request.headers
    const isVendor = accept?.includes('application/vnd.elasticsearch+json')
    reply.type(isVendor ? (accept ?? '') : 'application/json; charset=utf-8')
  })
  scope.setErrorHandler((error, _request, reply) => fail(parts, reply, error))
  rootRoute(scope, parts)
  await scope.register(async (guarded) => {
    requireToken(guarded, parts, tokenOf)
    for (const url of ['/_bulk', '/:index/_bulk']) {
      const summary = "Elasticsearch's bulk API, into ContainerLogV2 and a custom table for each index"
      guarded.route({
        method: ['POST', 'PUT'],
        url,
        schema: { tags: ['ingest'], summary },
        handler: (request, reply) => bulk(parts, request, reply),
      })
    }
    probes(guarded)
  })
}

/** `/` is the portal's for browsers, and Elasticsearch's version for shippers. */
function rootRoute(scope: FastifyInstance, parts: ApiParts): void {
  const hasPortal = parts.portal !== undefined && isPortal(parts.portal)
  const schema = { tags: ['ingest'], summary: "Elasticsearch's version, for shippers" }
  scope.head('/', { schema }, async (_request, reply) => reply.send())
  scope.get('/', { schema }, async (request, reply) => {
    if (hasPortal && request.headers.accept?.includes('text/html')) return sendIndex(reply)
    await checkToken(request, parts, tokenOf)
    return identity()
  })
}

const tokenOf: TokenOf = (scheme, credential) =>
  scheme === 'apikey' ? afterColon(credential) : passwordOf(scheme, credential)

const types: Readonly<Record<number, string>> = {
  400: 'illegal_argument_exception',
  401: 'security_exception',
  403: 'security_exception',
  404: 'resource_not_found_exception',
  413: 'content_too_long_exception',
  415: 'media_type_header_exception',
  429: 'es_rejected_execution_exception',
}

function fail(parts: ApiParts, reply: FastifyReply, error: unknown): FastifyReply {
  const known = ingestErrorOf(error)
  begin(reply, known, parts.log)
  const { status } = known.entry
  const cause = { type: types[status] ?? 'exception', reason: known.message }
  return reply.send({ error: { root_cause: [cause], ...cause }, status })
}
