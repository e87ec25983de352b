// GET /conshelf/receivers: what each receiver did since the start, for a workspace or all of them; which sockets listen
// where; and the sources and scrape targets of the workspace.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { ServerError } from '../../../core/errors.ts'
import { delayQuantile } from '../../../ingest/delays.ts'
import type { ReceiverCounters } from '../../../ingest/types.ts'
import { seesAll, workspaceOf } from '../../access.ts'
import { principalOf } from '../../auth.ts'
import type { ApiParts } from '../../parts.ts'
import { tags } from './schemas.ts'

const delay = Type.Object(
  { p50: Type.Number(), p95: Type.Number() },
  { description: 'seconds from the time that records give to their arrival' },
)
const receiver = Type.Object({
  name: Type.String({ description: 'as in the error table and in /metrics' }),
  requests: Type.Integer(),
  failedRequests: Type.Integer({ description: 'those that stored nothing' }),
  accepted: Type.Integer({ description: 'records' }),
  rejected: Type.Integer({ description: 'records' }),
  unwanted: Type.Integer({ description: 'records that diagnostic settings keep out' }),
  bytes: Type.Integer({ description: 'of bodies' }),
  latencyMillis: Type.Number({ description: 'from the first byte to the answer, added up over the requests' }),
  delay: Type.Optional(delay),
})
const listener = Type.Object({
  name: Type.String(),
  host: Type.String(),
  port: Type.Integer(),
  connections: Type.Integer(),
  dropped: Type.Integer({ description: 'messages that nothing could hold' }),
})
const source = Type.Object({
  name: Type.String(),
  kind: Type.String(),
  reads: Type.String({ description: 'the folder, bucket or topics' }),
  receiver: Type.String(),
  readAt: Type.Optional(Type.Number({ description: 'when all there was had been read, in milliseconds since 1970' })),
  behind: Type.Object({ count: Type.Integer(), unit: Type.String({ description: 'messages or bytes' }) }),
  fault: Type.Optional(Type.Object({ at: Type.Number(), message: Type.String() })),
})
const target = Type.Object({
  url: Type.String(),
  job: Type.String(),
  instance: Type.String(),
  last: Type.Optional(
    Type.Object({
      at: Type.Number(),
      millis: Type.Number(),
      samples: Type.Integer(),
      fault: Type.Optional(Type.String()),
    }),
  ),
})
const answer = Type.Object({
  receivers: Type.Array(receiver),
  listeners: Type.Array(listener),
  sources: Type.Array(source),
  targets: Type.Array(target),
})
const querystring = Type.Object({
  workspace: Type.Optional(Type.String({ description: 'absent: the counters of all, no sources and targets' })),
})

export function receiversRoute(scope: FastifyInstance, parts: ApiParts): void {
  const schema = { tags, summary: 'What receivers did since the start', querystring, response: { 200: answer } }
  scope.get<{ Querystring: { workspace?: string } }>('/conshelf/receivers', { schema }, async (request) => {
    const { workspace: name } = request.query
    const { receivers, workspaces } = parts.ingest.metrics()
    const listeners = parts.listeners()
    const principal = principalOf(request)
    if (name === undefined) {
      if (!seesAll(principal)) throw new ServerError('accessDenied')
      return { receivers: countersOf(receivers), listeners, sources: [], targets: [] }
    }
    const { id } = workspaceOf(parts, principal, name)
    const { sources, targets } = parts.followed()
    const isOf = ({ workspaceId }: { readonly workspaceId?: string }) => workspaceId === id
    const own = countersOf(workspaces[id] ?? {})
    return { receivers: own, listeners, sources: sources.filter(isOf), targets: targets.filter(isOf) }
  })
}

function countersOf(receivers: Readonly<Record<string, ReceiverCounters>>) {
  return Object.entries(receivers).map(([name, { delays, ...counters }]) => {
    const [p50, p95] = [delayQuantile(delays, 0.5), delayQuantile(delays, 0.95)]
    return { name, ...counters, ...(p50 !== undefined && p95 !== undefined && { delay: { p50, p95 } }) }
  })
}
