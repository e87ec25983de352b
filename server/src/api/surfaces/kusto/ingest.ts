// POST /v1/rest/ingest/{db}/{table}: streaming ingestion. https://learn.microsoft.com/kusto/api/rest/streaming-ingest
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServerError } from '../../../core/errors.ts'
import type { IngestOutcome } from '../../../ingest/types.ts'
import { workspacesFor } from '../../access.ts'
import { principalOf } from '../../auth.ts'
import { bodyOf } from '../../body.ts'
import { idempotencyKeyOf, parametersOf } from '../../ingestion.ts'
import type { ApiParts } from '../../parts.ts'
import { databaseOf } from './call.ts'
import { columnsOf } from './commands/command.ts'
import { tableFormat } from './table-formats.ts'
import { commandAnswer } from './tables.ts'

const columns = columnsOf(
  'ConsumedRecordsCount:long UpdatePolicyStatus UpdatePolicyFailureCode UpdatePolicyFailureReason',
)

export function ingestRoute(scope: FastifyInstance, parts: ApiParts): void {
  const schema = { tags: ['kusto'], summary: 'Streaming ingestion of Kusto: Csv, Tsv, Psv, Json, MultiJSON' }
  scope.post('/v1/rest/ingest/:db/:table', { schema }, (request, reply) => accept(parts, request, reply))
}

async function accept(parts: ApiParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const parameters = parametersOf(request)
  const { db = '', table = '', mappingName = '', sourceKind = '', streamFormat = 'Csv' } = parameters
  if (mappingName !== '') throw new ServerError('entityNotFound', { entity: mappingName, kind: 'IngestionMapping' })
  if (sourceKind.toLowerCase() === 'uri')
    throw new ServerError('invalidArgument', { reason: 'the data is taken from the body, not from a URI' })
  const workspace = databaseOf(workspacesFor(parts, principalOf(request), 'ingest'), db)
  const format = tableFormat(parts, workspace, table, streamFormat)
  const outcome = await parts.ingest.accept({
    workspace,
    receiver: format.receiver,
    body: bodyOf(request.raw),
    head: { contentType: request.headers['content-type'] ?? '', parameters: format.parameters },
    ...idempotencyKeyOf(request),
  })
  return reply.type('application/json; charset=utf-8').send(commandAnswer(consumed(outcome)))
}

/** Records that do not fit go to the error table; when none fits, the request is at fault. */
function consumed({ accepted, rejected, errors }: IngestOutcome) {
  if (accepted === 0 && rejected > 0)
    throw new ServerError('malformedBody', { reason: `no record could be taken: ${errors[0]?.reason ?? ''}` })
  return { columns, rows: [[accepted, 'Inactive', 'Unknown', '']] }
}
