// The Logs Ingestion API: records for a stream of a data collection rule.
// https://learn.microsoft.com/azure/azure-monitor/logs/logs-ingestion-api-overview#rest-api-call
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { ServerError } from '../../../core/errors.ts'
import { logsIngestion } from '../../../ingest/receivers/logs-ingestion.ts'
import type { DataCollectionRule, Flow } from '../../../ingest/rules/rule.ts'
import type { Rejection } from '../../../ingest/types.ts'
import { requireToken } from '../../auth.ts'
import { bytesOf, oneChunk } from '../../body.ts'
import { begin } from '../../errors.ts'
import { idempotencyKeyOf, ingestErrorOf, ruleOf } from '../../ingestion.ts'
import type { ApiParts } from '../../parts.ts'

const megabyte = 1_048_576

const params = Type.Object({ rule: Type.String(), stream: Type.String() })
type Params = Type.Static<typeof params>

export async function logsIngestionSurface(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  requireToken(scope, parts)
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', async () => undefined)
  scope.setErrorHandler((error, _request, reply) => {
    const known = ingestErrorOf(error)
    return begin(reply, known, parts.log).send({ error: { code: known.entry.code, message: known.message } })
  })
  const schema = {
    tags: ['ingest'],
    summary: 'Records for a stream of a data collection rule: an array of objects',
    params,
  }
  scope.post<{ Params: Params }>('/dataCollectionRules/:rule/streams/:stream', { schema }, (request, reply) =>
    accept(parts, request, reply),
  )
}

async function accept(
  parts: ApiParts,
  request: FastifyRequest<{ Params: Params }>,
  reply: FastifyReply,
): Promise<unknown> {
  const { query, params } = request
  if (typeof query !== 'object' || query === null || !('api-version' in query))
    throw new ServerError('missingApiVersion')
  const rule = await ruleOf(parts, request, params.rule)
  const stream = [...rule.streams.keys()].find((name) => name.toLowerCase() === params.stream.toLowerCase())
  if (stream === undefined) throw new ServerError('streamNotFound', { stream: params.stream, rule: rule.immutableId })
  const body = await bytesOf(request.raw, megabyte)
  const flows = rule.flows.filter((flow) => flow.stream === stream)
  for (const [at, flow] of flows.entries()) await send(parts, rule, flow, { body, request, at })
  return reply.code(204).send()
}

interface Sent {
  readonly body: Buffer
  readonly request: FastifyRequest
  /** Which flow of the stream; a repeated batch is known by its key and this. */
  readonly at: number
}

async function send(parts: ApiParts, rule: DataCollectionRule, flow: Flow, { body, request, at }: Sent): Promise<void> {
  const { workspace, table, stream } = flow
  const columns = rule.streams.get(stream) ?? []
  const tableColumns = parts.tables.definition(workspace, table)?.columns ?? []
  const { idempotencyKey } = idempotencyKeyOf(request)
  const outcome = await parts.ingest.accept({
    workspace,
    receiver: logsIngestion({ flow, columns, tableColumns, queries: parts.rowQueries }),
    body: oneChunk(body),
    head: { contentType: 'application/json', parameters: {} },
    ...(idempotencyKey === undefined
      ? {}
      : { idempotencyKey: `${idempotencyKey} ${rule.immutableId} ${stream} ${at}` }),
  })
  if (outcome.errors.length > 0) await parts.ingest.append(workspace, errorRows(outcome.errors, flow, request))
}

/** https://learn.microsoft.com/azure/azure-monitor/reference/tables/dcrlogerrors */
function errorRows(errors: readonly Rejection[], { stream }: Flow, { id, headers }: FastifyRequest) {
  const counts = new Map<string, number>()
  for (const { reason } of errors) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const clientRequestId = headers['x-ms-client-request-id']
  return [...counts].map(([reason, count]) => ({
    table: 'DCRLogErrors',
    fields: {
      OperationName: 'Ingestion',
      InputStreamId: stream,
      Message: count === 1 ? reason : `${count} records: ${reason}`,
      CorrelationId: id,
      ClientRequestId: typeof clientRequestId === 'string' ? clientRequestId : '',
    },
  }))
}
