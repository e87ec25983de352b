// Our own ingestion paths and the Kubernetes audit webhook: a body goes to a receiver as it streams in.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { ReceiverName } from '../../../ingest/receivers/index.ts'
import type { IngestOutcome } from '../../../ingest/types.ts'
import { requireToken } from '../../auth.ts'
import { bodyOf } from '../../body.ts'
import { begin } from '../../errors.ts'
import { idempotencyKeyOf, ingestErrorOf, ingestWorkspace, parametersOf } from '../../ingestion.ts'
import type { ApiParts } from '../../parts.ts'

/** Paths and the receiver behind each. */
const routes: readonly { readonly url: string; readonly receiver: ReceiverName; readonly summary: string }[] = [
  {
    url: '/ingest/azure-diagnostics',
    receiver: 'azure-diagnostics',
    summary: 'Azure resource logs: {"records":[…]}, an array, or one record a line',
  },
  {
    url: '/ingest/container-insights',
    receiver: 'container-insights',
    summary: 'What the agent of Container insights posts: DataType and DataItems',
  },
  {
    url: '/ingest/cri-logs',
    receiver: 'cri-logs',
    summary: 'A log file of a container, CRI or Docker format; `file` is its path, which names the pod',
  },
  {
    url: '/ingest/data-export',
    receiver: 'data-export',
    summary: "Rows as a workspace's data export writes them, each with its table in Type; or all of one table",
  },
  {
    url: '/ingest/data-export/:table',
    receiver: 'data-export',
    summary:
      'Rows of one table as other programs wrote them: names in any case, columns that there are not are left out',
  },
  {
    url: '/ingest/defender',
    receiver: 'defender',
    summary: "Defender for Cloud's alerts, recommendations and compliance: continuous export, REST API",
  },
  {
    url: '/ingest/falco',
    receiver: 'falco',
    summary: "Falco's alerts: JSON of http_output and falcosidekick, or lines of its output",
  },
  {
    url: '/ingest/flow-logs',
    receiver: 'flow-logs',
    summary: 'Flow logs of network security groups and virtual networks, as their blobs hold them',
  },
  {
    url: '/ingest/fluent-bit',
    receiver: 'fluent-bit',
    summary: "Fluent Bit's HTTP output, formats json, json_lines, json_stream; a header FLUENT-TAG names the table",
  },
  {
    url: '/ingest/json/:table',
    receiver: 'json',
    summary: 'Rows of a table by its column names: an array of objects, or one object a line',
  },
  {
    url: '/ingest/prometheus',
    receiver: 'prometheus-text',
    summary: "Prometheus' text format or OpenMetrics, as exporters serve it",
  },
  {
    url: '/ingest/syslog',
    receiver: 'syslog',
    summary: 'Syslog messages, one a line or with octet counts; CEF and LEEF too',
  },
  { url: '/ingest/vector', receiver: 'vector', summary: "Vector's http sink, codec json" },
  { url: '/k8s-audit', receiver: 'kubernetes-audit', summary: "The Kubernetes API server's audit webhook (EventList)" },
  // API servers drop the query of the address in their kubeconfig, so the path can say all.
  {
    url: '/k8s-audit/:workspace',
    receiver: 'kubernetes-audit',
    summary: 'The audit webhook, for a workspace',
  },
  {
    url: '/k8s-audit/:workspace/:mode/*',
    receiver: 'kubernetes-audit',
    summary: "The audit webhook, for a workspace, in a mode, of a cluster: its ARM id is the path's rest",
  },
]

const outcomeSchema = Type.Object({
  accepted: Type.Integer(),
  rejected: Type.Integer(),
  errors: Type.Array(Type.Object({ index: Type.Integer(), reason: Type.String() })),
  unwanted: Type.Optional(Type.Integer({ description: 'records that diagnostic settings keep out' })),
})

const querySchema = Type.Object({
  workspace: Type.Optional(
    Type.String({ description: 'name, GUID or ARM id; may be left out when there is only one' }),
  ),
  mode: Type.Optional(Type.String({ description: '`diagnostics` or `resource`: one wide table, or one per category' })),
  cluster: Type.Optional(Type.String({ description: 'ARM id of the cluster (audit webhook, container logs)' })),
  file: Type.Optional(Type.String({ description: 'path of the log file (container logs)' })),
  computer: Type.Optional(Type.String({ description: 'name of the node (container logs)' })),
  job: Type.Optional(Type.String({ description: 'label of every series (text format of Prometheus)' })),
  instance: Type.Optional(Type.String({ description: 'label of every series (text format of Prometheus)' })),
  routes: Type.Optional(
    Type.String({ description: 'sets of routes that rows of telemetry take to further tables; `all`, `none`' }),
  ),
  table: Type.Optional(
    Type.String({
      description:
        'custom table of records that are no lines of containers (shippers); of rows without Type (data export)',
    }),
  ),
  dataType: Type.Optional(Type.String({ description: 'of items without their envelope (Container insights)' })),
  tag: Type.Optional(Type.String({ description: 'names that table otherwise (shippers)' })),
  timeField: Type.Optional(
    Type.String({ description: 'field with the time, where it is not the usual one (shippers)' }),
  ),
  keepTime: Type.Optional(Type.String({ description: '`true`: records keep their time, however old they are' })),
})

export async function ingestSurface(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  requireToken(scope, parts)
  scope.removeAllContentTypeParsers()
  // The receiver reads the stream itself; nothing is collected here.
  scope.addContentTypeParser('*', async () => undefined)
  scope.setErrorHandler((error, _request, reply) => {
    const known = ingestErrorOf(error)
    const { code } = known.entry
    const place = known.details.place === undefined ? {} : { place: known.details.place }
    return begin(reply, known, parts.log).send({ error: { code, message: known.message, ...place } })
  })

  for (const { url, receiver, summary } of routes) {
    scope.post(
      url,
      { schema: { tags: ['ingest'], summary, querystring: querySchema, response: { 200: outcomeSchema } } },
      (request) => accept(parts, receiver, request),
    )
  }
}

async function accept(parts: ApiParts, receiver: ReceiverName, request: FastifyRequest): Promise<IngestOutcome> {
  const fluentTag = request.headers['fluent-tag']
  const { '*': rest, ...named } = parametersOf(request)
  const parameters = {
    ...(typeof fluentTag === 'string' && { tag: fluentTag }),
    ...(rest && { cluster: `/${rest}` }),
    ...named,
  }
  return parts.ingest.accept({
    workspace: ingestWorkspace(parts, request, parameters),
    receiver: parts.receivers[receiver],
    body: bodyOf(request.raw),
    head: {
      contentType: request.headers['content-type'] ?? '',
      parameters: { ...(parts.routes !== undefined && { routes: parts.routes }), ...parameters },
    },
    ...idempotencyKeyOf(request),
  })
}
