// POST|GET /v1/workspaces/{workspace}/query and /v1/{resourceId}/query.
// https://learn.microsoft.com/azure/azure-monitor/logs/api/request-format and …/azure-resource-queries
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Workspace } from '../../../catalog/types.ts'
import { ticksOf } from '../../../core/clock.ts'
import { ServerError } from '../../../core/errors.ts'
import type { QueryProfile } from '../../../core/limits.ts'
import { parseInstant } from '../../../core/time-range.ts'
import type { QueryRequest } from '../../../query/types.ts'
import { principalOf } from '../../auth.ts'
import type { ApiParts } from '../../parts.ts'
import { clientSignal, sendParts } from '../../stream.ts'
import { AnswerWriter } from './answer.ts'
import {
  type Fields,
  fieldsOf,
  isFields,
  type Preferences,
  preferencesOf,
  queryText,
  timeRangeOf,
  workspacesOf,
} from './request.ts'

/** Where a query was addressed to. */
export interface Target {
  readonly workspaces: readonly Workspace[]
  /** Lower-case ARM ids; absent: the whole workspace. */
  readonly resourceScope?: readonly string[]
}

/** A workspace by name, GUID or ARM id. */
export function workspaceTarget(parts: ApiParts, name: string): Target {
  const workspace = parts.workspaces.find(name)
  if (!workspace) throw new ServerError('workspaceNotFound', { workspace: name })
  return { workspaces: [workspace] }
}

/** A resource: its rows wherever they are. A workspace's own id means the workspace. */
export function resourceTarget(parts: ApiParts, resourceId: string): Target {
  const workspace = parts.workspaces.find(resourceId)
  if (workspace) return { workspaces: [workspace] }
  return { workspaces: parts.workspaces.list(), resourceScope: [resourceId.toLowerCase()] }
}

export async function answerQuery(
  parts: ApiParts,
  request: FastifyRequest,
  reply: FastifyReply,
  target: Target,
): Promise<FastifyReply> {
  const preferences = preferencesOf(request.headers.prefer)
  const query = queryRequest(parts, request, target, preferences)
  const writer = new AnswerWriter({ ...preferences, query: query.text })
  const text = writer.text(parts.queries.run({ ...query, signal: clientSignal(reply) }))
  reply.type('application/json; charset=utf-8')
  return sendParts(request, reply, text, (error) => writer.afterFailure(error))
}

function queryRequest(
  parts: ApiParts,
  request: FastifyRequest,
  target: Target,
  { waitMillis, statistics }: Preferences,
): QueryRequest {
  const url = isFields(request.query) ? request.query : {}
  const sources = request.method === 'GET' ? [url] : [url, fieldsOf(String(request.body ?? ''))]
  const text = queryText(sources.at(-1) ?? {})
  const arrival = ticksOf(parts.clock.now())
  const now = queryNow(sources)
  const range = timeRangeOf(sources, now ?? arrival)
  const { name, profile } = clientOf(request)
  return {
    text,
    workspaces: workspacesOf(target.workspaces, sources, parts.workspaces, parts.limits.workspacesPerQuery),
    principal: principalOf(request),
    profile,
    statistics,
    client: { app: name, requestId: request.id, target: request.url.split('?')[0] ?? '' },
    ...(target.resourceScope ? { resourceScope: target.resourceScope } : {}),
    ...(range ? { timeRange: range } : {}),
    ...(now === undefined ? {} : { now }),
    ...(waitMillis === undefined ? {} : { maxMillis: waitMillis }),
  }
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
