// POST|GET /v1/workspaces/{workspace}/query and /v1/{resourceId}/query; what batch.ts and search have in common with it.
// https://learn.microsoft.com/azure/azure-monitor/logs/api/request-format and …/azure-resource-queries
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ticksOf } from '../../../core/clock.ts'
import { ServerError } from '../../../core/errors.ts'
import type { QueryProfile } from '../../../core/limits.ts'
import { parseInstant } from '../../../core/time-range.ts'
import type { QueryRequest } from '../../../query/types.ts'
import { addressedWorkspace, workspacesFor } from '../../access.ts'
import { principalOf } from '../../auth.ts'
import type { ApiParts } from '../../parts.ts'
import { clientSignal, sendParts } from '../../stream.ts'
import { AnswerWriter } from './answer.ts'
import { accessOf } from './data-sources.ts'
import {
  type Fields,
  fieldsOf,
  isFields,
  type Preferences,
  preferencesOf,
  queryText,
  type Reach,
  reachOf,
  scopeOf,
  scopeRangeOf,
  timeRangeOf,
} from './request.ts'

/** A workspace by name, GUID or ARM id. */
export function workspaceTarget(parts: ApiParts, request: FastifyRequest, name: string): Reach {
  return { workspaces: [addressedWorkspace(parts, principalOf(request), name)] }
}

const isWorkspaceId = /\/providers\/microsoft\.operationalinsights\/workspaces\/[^/]+$/

/** A resource: its rows wherever they are. A workspace's own id means the workspace. Throws workspaceNotFound or accessDenied. */
export function resourceTarget(parts: ApiParts, request: FastifyRequest, resourceId: string): Reach {
  if (isWorkspaceId.test(scopeOf(resourceId))) return workspaceTarget(parts, request, scopeOf(resourceId))
  return { workspaces: parts.workspaces.list(), resourceScope: [scopeOf(resourceId)] }
}

/** One query as it was asked for: sources are what URL and body say, in this order. */
export interface Asked {
  readonly target: Reach
  readonly sources: readonly Fields[]
  readonly preferences: Preferences
  readonly subset?: QueryRequest['subset']
}

/** What URL and body of a request ask of a target. */
export function askedBy(request: FastifyRequest, target: Reach): Asked {
  const url = isFields(request.query) ? request.query : {}
  const { body } = request
  const sources = request.method === 'GET' ? [url] : [url, isFields(body) ? body : fieldsOf(String(body ?? ''))]
  return { target, sources, preferences: preferencesOf(request.headers.prefer) }
}

export async function answerQuery(
  parts: ApiParts,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: Asked,
): Promise<FastifyReply> {
  const { writer, text } = answerOf(parts, request, asked, clientSignal(reply))
  reply.type('application/json; charset=utf-8')
  return sendParts(request, reply, text, (error) => writer.afterFailure(error))
}

/** Runs a query and writes its answer. Throws what is wrong with the request at once, what fails later as the text is read. */
export function answerOf(parts: ApiParts, request: FastifyRequest, asked: Asked, signal: AbortSignal) {
  const query = queryRequest(parts, request, asked)
  const access = accessOf(parts, query)
  const writer = new AnswerWriter({ ...asked.preferences, query: query.text, access })
  return { writer, text: writer.text(parts.queries.run({ ...query, signal })) }
}

function queryRequest(parts: ApiParts, request: FastifyRequest, { target, sources, preferences, subset }: Asked) {
  const text = queryText(sources.at(-1) ?? {})
  const arrival = ticksOf(parts.clock.now())
  const now = queryNow(sources)
  const timeRange = timeRangeOf(sources, now ?? arrival)
  const scopeRange = scopeRangeOf(sources)
  const { name, profile } = clientOf(request)
  const { waitMillis, statistics } = preferences
  const principal = principalOf(request)
  return {
    text,
    ...reachOf(target, sources, workspacesFor(parts, principal), parts.limits.workspacesPerQuery),
    principal,
    profile,
    statistics,
    client: { app: name, requestId: request.id, target: request.url.split('?')[0] ?? '' },
    ...(timeRange ? { timeRange } : {}),
    ...(scopeRange ? { scopeRange } : {}),
    ...(now === undefined ? {} : { now }),
    ...(subset ? { subset } : {}),
    ...(waitMillis === undefined ? {} : { maxMillis: waitMillis }),
  } satisfies QueryRequest
}

/** `query_now`: what the query takes for the present. */
function queryNow(sources: readonly Fields[]): bigint | undefined {
  const value = sources.map(({ query_now }) => query_now).find((given) => given !== undefined && given !== null)
  if (value === undefined) return undefined
  const now = typeof value === 'string' ? parseInstant(value) : undefined
  if (now !== undefined) return now
  throw new ServerError('invalidArgument', {
    reason: `query_now ${JSON.stringify(value)} is not a time`,
    target: 'query_now',
  })
}

function clientOf(request: FastifyRequest): { readonly name: string; readonly profile: QueryProfile } {
  const app = request.headers['x-ms-app']
  const name = String(app ?? request.headers['user-agent'] ?? '')
  return { name, profile: name.toLowerCase() === 'conshelfportal' ? 'portal' : 'api' }
}
