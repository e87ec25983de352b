// OTLP over HTTP: logs, metrics and traces. Answers and errors are protobuf messages, in the encoding of the request.
// https://opentelemetry.io/docs/specs/otlp/#otlphttp
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Workspace } from '../../../catalog/types.ts'
import { ServerError } from '../../../core/errors.ts'
import {
  isJson,
  isProtobufType,
  type OtlpSignal,
  otlpAnswer,
  otlpStatus,
  otlpTable,
} from '../../../ingest/receivers/otlp.ts'
import { requireToken } from '../../auth.ts'
import { bodyOf } from '../../body.ts'
import { begin } from '../../errors.ts'
import { idempotencyKeyOf, ingestErrorOf, ingestWorkspace, parametersOf, ruleOf } from '../../ingestion.ts'
import type { ApiParts } from '../../parts.ts'

const protobufType = 'application/x-protobuf'
const jsonType = 'application/json'

const signals: readonly { readonly name: OtlpSignal; readonly summary: string }[] = [
  { name: 'logs', summary: 'OTLP logs, into OTelLogs and along its routes' },
  { name: 'metrics', summary: 'OTLP metrics, into OTelMetrics and along its routes' },
  { name: 'traces', summary: 'OTLP traces, into OTelSpans and along its routes' },
]

export async function otlpSurface(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  requireToken(scope, parts)
  scope.removeAllContentTypeParsers()
  // The receiver reads the stream itself; nothing is collected here.
  scope.addContentTypeParser('*', async () => undefined)
  scope.setErrorHandler((error, request, reply) => {
    const known = ingestErrorOf(error)
    begin(reply, known, parts.log)
    const status = { code: rpcCodes[known.entry.status] ?? rpcUnknown, message: known.message }
    return send(request, reply, otlpStatus(status, contentTypeOf(request)))
  })
  for (const { name, summary } of signals) {
    scope.post(`/v1/${name}`, { schema: { tags: ['ingest'], summary } }, async (request, reply) => {
      const answer = await accept(parts, name, request)
      return send(request, reply, answer)
    })
    scope.post<{ Params: RuleParams }>(
      `/dataCollectionRules/:rule/streams/:stream/otlp/v1/${name}`,
      { schema: { tags: ['ingest'], summary: `${summary}, of the workspace of a data collection rule` } },
      async (request, reply) => {
        const workspace = await ruleWorkspace(parts, request, name)
        return send(request, reply, await accept(parts, name, request, workspace))
      },
    )
  }
}

interface RuleParams {
  readonly rule: string
  readonly stream: string
}

/** Streams of rules bring OTLP to its own tables as it is; a transformation of it would be lost, so it is refused. */
async function ruleWorkspace(
  parts: ApiParts,
  request: FastifyRequest<{ Params: RuleParams }>,
  signal: OtlpSignal,
): Promise<Workspace> {
  const { rule: immutableId, stream } = request.params
  const rule = await ruleOf(parts, request, immutableId)
  const flows = rule.flows.filter((flow) => flow.stream.toLowerCase() === stream.toLowerCase())
  const [flow] = flows
  if (!flow) throw new ServerError('streamNotFound', { stream, rule: immutableId })
  const table = otlpTable(signal)
  const isPlain = flows.length === 1 && flow.table === table && flow.transform === undefined
  if (isPlain) return flow.workspace
  throw new ServerError('invalidArgument', {
    reason: `the stream '${stream}' takes OTLP only if it flows into ${table} of one workspace without a transformation`,
  })
}

async function accept(
  parts: ApiParts,
  signal: OtlpSignal,
  request: FastifyRequest,
  of?: Workspace,
): Promise<Uint8Array> {
  const contentType = contentTypeOf(request)
  if (!isJson(contentType) && !isProtobufType(contentType)) {
    const supported = `${protobufType}, ${jsonType}`
    throw new ServerError('unsupportedContentType', { type: contentType, supported })
  }
  const parameters = parametersOf(request)
  const { rejected, errors } = await parts.ingest.accept({
    workspace: of ?? ingestWorkspace(parts, request, parameters),
    receiver: parts.receivers[`otlp-${signal}`],
    body: bodyOf(request.raw),
    head: { contentType, parameters: { ...(parts.routes !== undefined && { routes: parts.routes }), ...parameters } },
    ...idempotencyKeyOf(request),
  })
  return otlpAnswer(signal, { rejected, message: errors[0]?.reason ?? '' }, contentType)
}

function send(request: FastifyRequest, reply: FastifyReply, body: Uint8Array): FastifyReply {
  return reply.type(isProtobufType(contentTypeOf(request)) ? protobufType : jsonType).send(Buffer.from(body))
}

function contentTypeOf({ headers }: FastifyRequest): string {
  return headers['content-type'] ?? ''
}

/** https://grpc.io/docs/guides/status-codes/ */
const rpcUnknown = 2
const rpcCodes: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  413: 3,
  415: 3,
  429: 8,
  500: 13,
  503: 14,
}
