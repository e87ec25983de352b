// Kusto's REST API, by which its SDKs, tools and Grafana's data source read and write workspaces as databases.
// https://learn.microsoft.com/kusto/api/rest/
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { requireToken } from '../../auth.ts'
import { textOf } from '../../body.ts'
import { begin } from '../../errors.ts'
import type { ApiParts } from '../../parts.ts'
import { authMetadataRoute } from './auth-metadata.ts'
import { idsOf } from './call.ts'
import { kustoErrorOf, oneApiError } from './errors.ts'
import { ingestRoute } from './ingest.ts'
import { mgmtRoute } from './mgmt.ts'
import { contextOf, queryRoutes } from './query.ts'
import { RunningQueries } from './running.ts'

export async function kustoSurface(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  scope.addHook('onRequest', async (request, reply) => {
    const { clientRequestId, activityId } = idsOf(request)
    reply.header('x-ms-client-request-id', clientRequestId).header('x-ms-activity-id', activityId)
  })
  scope.setErrorHandler((error, request, reply) => {
    const known = kustoErrorOf(error)
    begin(reply, known, parts.log)
    // A table that is missing is a fault of the request here, not of its path.
    if (known.errorName === 'tableNotFound') reply.code(400)
    return reply.send({ error: oneApiError(known, contextOf(parts, request)) })
  })
  authMetadataRoute(scope)

  const own = { ...parts, running: new RunningQueries(parts.clock), startedAt: parts.clock.now() }
  await scope.register(async (texts) => {
    requireToken(texts, parts)
    texts.removeAllContentTypeParsers()
    texts.addContentTypeParser('*', (request: FastifyRequest) => textOf(request.raw, parts.limits.queryBodyBytes))
    queryRoutes(texts, own)
    mgmtRoute(texts, own)
  })
  await scope.register(async (streams) => {
    requireToken(streams, parts)
    streams.removeAllContentTypeParsers()
    streams.addContentTypeParser('*', async () => undefined)
    ingestRoute(streams, parts)
  })
}
