// The HTTP server: one scope per surface, ids and errors for all. main.ts starts it.
import fastifySwagger from '@fastify/swagger'
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify'
import { ServerError } from '../core/errors.ts'
import { begin, serverErrorOf } from './errors.ts'
import type { ApiParts } from './parts.ts'
import { sendIndex, servePortal } from './static.ts'
import { armSurface } from './surfaces/arm/index.ts'
import { dataCollectorSurface } from './surfaces/data-collector/index.ts'
import { elasticSurface } from './surfaces/elastic/index.ts'
import { ingestSurface } from './surfaces/ingest/index.ts'
import { kustoSurface } from './surfaces/kusto/index.ts'
import { logsIngestionSurface } from './surfaces/logs-ingestion/index.ts'
import { lokiSurface } from './surfaces/loki/index.ts'
import { oauthSurface } from './surfaces/oauth/index.ts'
import { opsSurface } from './surfaces/ops/index.ts'
import { otlpSurface } from './surfaces/otlp/index.ts'
import { portalSurface } from './surfaces/portal/index.ts'
import { prometheusSurface } from './surfaces/prometheus/index.ts'
import { querySurface } from './surfaces/query/index.ts'
import { resourceGraphSurface } from './surfaces/resource-graph/index.ts'

import { splunkSurface } from './surfaces/splunk/index.ts'

const surfaces = [
  querySurface,
  ingestSurface,
  otlpSurface,
  prometheusSurface,
  elasticSurface,
  lokiSurface,
  splunkSurface,
  kustoSurface,
  logsIngestionSurface,
  dataCollectorSurface,
  armSurface,
  resourceGraphSurface,
  portalSurface,
  oauthSurface,
  opsSurface,
]

export async function createApi(parts: ApiParts): Promise<FastifyInstance> {
  const server = newServer(parts)
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-ms-request-id', request.id)
  })
  await server.register(fastifySwagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Conshelf', version: parts.version } },
  })
  for (const surface of surfaces) await server.register((scope) => surface(scope, parts))
  server.get('/openapi.json', { schema: { hide: true } }, async () => server.swagger())

  const hasPortal = await servePortal(server, parts.portal)
  server.setErrorHandler((error, _request, reply) => fail(parts, reply, serverErrorOf(error)))
  server.setNotFoundHandler((request, reply) => {
    if (hasPortal && isPage(request)) return sendIndex(reply)
    return fail(parts, reply, new ServerError('pathNotFound'))
  })
  return server
}

function newServer(parts: ApiParts): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = parts.log
  const options = {
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => parts.ids.guid(),
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle' as const,
    routerOptions: {
      caseSensitive: false,
      ignoreDuplicateSlashes: true,
      ignoreTrailingSlash: true,
      maxParamLength: 1_000,
    },
  }
  return parts.tls ? fastify({ ...options, https: parts.tls }) : fastify(options)
}

function fail(parts: ApiParts, reply: FastifyReply, error: ServerError): FastifyReply {
  return begin(reply, error, parts.log).send({ error: { code: error.entry.code, message: error.message } })
}

/** A browser that asks for one of the portal's own paths. */
function isPage({ method, headers, url }: FastifyRequest): boolean {
  return (
    method === 'GET' &&
    String(headers.accept ?? '').includes('text/html') &&
    !/^\/(v1|v2|conshelf|ingest|assets)\b/i.test(url)
  )
}
