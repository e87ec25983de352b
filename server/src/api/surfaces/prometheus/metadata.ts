// GET|POST /api/v1/series and /api/v1/labels, GET /api/v1/label/{name}/values and /api/v1/metadata.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { PromqlError } from '../../../promql/errors.ts'
import {
  familyMetadata,
  labelNames,
  labelValues,
  type MetadataParts,
  type SeriesFilter,
  seriesThere,
} from '../../../promql/metadata.ts'
import type { ApiParts } from '../../parts.ts'
import { success, truncatedByLimit } from './answer.ts'
import { callerOf, limitIn, parametersIn, selectorsIn, timeIn } from './parameters.ts'

interface Asked {
  readonly parts: MetadataParts
  readonly filter: SeriesFilter
  readonly limit: number
}

function askedBy(parts: ApiParts, request: FastifyRequest, reply: FastifyReply): Asked {
  const parameters = parametersIn(request)
  const from = timeIn(parameters, 'start')
  const to = timeIn(parameters, 'end')
  if (from !== undefined && to !== undefined && to < from)
    throw new PromqlError('bad_data', 'invalid parameter "end": end timestamp must not be before start time')
  const filter = {
    lists: selectorsIn(parameters),
    // The start belongs to what is asked for.
    from: from === undefined ? Number.NEGATIVE_INFINITY : from - 1,
    to: to ?? Number.POSITIVE_INFINITY,
  }
  return {
    parts: { queries: parts.queries, caller: callerOf(parts, request, reply) },
    filter,
    limit: limitIn(parameters),
  }
}

function sendList<T>(reply: FastifyReply, all: readonly T[], limit: number): FastifyReply {
  const isCut = limit > 0 && all.length > limit
  const text = success(isCut ? all.slice(0, limit) : all, isCut ? [truncatedByLimit] : [])
  return reply.type('application/json; charset=utf-8').send(text)
}

export async function answerSeries(parts: ApiParts, request: FastifyRequest, reply: FastifyReply) {
  const { parts: metadata, filter, limit } = askedBy(parts, request, reply)
  if (filter.lists.length === 0) throw new PromqlError('bad_data', 'no match[] parameter provided')
  const series = await seriesThere(metadata, filter)
  const maps = series.map(({ pairs }) => Object.fromEntries(pairs))
  return sendList(reply, maps, limit)
}

export async function answerLabels(parts: ApiParts, request: FastifyRequest, reply: FastifyReply) {
  const { parts: metadata, filter, limit } = askedBy(parts, request, reply)
  return sendList(reply, await labelNames(metadata, filter), limit)
}

export async function answerLabelValues(parts: ApiParts, request: FastifyRequest, reply: FastifyReply) {
  const { parts: metadata, filter, limit } = askedBy(parts, request, reply)
  const label = labelOf((request.params as { readonly label: string }).label)
  return sendList(reply, await labelValues(metadata, label, filter), limit)
}

/** Names that an address cannot hold are escaped as `U__` and `_2e_` and its like. */
function labelOf(written: string): string {
  if (!written.startsWith('U__')) return written
  return written
    .slice(3)
    .replace(/__|_([0-9a-fA-F]+)_/g, (_, code?: string) =>
      code === undefined ? '_' : String.fromCodePoint(Number.parseInt(code, 16)),
    )
}

/** What was not said again for so long is no longer so. */
const metadataMillis = 7 * 86_400_000

export async function answerMetadata(parts: ApiParts, request: FastifyRequest, reply: FastifyReply) {
  const parameters = parametersIn(request)
  const limit = limitIn(parameters)
  const perMetric = Number(parameters.get('limit_per_metric') ?? 0)
  const metric = parameters.get('metric')
  const families = await familyMetadata(
    { queries: parts.queries, caller: callerOf(parts, request, reply) },
    { since: parts.clock.now() - metadataMillis, ...(metric ? { metric } : {}) },
  )
  const all = [...families].map(([name, told]) => [name, perMetric > 0 ? told.slice(0, perMetric) : told] as const)
  const data = Object.fromEntries(limit > 0 ? all.slice(0, limit) : all)
  return reply.type('application/json; charset=utf-8').send(success(data))
}
