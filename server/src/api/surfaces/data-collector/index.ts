// The HTTP Data Collector API, whose requests are signed with a key of the workspace.
// https://learn.microsoft.com/azure/azure-monitor/logs/data-collector-api
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Workspace } from '../../../catalog/types.ts'
import { isGuid } from '../../../core/ids.ts'
import { dataCollector } from '../../../ingest/receivers/data-collector.ts'
import { bytesOf, oneChunk } from '../../body.ts'
import { begin } from '../../errors.ts'
import { idempotencyKeyOf, ingestErrorOf } from '../../ingestion.ts'
import type { ApiParts } from '../../parts.ts'
import { isSigned } from './signature.ts'

const largestPost = 30 * 1_048_576

/** An answer of this API: a code of its own list. */
class Refusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export async function dataCollectorSurface(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', async () => undefined)
  scope.setErrorHandler((error, _request, reply) => refuse(parts, error, reply))
  const schema = { tags: ['ingest'], summary: 'Records of a custom log, signed with a key of the workspace' }
  scope.post('/api/logs', { schema }, async (request, reply) => {
    await accept(parts, request)
    return reply.code(200).send()
  })
}

function refuse(parts: ApiParts, error: unknown, reply: FastifyReply): FastifyReply {
  if (error instanceof Refusal) return reply.code(error.status).send({ Error: error.code, Message: error.message })
  const known = ingestErrorOf(error)
  if (known.errorName === 'bodyTooLarge') return reply.code(404).send({ Error: 'NotFound', Message: known.message })
  const status = known.entry.status
  const code =
    status === 400
      ? 'InvalidDataFormat'
      : status === 503
        ? 'ServiceUnavailable'
        : status >= 500
          ? 'UnspecifiedError'
          : known.entry.code
  return begin(reply, known, parts.log).send({ Error: code, Message: known.message })
}

async function accept(parts: ApiParts, request: FastifyRequest): Promise<void> {
  const version = query(request, 'api-version')
  if (version === undefined) throw new Refusal(400, 'MissingApiVersion', 'The API version is not specified.')
  if (version !== '2016-04-01')
    throw new Refusal(400, 'InvalidApiVersion', `The API version '${version}' is not recognized; it is 2016-04-01.`)
  const contentType = header(request, 'content-type')
  if (contentType === '') throw new Refusal(400, 'MissingContentType', 'The content type is not specified.')
  if (!/^application\/json\b/i.test(contentType))
    throw new Refusal(400, 'UnsupportedContentType', `The content type is not application/json but '${contentType}'.`)
  const table = `${logTypeOf(request)}_CL`
  const { workspace, signature } = credentialsOf(parts, request)
  const body = await bytesOf(request.raw, largestPost)
  const keys = await parts.sharedKeys.of(workspace)
  const date = header(request, 'x-ms-date')
  const signed = { length: body.byteLength, contentType, date }
  if (!isSigned(signature, signed, keys))
    throw new Refusal(403, 'InvalidAuthorization', 'An invalid signature was specified in the Authorization header')
  if (Math.abs(Date.parse(date) - parts.clock.now()) > fifteenMinutes || Number.isNaN(Date.parse(date)))
    throw new Refusal(
      403,
      'InvalidAuthorization',
      `The x-ms-date '${date}' is more than 15 minutes off this server's time`,
    )
  const timeField = header(request, 'time-generated-field')
  const resourceId = header(request, 'x-ms-azureresourceid')
  await parts.ingest.accept({
    workspace,
    receiver: dataCollector({
      table,
      columnType: (name) => parts.tables.stored(workspace, table)?.columns.get(name),
      ...(timeField === '' ? {} : { timeField }),
      ...(resourceId === '' ? {} : { resourceId }),
    }),
    body: oneChunk(body),
    head: { contentType, parameters: {} },
    ...idempotencyKeyOf(request),
  })
}

const fifteenMinutes = 15 * 60_000

function logTypeOf(request: FastifyRequest): string {
  const logType = header(request, 'log-type')
  if (logType === '') throw new Refusal(400, 'MissingLogType', 'The value required for the header Log-Type is missing.')
  if (/^[A-Za-z][A-Za-z0-9_]{0,99}$/.test(logType)) return logType
  throw new Refusal(
    400,
    'InvalidLogType',
    `The log type '${logType}' is not valid: a letter, then up to 99 letters, digits and _.`,
  )
}

interface Credentials {
  readonly workspace: Workspace
  readonly signature: string
}

function credentialsOf(parts: ApiParts, request: FastifyRequest): Credentials {
  const [, id = '', signature = ''] =
    /^SharedKey\s+([^:\s]+):(\S+)$/i.exec(header(request, 'authorization').trim()) ?? []
  if (id === '')
    throw new Refusal(
      403,
      'InvalidAuthorization',
      'The Authorization header is missing or is not `SharedKey <workspace id>:<signature>`',
    )
  const workspace = parts.workspaces.find(id)
  if (!isGuid(id) || !workspace) throw new Refusal(400, 'InvalidCustomerId', `The workspace id '${id}' is not valid.`)
  return { workspace, signature }
}

function header({ headers }: FastifyRequest, name: string): string {
  const value = headers[name]
  return typeof value === 'string' ? value : ''
}

function query(request: FastifyRequest, name: string): string | undefined {
  const value = (request.query as Readonly<Record<string, unknown>>)[name]
  return typeof value === 'string' ? value : undefined
}
