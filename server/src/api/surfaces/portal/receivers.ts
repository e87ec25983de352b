// GET /conshelf/receivers: what each receiver did since the start, and which sockets listen where.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { ServerError } from '../../../core/errors.ts'
import { seesAll } from '../../access.ts'
import { principalOf } from '../../auth.ts'
import type { ApiParts } from '../../parts.ts'
import { tags } from './schemas.ts'

const receiver = Type.Object({
  name: Type.String({ description: 'as in the error table and in /metrics' }),
  requests: Type.Integer(),
  failedRequests: Type.Integer({ description: 'those that stored nothing' }),
  accepted: Type.Integer({ description: 'records' }),
  rejected: Type.Integer({ description: 'records' }),
  unwanted: Type.Integer({ description: 'records that diagnostic settings keep out' }),
  bytes: Type.Integer({ description: 'of bodies' }),
  latencyMillis: Type.Number({ description: 'from the first byte to the answer, added up over the requests' }),
})
const listener = Type.Object({
  name: Type.String(),
  host: Type.String(),
  port: Type.Integer(),
  connections: Type.Integer(),
  dropped: Type.Integer({ description: 'messages that nothing could hold' }),
})
const answer = Type.Object({ receivers: Type.Array(receiver), listeners: Type.Array(listener) })

export function receiversRoute(scope: FastifyInstance, parts: ApiParts): void {
  const schema = { tags, summary: 'What receivers did since the start', response: { 200: answer } }
  scope.get('/conshelf/receivers', { schema }, async (request) => {
    // They count what was sent to all workspaces.
    if (!seesAll(principalOf(request))) throw new ServerError('accessDenied')
    return {
      receivers: Object.entries(parts.ingest.metrics().receivers).map(([name, counters]) => ({ name, ...counters })),
      listeners: parts.listeners(),
    }
  })
}
